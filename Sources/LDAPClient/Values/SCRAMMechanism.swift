/// A way to prove a password without sending it, in which the server proves that it knows it too (RFC 5802, RFC 7677).
///
/// Computed by libsasl2, where that is installed with its modules.
public enum SCRAMMechanism: String, Sendable, Hashable, CaseIterable {
    /// With SHA-1, for servers that offer nothing better.
    case sha1 = "SCRAM-SHA-1"
    /// With SHA-256.
    case sha256 = "SCRAM-SHA-256"
    /// With SHA-512.
    case sha512 = "SCRAM-SHA-512"

    /// How many times a server may ask for the password to be hashed: fewer would help somebody who plays the server to
    /// guess it (RFC 7677, 4), more would only keep this machine busy.
    static let iterations = 4096...1_000_000

    /// The iteration counts that a server's message asks for (RFC 5802, 5.1: `i=`). A well-formed first message has one,
    /// the others none; what is no number counts as too many.
    static func iterationCounts(in message: [UInt8]) -> [Int] {
        message.split(separator: UInt8(ascii: ",")).filter { $0.starts(with: "i=".utf8) }.map { field in
            let digits = field.dropFirst(2)
            guard digits.allSatisfy(ASCII.isDigit) else { return .max }
            return Int(String(decoding: digits, as: UTF8.self)) ?? .max
        }
    }
}
