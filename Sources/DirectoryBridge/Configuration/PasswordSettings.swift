import Foundation
public import LocalBackend

/// How local passwords are kept and what they must be.
public struct PasswordSettings: Sendable {
    /// Makes new hashes. Default: PBKDF2 as in Django 6.1. A site that shares its database with Django sets Django's own algorithm and
    /// iterations, or the two would hash the same passwords again and again.
    public var hasher: any PasswordHasher
    /// What new passwords must be; `nil` for anything.
    public var rules: PasswordRules?
    /// The same as validators.
    public var policy: PasswordPolicy

    /// The algorithm of new hashes, by Django's name.
    public var algorithm: String { hasher.algorithm }
    /// The work of one hash where the algorithm is PBKDF2.
    public var iterations: Int? { (hasher as? PBKDF2SHA256Hasher)?.iterations }

    init(
        hasher: any PasswordHasher = PBKDF2SHA256Hasher(), rules: PasswordRules? = PasswordRules(),
        policy: PasswordPolicy = .django
    ) {
        self.hasher = hasher
        self.rules = rules
        self.policy = policy
    }
}

/// What new passwords must be, with Django's defaults. Besides they must not be digits alone.
public struct PasswordRules: Sendable, Hashable {
    /// The fewest characters. Default: 8.
    public var minimumLength = 8
    /// A file of passwords that nobody may choose, beside those that are built in; `nil` for these alone.
    public var commonPasswordsFile: String?
    /// From which likeness with names and address on a password is refused: 0.1 to 1. Default: 0.7.
    public var similarity = 0.7

    init() {}

    /// The validators.
    /// - Throws: Foundation's error if the file of common passwords cannot be read.
    func policy() throws -> PasswordPolicy {
        let common =
            try commonPasswordsFile.map { try CommonPasswordValidator(contentsOf: URL(fileURLWithPath: $0)) }
            ?? CommonPasswordValidator()
        return PasswordPolicy([
            UserAttributeSimilarityValidator(maximumSimilarity: similarity),
            MinimumLengthValidator(minimumLength: minimumLength), common, NumericPasswordValidator(),
        ])
    }
}
