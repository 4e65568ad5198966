public import AuthCore

/// Checks the hashes of one algorithm, in Django's format: the algorithm's name, `$`, and what the algorithm needs to know.
///
/// Hashing is slow on purpose, so call a verifier through ``PasswordHashing``, which keeps that work off the threads that serve others.
public protocol PasswordVerifier: Sendable {
    /// The text before the first `$`.
    var algorithm: String { get }

    /// How hard the algorithm is to attack, whatever its parameters.
    var strength: PasswordHashStrength { get }

    /// Whether this is the password. The comparison takes constant time.
    ///
    /// Where the algorithm allows it, a wrong one costs as much time as one hash with the parameters of this verifier, if the stored hash
    /// has less work (Django's `harden_runtime`).
    /// - Throws: ``PasswordHashError`` if what stands in the column is not this algorithm's format.
    func verify(_ password: Secret, against encoded: EncodedPassword) throws -> Bool

    /// Whether a hash takes less work to break than one with the parameters of this verifier, and in no respect more.
    func mustUpdate(_ encoded: EncodedPassword) -> Bool
}

extension PasswordVerifier {
    /// Whether a column holds a hash of this algorithm (Django's `identify_hasher`).
    public func identify(_ encoded: EncodedPassword) -> Bool {
        encoded.encoded.hasPrefix(algorithm + "$") || encoded.encoded == algorithm
    }
}

/// Makes hashes of one algorithm, and checks them.
public protocol PasswordHasher: PasswordVerifier {
    /// Hashes a password under a new random salt.
    /// - Throws: ``PasswordHashError`` if it cannot be hashed.
    func encode(_ password: Secret) throws -> EncodedPassword
}

/// The order of algorithms by how much they hinder somebody who guesses with hardware of their own.
///
/// A hash of a weaker algorithm is replaced at the next login, one of a stronger algorithm stays.
public struct PasswordHashStrength: Sendable, Hashable, Comparable {
    private let rank: Int
    private init(_ rank: Int) { self.rank = rank }

    /// A digest that takes no time: `md5`.
    public static let digest = PasswordHashStrength(0)
    /// Many rounds of SHA-1, which needs no memory and is cheaper than SHA-256: `pbkdf2_sha1`.
    public static let pbkdf2SHA1 = PasswordHashStrength(1)
    /// Many rounds of SHA-256, which needs no memory: `pbkdf2_sha256`.
    public static let pbkdf2SHA256 = PasswordHashStrength(2)
    /// A few kilobytes that change all the time, over the first 72 bytes of the password: `bcrypt`.
    public static let bcrypt = PasswordHashStrength(3)
    /// bcrypt over the whole password: `bcrypt_sha256`.
    public static let bcryptSHA256 = PasswordHashStrength(4)
    /// Megabytes of memory, which may be traded for time: `scrypt`.
    public static let scrypt = PasswordHashStrength(5)
    /// Megabytes of memory, which cannot: `argon2`.
    public static let argon2 = PasswordHashStrength(6)

    public static func < (lhs: Self, rhs: Self) -> Bool { lhs.rank < rhs.rank }
}
