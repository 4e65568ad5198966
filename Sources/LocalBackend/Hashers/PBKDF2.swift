internal import AuthCore
internal import Crypto
internal import CryptoExtras
import Foundation

/// What the two PBKDF2 hashers have in common: all but the hash function.
struct PBKDF2: Sendable {
    let algorithm: String
    let hash: KDF.Insecure.PBKDF2.HashFunction
    /// The bytes that are derived: as many as the hash function's.
    let digestLength: Int
    let iterations: Int

    static func sha256(iterations: Int) -> PBKDF2 {
        PBKDF2(algorithm: "pbkdf2_sha256", hash: .sha256, digestLength: 32, iterations: iterations)
    }

    static func sha1(iterations: Int) -> PBKDF2 {
        PBKDF2(algorithm: "pbkdf2_sha1", hash: .insecureSHA1, digestLength: 20, iterations: iterations)
    }

    func encode(_ password: Secret, salt: String) throws -> EncodedPassword {
        try Salt.check(salt)
        let digest = try derive(password, salt: salt, iterations: iterations)
        return EncodedPassword(
            encoded: "\(algorithm)$\(iterations)$\(salt)$" + digest.withUnsafeBytes { Data($0).base64EncodedString() })
    }

    func verify(_ password: Secret, against encoded: EncodedPassword) throws -> Bool {
        let parts = try parts(of: encoded)
        let digest = try derive(password, salt: parts.salt, iterations: parts.iterations)
        let isRight = isEqualInConstantTime(digest, parts.digest)
        if !isRight, parts.iterations < iterations {
            // An old hash must not be told from a new one by the time a wrong password takes (Django's harden_runtime).
            _ = try derive(password, salt: parts.salt, iterations: iterations - parts.iterations)
        }
        return isRight
    }

    func mustUpdate(_ encoded: EncodedPassword) -> Bool {
        guard let parts = try? parts(of: encoded) else { return false }
        // Django also lowers the number to its own; work is never lowered here.
        return parts.iterations < iterations || (parts.iterations == iterations && Salt.isShort(parts.salt))
    }

    private func derive(_ password: Secret, salt: String, iterations: Int) throws -> SymmetricKey {
        do {
            // The library's own minimum is meant for new designs; here the column or the configuration says the number.
            return try KDF.Insecure.PBKDF2.deriveKey(
                from: password.bytes, salt: Array(salt.utf8), using: hash, outputByteCount: digestLength,
                unsafeUncheckedRounds: iterations)
        } catch {
            throw PasswordHashError(.failed, "PBKDF2 failed in the cryptographic library.")
        }
    }

    private func parts(of encoded: EncodedPassword) throws -> (iterations: Int, salt: String, digest: Data) {
        let fields = encoded.encoded.split(separator: "$", omittingEmptySubsequences: false)
        guard fields.count == 4, fields[0] == algorithm, let iterations = Int(fields[1]), !fields[2].isEmpty,
            let digest = Data(base64Encoded: String(fields[3])), digest.count == digestLength
        else {
            throw PasswordHashError.malformed(algorithm, "iterations$salt$hash")
        }
        guard (1...PBKDF2SHA256Hasher.maximumIterations).contains(iterations) else {
            throw PasswordHashError.work(algorithm, "1 to \(PBKDF2SHA256Hasher.maximumIterations) iterations")
        }
        return (iterations, String(fields[2]), digest)
    }
}
