public import AuthCore

/// Django's preferred hasher: PBKDF2 with HMAC-SHA256 (RFC 8018 section 5.2), written `pbkdf2_sha256$iterations$salt$base64`.
public struct PBKDF2SHA256Hasher: PasswordHasher {
    /// The iterations of Django 6.1.
    public static let defaultIterations = 1_500_000
    /// The most iterations that are ever run; a column that asks for more is malformed.
    public static let maximumIterations = 100_000_000

    private let function: PBKDF2

    /// A hasher.
    /// - Parameter iterations: The iterations of new hashes, from 1 to ``maximumIterations``; others are brought into this range. A
    ///   database shared with a Django site wants the site's own number, else the two would hash each other's passwords again and
    ///   end each other's sessions. Default: ``defaultIterations``.
    public init(iterations: Int = Self.defaultIterations) {
        function = PBKDF2.sha256(iterations: min(max(iterations, 1), Self.maximumIterations))
    }

    /// The iterations of new hashes.
    public var iterations: Int { function.iterations }

    public var algorithm: String { function.algorithm }
    public var strength: PasswordHashStrength { .pbkdf2SHA256 }

    public func encode(_ password: Secret) throws -> EncodedPassword {
        try encode(password, salt: Salt.random())
    }

    public func verify(_ password: Secret, against encoded: EncodedPassword) throws -> Bool {
        try function.verify(password, against: encoded)
    }

    public func mustUpdate(_ encoded: EncodedPassword) -> Bool { function.mustUpdate(encoded) }

    /// Hashes a password under a given salt; for tests and for hashes made elsewhere.
    /// - Throws: ``PasswordHashError`` if the salt is empty or holds a `$`.
    func encode(_ password: Secret, salt: String) throws -> EncodedPassword {
        try function.encode(password, salt: salt)
    }
}

/// PBKDF2 with HMAC-SHA1, as other software makes it too, written `pbkdf2_sha1$iterations$salt$base64`.
public struct PBKDF2SHA1Hasher: PasswordHasher {
    private let function: PBKDF2

    /// A hasher.
    /// - Parameter iterations: The iterations of new hashes, from 1 to ``PBKDF2SHA256Hasher/maximumIterations``; others are brought into
    ///   this range. Default: ``PBKDF2SHA256Hasher/defaultIterations``, as in Django.
    public init(iterations: Int = PBKDF2SHA256Hasher.defaultIterations) {
        function = PBKDF2.sha1(iterations: min(max(iterations, 1), PBKDF2SHA256Hasher.maximumIterations))
    }

    /// The iterations of new hashes.
    public var iterations: Int { function.iterations }

    public var algorithm: String { function.algorithm }
    public var strength: PasswordHashStrength { .pbkdf2SHA1 }

    public func encode(_ password: Secret) throws -> EncodedPassword {
        try encode(password, salt: Salt.random())
    }

    public func verify(_ password: Secret, against encoded: EncodedPassword) throws -> Bool {
        try function.verify(password, against: encoded)
    }

    public func mustUpdate(_ encoded: EncodedPassword) -> Bool { function.mustUpdate(encoded) }

    /// Hashes a password under a given salt; for tests and for hashes made elsewhere.
    /// - Throws: ``PasswordHashError`` if the salt is empty or holds a `$`.
    func encode(_ password: Secret, salt: String) throws -> EncodedPassword {
        try function.encode(password, salt: salt)
    }
}
