/// One header field of a request, as it came: repeated names are repeated fields, nothing is merged.
public struct HeaderField: Sendable, Hashable {
    /// The name, in the spelling that was sent.
    public var name: String
    /// The value's bytes: headers have no encoding, and what is not UTF-8 must be seen before it is repaired.
    public var value: [UInt8]

    /// A field.
    public init(_ name: String, _ value: [UInt8]) {
        self.name = name
        self.value = value
    }

    /// A field whose value is text.
    public init(_ name: String, _ value: String) {
        self.init(name, Array(value.utf8))
    }

    /// The name as names are compared (RFC 9110 section 5.1); only ASCII letters have a case there.
    var lowercasedName: String { Self.lowercased(name) }

    /// The name in the form in which names that some software takes for the same are the same: small letters and digits, and one hyphen for
    /// each run of anything else.
    ///
    /// CGI and what follows its manners (RFC 3875 section 4.1.18) make one variable of `Remote-User` and `Remote_User`; some also of a dot or
    /// a space.
    var lookalikeName: String { Self.lookalike(name) }

    static func lowercased(_ name: String) -> String { String(decoding: name.utf8.map(small), as: UTF8.self) }

    static func lookalike(_ name: String) -> String {
        var words: [UInt8] = []
        var isBetween = false
        for byte in name.utf8.lazy.map(small) {
            guard (0x61...0x7A).contains(byte) || (0x30...0x39).contains(byte) else {
                isBetween = !words.isEmpty
                continue
            }
            if isBetween { words.append(UInt8(ascii: "-")) }
            isBetween = false
            words.append(byte)
        }
        return String(decoding: words, as: UTF8.self)
    }

    private static func small(_ byte: UInt8) -> UInt8 { (0x41...0x5A).contains(byte) ? byte | 0x20 : byte }
}
