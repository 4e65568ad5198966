public import AuthCore

/// Makes and checks password columns, as Django's `make_password` and `verify_password` do.
public struct PasswordHashing: Sendable {
    /// Makes new hashes.
    public let preferred: any PasswordHasher
    private let others: [any PasswordHasher]

    /// - Parameters:
    ///   - preferred: Makes new hashes. Default: PBKDF2 as in Django 6.1.
    ///   - others: Check hashes that were made before; a right password is then hashed by the preferred one.
    public init(preferred: any PasswordHasher = PBKDF2SHA256Hasher(), others: [any PasswordHasher] = []) {
        self.preferred = preferred
        self.others = others
    }

    /// Hashes a password.
    /// - Throws: ``PasswordHashError``; `CancellationError` when the task is cancelled.
    public func encode(_ password: Secret) async throws -> EncodedPassword {
        let preferred = preferred
        return try await HashingThreads.shared.run { try preferred.encode(password) }
    }

    /// Checks a password. Whatever stands in the column, the answer "no" takes at least the time of one hash.
    /// - Throws: `CancellationError` when the task is cancelled; ``PasswordHashError`` if the cryptographic library fails.
    public func verify(_ password: Secret, against encoded: EncodedPassword) async throws -> PasswordVerification {
        guard encoded.isUsable, !encoded.encoded.isEmpty, !password.isEmpty else {
            try await spendWork()
            return .wrong
        }
        guard let hasher = ([preferred] + others).first(where: { $0.identify(encoded) }) else {
            try await spendWork()
            return .unverifiable(
                PasswordHashError(
                    .malformedHash, "The password column is of no algorithm known here; set a new password."))
        }
        do {
            guard try await HashingThreads.shared.run({ try hasher.verify(password, against: encoded) }) else {
                return .wrong
            }
            return .right(mustUpdate: hasher.algorithm != preferred.algorithm || hasher.mustUpdate(encoded))
        } catch let error as PasswordHashError where error.code != .failed {
            try await spendWork()
            return .unverifiable(error)
        }
    }

    /// Takes the time of one hash.
    /// - Parameter yielding: Whether passwords that are being checked go first. Default: `false`.
    public func spendWork(yielding: Bool = false) async throws {
        let preferred = preferred
        _ = try await HashingThreads.shared.run(yielding: yielding) {
            try preferred.encode(Secret("nobody's password"))
        }
    }
}

/// Whether a password is the one.
public enum PasswordVerification: Sendable, Hashable {
    /// It is. `mustUpdate`: the hash takes less work to break than new ones, and wants to be made again.
    case right(mustUpdate: Bool)
    /// It is not, or no password is.
    case wrong
    /// What stands in the column cannot be checked; no password matches it.
    case unverifiable(PasswordHashError)
}
