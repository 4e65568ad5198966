#if NativeHashers
public import AuthCore
internal import Crypto

/// bcrypt over the hexadecimal SHA-256 of the password, so that no part of it is cut off; written `bcrypt_sha256$$2b$12$…`, as Django
/// does. Needs the package trait `NativeHashers`.
public struct BCryptSHA256Hasher: PasswordHasher {
    private let function: BCrypt

    /// A hasher.
    /// - Parameter rounds: The binary logarithm of the rounds of new hashes, from 4 to 18; others are brought into this range.
    ///   Default: 12, as in Django.
    public init(rounds: Int = 12) {
        function = BCrypt(rounds: rounds)
    }

    /// The binary logarithm of the rounds of new hashes.
    public var rounds: Int { function.rounds }

    public var algorithm: String { "bcrypt_sha256" }
    public var strength: PasswordHashStrength { .bcryptSHA256 }

    public func encode(_ password: Secret) throws -> EncodedPassword {
        try encode(password, setting: function.newSetting())
    }

    /// Hashes a password with given rounds and salt; for tests.
    func encode(_ password: Secret, setting: String) throws -> EncodedPassword {
        EncodedPassword(encoded: "\(algorithm)$" + (try BCrypt.hash(Self.digest(password), setting: setting)))
    }

    public func verify(_ password: Secret, against encoded: EncodedPassword) throws -> Bool {
        try function.verify(Self.digest(password), against: BCryptHash(encoded, algorithm: algorithm))
    }

    public func mustUpdate(_ encoded: EncodedPassword) -> Bool {
        function.mustUpdate(encoded, algorithm: algorithm)
    }

    private static func digest(_ password: Secret) -> [UInt8] {
        Array(SHA256.hash(data: password.bytes).hexadecimal.utf8)
    }
}

/// bcrypt over the password itself, written `bcrypt$$2b$12$…`, as Django does. Needs the package trait `NativeHashers`.
///
/// bcrypt looks at the first 72 bytes only. Longer passwords are refused here rather than cut: none is hashed, none is right.
/// ``BCryptSHA256Hasher`` takes them all.
public struct BCryptHasher: PasswordHasher {
    /// The bytes of a password that bcrypt looks at.
    public static let maximumPasswordBytes = 72

    private let function: BCrypt

    /// A hasher.
    /// - Parameter rounds: The binary logarithm of the rounds of new hashes, from 4 to 18; others are brought into this range.
    ///   Default: 12, as in Django.
    public init(rounds: Int = 12) {
        function = BCrypt(rounds: rounds)
    }

    /// The binary logarithm of the rounds of new hashes.
    public var rounds: Int { function.rounds }

    public var algorithm: String { "bcrypt" }
    public var strength: PasswordHashStrength { .bcrypt }

    public func encode(_ password: Secret) throws -> EncodedPassword {
        try encode(password, setting: function.newSetting())
    }

    /// Hashes a password with given rounds and salt; for tests.
    func encode(_ password: Secret, setting: String) throws -> EncodedPassword {
        guard Self.isSuitable(password) else {
            throw PasswordHashError(
                .unsuitablePassword,
                "bcrypt takes passwords of at most \(Self.maximumPasswordBytes) bytes without a NUL; use bcrypt_sha256 for others."
            )
        }
        return EncodedPassword(encoded: "\(algorithm)$" + (try BCrypt.hash(password.bytes, setting: setting)))
    }

    public func verify(_ password: Secret, against encoded: EncodedPassword) throws -> Bool {
        let stored = try BCryptHash(encoded, algorithm: algorithm)
        // The work is done in any case, so that the time tells nothing.
        let isSuitable = Self.isSuitable(password)
        let isRight = try function.verify(isSuitable ? password.bytes : [], against: stored)
        return isRight && isSuitable
    }

    public func mustUpdate(_ encoded: EncodedPassword) -> Bool {
        function.mustUpdate(encoded, algorithm: algorithm)
    }

    private static func isSuitable(_ password: Secret) -> Bool {
        password.bytes.count <= maximumPasswordBytes && !password.bytes.contains(0)
    }
}
#endif
