public import AuthCore
internal import Crypto
import Foundation

/// Checks old `md5$salt$hex` hashes, so that the people who have one can come in and get a better one. It makes none.
public struct MD5Verifier: PasswordVerifier {
    /// A verifier.
    public init() {}

    public var algorithm: String { "md5" }
    public var strength: PasswordHashStrength { .digest }

    public func verify(_ password: Secret, against encoded: EncodedPassword) throws -> Bool {
        let fields = encoded.encoded.split(separator: "$", omittingEmptySubsequences: false)
        guard fields.count == 3, fields[0] == algorithm, !fields[1].isEmpty,
            fields[2].wholeMatch(of: /[0-9a-f]{32}/) != nil
        else {
            throw PasswordHashError.malformed(algorithm, "salt$hash")
        }
        let digest = Insecure.MD5.hash(data: Array(fields[1].utf8) + password.bytes)
        return isEqualInConstantTime(Array(digest.hexadecimal.utf8), Array(fields[2].utf8))
    }

    /// Always: any other hash takes more work.
    public func mustUpdate(_ encoded: EncodedPassword) -> Bool { true }
}

extension Sequence<UInt8> {
    /// Two lower-case digits for each byte.
    var hexadecimal: String {
        let digits = Array("0123456789abcdef".utf8)
        return String(decoding: flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
    }
}
