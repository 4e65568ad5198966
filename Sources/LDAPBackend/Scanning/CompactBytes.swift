/// Writes numbers and texts one after the other, with nothing between them.
struct CompactWriter {
    var bytes: [UInt8] = []

    init() {
        bytes.reserveCapacity(256)
    }

    /// A number from zero on, as LEB128: seven bits an octet, the lowest first, the high bit set in all but the last.
    mutating func write(_ number: Int) {
        var rest = UInt(bitPattern: number)
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(rest))
    }

    mutating func write(_ text: String) {
        write(text.utf8.count)
        bytes.append(contentsOf: text.utf8)
    }

    mutating func write(optional text: String?) {
        guard let text else { return write(0) }
        write(text.utf8.count + 1)
        bytes.append(contentsOf: text.utf8)
    }
}

/// Reads what ``CompactWriter`` wrote. Every answer is `nil` where the octets end early or cannot have been written so.
struct CompactReader {
    private let bytes: [UInt8]
    private var position = 0

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    var isAtEnd: Bool { position == bytes.count }

    mutating func octet() -> UInt8? {
        guard position < bytes.count else { return nil }
        defer { position += 1 }
        return bytes[position]
    }

    mutating func number() -> Int? {
        var result = 0
        for shift in stride(from: 0, to: 56, by: 7) {
            guard let octet = octet() else { return nil }
            result |= Int(octet & 0x7F) << shift
            if octet < 0x80 { return result }
        }
        return nil
    }

    mutating func text() -> String? {
        number().flatMap { text(count: $0) }
    }

    /// A text that may be missing.
    mutating func optionalText() -> String?? {
        guard let count = number() else { return nil }
        if count == 0 { return .some(nil) }
        return text(count: count - 1).map { .some($0) }
    }

    private mutating func text(count: Int) -> String? {
        guard count <= bytes.count - position else { return nil }
        defer { position += count }
        return String(validating: bytes[position..<(position + count)], as: UTF8.self)
    }
}
