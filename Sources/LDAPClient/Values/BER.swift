/// Reads BER elements one after the other (X.690): one-octet tags, definite lengths in any form.
struct BERReader {
    /// A tag and the octets under it.
    struct Element {
        var tag: UInt8
        var content: ArraySlice<UInt8>

        /// The content as a two's complement integer, `nil` if it does not fit.
        var integer: Int? {
            guard let first = content.first, content.count <= 8 else { return nil }
            return content.reduce(first >= 0x80 ? -1 : 0) { $0 << 8 | Int($1) }
        }
    }

    private var rest: ArraySlice<UInt8>

    init(_ bytes: ArraySlice<UInt8>) {
        rest = bytes
    }

    var isAtEnd: Bool { rest.isEmpty }

    /// The next element, `nil` if the octets end early or are no BER of this kind.
    mutating func next() -> Element? {
        var input = rest
        guard let tag = input.popFirst(), tag & 0x1F != 0x1F, let first = input.popFirst() else { return nil }
        var length = Int(first)
        if first >= 0x80 {
            // 0x80 is the indefinite form, which LDAP forbids (RFC 4511, 5.1); leading zeros are allowed in BER.
            let octets = Int(first & 0x7F)
            guard octets > 0, input.count >= octets else { return nil }
            length = 0
            for octet in input.prefix(octets) {
                guard length < 1 << 24 else { return nil }
                length = length << 8 | Int(octet)
            }
            input = input.dropFirst(octets)
        }
        guard input.count >= length else { return nil }
        rest = input.dropFirst(length)
        return Element(tag: tag, content: input.prefix(length))
    }
}

/// Writes the few BER forms that our controls need.
enum BERWriter {
    static func element(_ tag: UInt8, _ content: [UInt8]) -> [UInt8] {
        [tag] + length(content.count) + content
    }

    static func sequence(_ elements: [[UInt8]]) -> [UInt8] {
        element(0x30, elements.flatMap(\.self))
    }

    static func integer(_ value: Int) -> [UInt8] {
        var octets = [UInt8(truncatingIfNeeded: value)]
        var rest = value >> 8
        while !(rest == 0 && octets[0] < 0x80) && !(rest == -1 && octets[0] >= 0x80) {
            octets.insert(UInt8(truncatingIfNeeded: rest), at: 0)
            rest >>= 8
        }
        return element(0x02, octets)
    }

    static func octetString(_ value: [UInt8]) -> [UInt8] {
        element(0x04, value)
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
