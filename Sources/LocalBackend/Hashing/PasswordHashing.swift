public import AuthCore

/// Makes and checks password columns, as Django's `make_password` and `verify_password` do.
///
/// All of it happens on threads of its own, as many as there are processors; see ``encode(_:)`` for what is thrown when too much waits.
public struct PasswordHashing: Sendable {
    /// Makes new hashes.
    public let preferred: any PasswordHasher
    private let others: [any PasswordVerifier]
    private let threads: HashingThreads

    /// - Parameters:
    ///   - preferred: Makes new hashes. Default: PBKDF2 as in Django 6.1.
    ///   - others: Check hashes that were made before. Default: ``everyAlgorithm``.
    public init(
        preferred: any PasswordHasher = PBKDF2SHA256Hasher(), others: [any PasswordVerifier] = Self.everyAlgorithm
    ) {
        self.init(preferred: preferred, others: others, threads: .shared)
    }

    init(
        preferred: any PasswordHasher, others: [any PasswordVerifier] = Self.everyAlgorithm, threads: HashingThreads
    ) {
        self.preferred = preferred
        self.others = others
        self.threads = threads
    }

    /// All algorithms that are compiled in, with Django's parameters: PBKDF2, scrypt and MD5 (which is only checked); with the package
    /// trait `NativeHashers` also Argon2 and bcrypt.
    public static var everyAlgorithm: [any PasswordVerifier] {
        var all: [any PasswordVerifier] = [PBKDF2SHA256Hasher(), PBKDF2SHA1Hasher(), ScryptHasher(), MD5Verifier()]
        #if NativeHashers
        all += [Argon2Hasher(), BCryptSHA256Hasher(), BCryptHasher()] as [any PasswordVerifier]
        #endif
        return all
    }

    /// Hashes a password.
    /// - Throws: ``PasswordHashError``; `AuthenticationOutage` when too many passwords wait to be hashed; `CancellationError` when the task
    ///   is cancelled.
    public func encode(_ password: Secret) async throws -> EncodedPassword {
        try await encode(password, with: preferred)
    }

    /// Hashes a right password again, after ``verify(_:against:)`` said that it must be updated.
    ///
    /// The preferred algorithm does it, unless the old hash is of a stronger one: such a hash keeps its algorithm.
    /// - Throws: As ``encode(_:)``.
    public func encode(_ password: Secret, replacing old: EncodedPassword) async throws -> EncodedPassword {
        guard let hasher = verifier(of: old) as? any PasswordHasher, hasher.strength > preferred.strength else {
            return try await encode(password)
        }
        return try await encode(password, with: hasher)
    }

    /// Checks a password. Whatever stands in the column, the answer "no" takes at least the time of one hash.
    /// - Throws: As ``encode(_:)``, but ``PasswordHashError`` only if the cryptographic library fails.
    public func verify(_ password: Secret, against encoded: EncodedPassword) async throws -> PasswordVerification {
        guard encoded.isUsable, !encoded.encoded.isEmpty, !password.isEmpty else {
            try await spendWork()
            return .wrong
        }
        guard let verifier = verifier(of: encoded) else {
            try await spendWork()
            return .unverifiable(
                PasswordHashError(
                    .malformedHash, "The password column is of no algorithm known here; set a new password."))
        }
        do {
            let preferred = preferred
            let isRight = try await threads.run {
                let isRight = try verifier.verify(password, against: encoded)
                // A mere digest is computed at once, which would tell that there is an old account of that name.
                if !isRight, verifier.strength == .digest { _ = try Self.decoy(of: preferred) }
                return isRight
            }
            return isRight ? .right(mustUpdate: mustUpdate(encoded, of: verifier)) : .wrong
        } catch let error as PasswordHashError where error.code != .failed {
            try await spendWork()
            return .unverifiable(error)
        }
    }

    /// Takes the time of one hash.
    /// - Parameter yielding: Whether passwords that are being checked go first. Default: `false`.
    /// - Throws: As ``encode(_:)``.
    public func spendWork(yielding: Bool = false) async throws {
        let preferred = preferred
        _ = try await threads.run(yielding: yielding) { try Self.decoy(of: preferred) }
    }

    private static func decoy(of hasher: any PasswordHasher) throws -> EncodedPassword {
        try hasher.encode(Secret("nobody's password"))
    }

    private func encode(_ password: Secret, with hasher: any PasswordHasher) async throws -> EncodedPassword {
        try await threads.run { try hasher.encode(password) }
    }

    private func verifier(of encoded: EncodedPassword) -> (any PasswordVerifier)? {
        ([preferred] + others).first { $0.identify(encoded) }
    }

    /// Django replaces all hashes that are not exactly as it would make them. Here one of a stronger algorithm stays of that algorithm,
    /// and is made again only where that is possible.
    private func mustUpdate(_ encoded: EncodedPassword, of verifier: any PasswordVerifier) -> Bool {
        guard verifier.strength > preferred.strength else {
            return verifier.algorithm != preferred.algorithm || verifier.mustUpdate(encoded)
        }
        return verifier is any PasswordHasher && verifier.mustUpdate(encoded)
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
