/// Reads BER elements one after the other (X.690): one-octet tags, definite lengths in any form.
///
/// Whatever a length says, an element is never longer than the octets that are there. The indefinite form is refused,
/// which LDAP forbids (RFC 4511, 5.1). Elements inside an element are read by a reader of their own, ``nested(_:)``,
/// down to a fixed depth.
struct BERReader {
    /// How many levels of elements can lie in each other.
    static let maximumDepth = 32

    /// A tag and the octets under it.
    struct Element {
        var tag: UInt8
        var content: ArraySlice<UInt8>

        /// The content as a two's complement integer, `nil` if it does not fit.
        var integer: Int? {
            guard let first = content.first else { return nil }
            // Octets that only repeat the sign say nothing.
            let sign: UInt8 = first >= 0x80 ? 0xFF : 0
            let digits = content.drop { $0 == sign }
            guard digits.count < 8 || (digits.count == 8 && (digits.first ?? 0) & 0x80 == sign & 0x80) else {
                return nil
            }
            return digits.reduce(sign == 0 ? 0 : -1) { $0 << 8 | Int($1) }
        }

        /// The content as a boolean: any octet but 0 is true (RFC 4511, 5.1, has servers send 255).
        var boolean: Bool? {
            guard content.count == 1, let octet = content.first else { return nil }
            return octet != 0
        }

        /// The content as text, `nil` if it is no UTF-8.
        var string: String? {
            String(validating: content, as: UTF8.self)
        }
    }

    private var rest: ArraySlice<UInt8>
    private let depth: Int

    init(_ bytes: ArraySlice<UInt8>) {
        self.init(bytes, depth: Self.maximumDepth)
    }

    private init(_ bytes: ArraySlice<UInt8>, depth: Int) {
        rest = bytes
        self.depth = depth
    }

    /// The elements of the one sequence that `value` must be, with nothing behind it.
    init?(sequence value: [UInt8]) {
        var outer = BERReader(value[...])
        guard let inner = outer.nested(BERTag.sequence), outer.isAtEnd else { return nil }
        self = inner
    }

    var isAtEnd: Bool { rest.isEmpty }

    /// The tag of the next element, `nil` at the end.
    var nextTag: UInt8? { rest.first }

    /// The next element, `nil` if the octets end early or are no BER of this kind.
    mutating func next() -> Element? {
        var input = rest
        guard let tag = input.popFirst(), tag & 0x1F != 0x1F, let first = input.popFirst() else { return nil }
        var length = Int(first)
        if first >= 0x80 {
            let octets = Int(first & 0x7F)
            guard octets > 0, input.count >= octets else { return nil }
            length = 0
            for octet in input.prefix(octets) {
                // Leading zeros are allowed, a length beyond four octets is not.
                guard length < 1 << 24 else { return nil }
                length = length << 8 | Int(octet)
            }
            input = input.dropFirst(octets)
        }
        guard input.count >= length else { return nil }
        rest = input.dropFirst(length)
        return Element(tag: tag, content: input.prefix(length))
    }

    /// The next element if it has this tag. Takes nothing otherwise.
    mutating func next(_ tag: UInt8) -> Element? {
        nextTag == tag ? next() : nil
    }

    /// A reader of what lies in the next element, `nil` if it has another tag or lies too deep.
    mutating func nested(_ tag: UInt8) -> BERReader? {
        guard depth > 0, let element = next(tag) else { return nil }
        return BERReader(element.content, depth: depth - 1)
    }
}

/// The tags that LDAP uses without context (RFC 4511, 5.1).
enum BERTag {
    static let boolean: UInt8 = 0x01
    static let integer: UInt8 = 0x02
    static let octetString: UInt8 = 0x04
    static let enumerated: UInt8 = 0x0A
    static let sequence: UInt8 = 0x30
    static let set: UInt8 = 0x31
}

/// Writes the few BER forms that our controls need.
enum BERWriter {
    static func element(_ tag: UInt8, _ content: [UInt8]) -> [UInt8] {
        [tag] + length(content.count) + content
    }

    static func sequence(_ elements: [[UInt8]]) -> [UInt8] {
        element(BERTag.sequence, elements.flatMap(\.self))
    }

    static func integer(_ value: Int) -> [UInt8] {
        var octets = [UInt8(truncatingIfNeeded: value)]
        var rest = value >> 8
        while !(rest == 0 && octets[0] < 0x80) && !(rest == -1 && octets[0] >= 0x80) {
            octets.insert(UInt8(truncatingIfNeeded: rest), at: 0)
            rest >>= 8
        }
        return element(BERTag.integer, octets)
    }

    static func boolean(_ value: Bool) -> [UInt8] {
        element(BERTag.boolean, [value ? 0xFF : 0])
    }

    static func octetString(_ value: some Collection<UInt8>) -> [UInt8] {
        element(BERTag.octetString, Array(value))
    }

    private static func length(_ count: Int) -> [UInt8] {
        guard count >= 0x80 else { return [UInt8(count)] }
        var octets: [UInt8] = []
        var rest = count
        while rest > 0 {
            octets.insert(UInt8(truncatingIfNeeded: rest), at: 0)
            rest >>= 8
        }
        return [0x80 | UInt8(octets.count)] + octets
    }
}
