public import AuthCore
internal import Crypto
internal import CryptoExtras
import Foundation

/// Django's preferred hasher: PBKDF2 with HMAC-SHA256 (RFC 8018 section 5.2), written `pbkdf2_sha256$iterations$salt$base64`.
public struct PBKDF2SHA256Hasher: PasswordHasher {
    /// The iterations of Django 6.1.
    public static let defaultIterations = 1_500_000
    /// The most iterations that are ever run; a column that asks for more is malformed.
    public static let maximumIterations = 100_000_000

    /// Letters and digits in a salt: 22 of 62 hold at least 128 bits, as in Django.
    static let saltLength = 22
    private static let digestLength = 32

    public let algorithm = "pbkdf2_sha256"

    /// The iterations of new hashes.
    public let iterations: Int

    /// A hasher.
    /// - Parameter iterations: The iterations of new hashes, from 1 to ``maximumIterations``; others are brought into this range. A
    ///   database shared with a Django site wants the site's own number, else the two would hash each other's passwords again and
    ///   end each other's sessions. Default: ``defaultIterations``.
    public init(iterations: Int = Self.defaultIterations) {
        self.iterations = min(max(iterations, 1), Self.maximumIterations)
    }

    public func encode(_ password: Secret) throws -> EncodedPassword {
        try encode(password, salt: EncodedPassword.randomText(length: Self.saltLength))
    }

    /// Hashes a password under a given salt; for tests and for hashes made elsewhere.
    /// - Throws: ``PasswordHashError`` if the salt is empty or holds a `$`.
    func encode(_ password: Secret, salt: String) throws -> EncodedPassword {
        guard !salt.isEmpty, !salt.contains("$") else {
            throw PasswordHashError(.invalidSalt, "A salt must not be empty and must not hold a '$'.")
        }
        let digest = try derive(password, salt: salt, iterations: iterations)
        return EncodedPassword(
            encoded: "\(algorithm)$\(iterations)$\(salt)$" + digest.withUnsafeBytes { Data($0).base64EncodedString() })
    }

    public func verify(_ password: Secret, against encoded: EncodedPassword) throws -> Bool {
        let parts = try Parts(encoded, algorithm: algorithm)
        let digest = try derive(password, salt: parts.salt, iterations: parts.iterations)
        // Keys compare in constant time.
        let isRight = digest == SymmetricKey(data: parts.digest)
        if !isRight, parts.iterations < iterations {
            // An old hash must not be told from a new one by the time a wrong password takes (Django's harden_runtime).
            _ = try derive(password, salt: parts.salt, iterations: iterations - parts.iterations)
        }
        return isRight
    }

    public func mustUpdate(_ encoded: EncodedPassword) -> Bool {
        guard let parts = try? Parts(encoded, algorithm: algorithm) else { return false }
        // Django also lowers the number to its own; work is never lowered here.
        return parts.iterations < iterations
            || (parts.iterations == iterations && parts.salt.utf8.count < Self.saltLength)
    }

    private func derive(_ password: Secret, salt: String, iterations: Int) throws -> SymmetricKey {
        do {
            // The library's own minimum is meant for new designs; here the column or the configuration says the number.
            return try KDF.Insecure.PBKDF2.deriveKey(
                from: password.bytes, salt: Array(salt.utf8), using: .sha256, outputByteCount: Self.digestLength,
                unsafeUncheckedRounds: iterations)
        } catch {
            throw PasswordHashError(.failed, "PBKDF2 failed in the cryptographic library.")
        }
    }

    /// The parts of a column.
    private struct Parts {
        var iterations: Int
        var salt: String
        var digest: Data

        init(_ encoded: EncodedPassword, algorithm: String) throws {
            let fields = encoded.encoded.split(separator: "$", omittingEmptySubsequences: false)
            guard fields.count == 4, fields[0] == algorithm, let iterations = Int(fields[1]), !fields[2].isEmpty,
                let digest = Data(base64Encoded: String(fields[3])), digest.count == PBKDF2SHA256Hasher.digestLength
            else {
                throw PasswordHashError(
                    .malformedHash,
                    "The password column is not of the form \(algorithm)$iterations$salt$hash; set a new password.")
            }
            guard (1...PBKDF2SHA256Hasher.maximumIterations).contains(iterations) else {
                throw PasswordHashError(
                    .iterationsOutOfRange,
                    "The password column asks for \(iterations) iterations, \(PBKDF2SHA256Hasher.maximumIterations) are allowed; set a new password."
                )
            }
            self.iterations = iterations
            self.salt = String(fields[2])
            self.digest = digest
        }
    }
}
