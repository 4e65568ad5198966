/// Base64 (RFC 4648, 4), which LDIF writes everything in that is no plain text.
enum Base64 {
    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    private static let padding = UInt8(ascii: "=")

    /// The value of each octet as a digit, 64 for octets that are none.
    private static let digits: [UInt8] = {
        var digits = [UInt8](repeating: 64, count: 256)
        for (value, octet) in alphabet.enumerated() { digits[Int(octet)] = UInt8(value) }
        return digits
    }()

    static func encode(_ bytes: [UInt8]) -> [UInt8] {
        var text: [UInt8] = []
        text.reserveCapacity((bytes.count + 2) / 3 * 4)
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let group = bytes[start..<min(start + 3, bytes.count)]
            var bits = 0
            for offset in 0..<3 { bits = bits << 8 | (offset < group.count ? Int(group[start + offset]) : 0) }
            for digit in 0..<4 {
                text.append(digit <= group.count ? alphabet[bits >> (18 - 6 * digit) & 63] : padding)
            }
        }
        return text
    }

    /// The octets, `nil` if this is not Base64 with its padding and nothing else.
    static func decode(_ text: ArraySlice<UInt8>) -> [UInt8]? {
        guard text.count.isMultiple(of: 4) else { return nil }
        let padded = text.suffix(2).reversed().prefix { $0 == padding }.count
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.count / 4 * 3)
        var bits = 0
        for (index, octet) in text.dropLast(padded).enumerated() {
            let digit = digits[Int(octet)]
            guard digit < 64 else { return nil }
            bits = bits << 6 | Int(digit)
            if index % 4 == 3 {
                bytes += [UInt8(bits >> 16), UInt8(bits >> 8 & 255), UInt8(bits & 255)]
                bits = 0
            }
        }
        // Bits of the last digit that belong to no octet must be 0, or two texts would mean the same.
        switch padded {
        case 1:
            guard bits & 3 == 0 else { return nil }
            bytes += [UInt8(bits >> 10), UInt8(bits >> 2 & 255)]
        case 2:
            guard bits & 15 == 0 else { return nil }
            bytes.append(UInt8(bits >> 4))
        default:
            break
        }
        return bytes
    }
}
