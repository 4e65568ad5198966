import Crypto
import Foundation

/// A value as people are shown it: octets by what they are, and long texts by their beginning.
public enum ShownValue {
    /// How many characters of a text are shown.
    public static let largestText = 200

    /// A text: what is longer than ``largestText`` characters is cut, which is said.
    public static func text(_ text: String) -> String {
        guard text.unicodeScalars.count > largestText else { return text }
        return "\(String(text.unicodeScalars.prefix(largestText)))… (\(size(text.utf8.count)))"
    }

    /// Octets: their kind by how they begin, their size, and the beginning of their SHA-256 in small letters.
    public static func octets(_ octets: [UInt8]) -> String {
        let digest = SHA256.hash(data: octets).prefix(8).map { byte in
            String(byte >> 4, radix: 16) + String(byte & 15, radix: 16)
        }
        return "<\(kind(octets)), \(size(octets.count)), sha256 \(digest.joined())…>"
    }

    private static func kind(_ octets: [UInt8]) -> String {
        let kinds: [(name: String, beginning: [UInt8])] = [
            ("JPEG image", [0xFF, 0xD8, 0xFF]), ("PNG image", [0x89, 0x50, 0x4E, 0x47]),
            ("GIF image", [0x47, 0x49, 0x46, 0x38]), ("PDF document", [0x25, 0x50, 0x44, 0x46]),
        ]
        return kinds.first { octets.starts(with: $0.beginning) }?.name ?? "binary value"
    }

    private static func size(_ count: Int) -> String {
        count < 1000 ? "\(count) bytes" : "\((count + 500) / 1000) kB"
    }
}

extension AttributeRule {
    /// A value that this rule made, as people are shown it. Whoever wants it whole reads it from the profile.
    /// - Parameter text: The value in canonical form, as the profile keeps it.
    public func shown(_ text: String) -> String {
        guard type == .binary else { return ShownValue.text(text) }
        if case .all = values, let parts = try? JSONDecoder().decode([String].self, from: Data(text.utf8)) {
            return parts.map(Self.octets).joined(separator: ", ")
        }
        return Self.octets(text)
    }

    private static func octets(_ base64: String) -> String {
        Data(base64Encoded: base64).map { ShownValue.octets([UInt8]($0)) } ?? ShownValue.text(base64)
    }
}
