/// The two LDAP messages that a probe sends, and what it understands of the answers (RFC 4511).
enum ProbeMessages {
    /// ExtendedRequest StartTLS (RFC 4511, 4.14), with the message id 1.
    static let startTLS: [UInt8] =
        [0x30, 29, 0x02, 1, 1, 0x77, 24, 0x80, 22] + Array("1.3.6.1.4.1.1466.20037".utf8)

    /// A base search of the root DSE for everything, with the message id 2: what anybody may ask.
    static let rootDSE: [UInt8] =
        [0x30, 37, 0x02, 1, 2, 0x63, 32, 0x04, 0, 0x0A, 1, 0, 0x0A, 1, 0, 0x02, 1, 0, 0x02, 1, 0, 0x01, 1, 0, 0x87, 11]
        + Array("objectClass".utf8) + [0x30, 0]

    /// The length of the first message with its header, `nil` while that is not wholly here; 0 if this is no LDAP.
    static func length(of bytes: [UInt8]) -> Int? {
        guard let tag = bytes.first else { return nil }
        guard tag == 0x30 else { return 0 }
        guard bytes.count >= 2 else { return nil }
        guard bytes[1] >= 0x80 else { return 2 + Int(bytes[1]) }
        let digits = Int(bytes[1] & 0x7F)
        guard (1...4).contains(digits) else { return 0 }
        guard bytes.count >= 2 + digits else { return nil }
        return 2 + digits + bytes[2..<(2 + digits)].reduce(0) { $0 << 8 | Int($1) }
    }

    /// Result code and diagnostic message of an ExtendedResponse, `nil` if it is none.
    static func extendedResult(_ message: [UInt8]) -> (code: Int, text: String)? {
        var reader = Elements(message[...])
        guard let sequence = reader.next(), sequence.tag == 0x30 else { return nil }
        var inner = Elements(sequence.content)
        guard inner.next()?.tag == 0x02, let response = inner.next(), response.tag == 0x78 else { return nil }
        var result = Elements(response.content)
        guard let code = result.next(), code.tag == 0x0A, code.content.count <= 4, result.next()?.tag == 0x04,
            let text = result.next(), text.tag == 0x04
        else { return nil }
        return (code.content.reduce(0) { $0 << 8 | Int($1) }, String(decoding: text.content, as: UTF8.self))
    }

    /// BER elements one after the other.
    private struct Elements {
        private var rest: ArraySlice<UInt8>

        init(_ bytes: ArraySlice<UInt8>) {
            rest = bytes
        }

        mutating func next() -> (tag: UInt8, content: ArraySlice<UInt8>)? {
            guard let tag = rest.popFirst(), let first = rest.popFirst() else { return nil }
            var length = Int(first)
            if first >= 0x80 {
                let digits = Int(first & 0x7F)
                guard (1...4).contains(digits), rest.count >= digits else { return nil }
                length = rest.prefix(digits).reduce(0) { $0 << 8 | Int($1) }
                rest = rest.dropFirst(digits)
            }
            guard rest.count >= length else { return nil }
            defer { rest = rest.dropFirst(length) }
            return (tag, rest.prefix(length))
        }
    }
}
