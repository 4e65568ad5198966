public import AuthCore

/// One algorithm for passwords, in Django's format: the algorithm's name, `$`, and what the algorithm needs to know.
///
/// Hashing is slow on purpose, so call a hasher through ``PasswordHashing``, which keeps that work off the threads that serve others.
public protocol PasswordHasher: Sendable {
    /// The text before the first `$`.
    var algorithm: String { get }

    /// Hashes a password under a new random salt.
    /// - Throws: ``PasswordHashError`` if it cannot be hashed.
    func encode(_ password: Secret) throws -> EncodedPassword

    /// Whether this is the password. A wrong one costs as much time as one hash made by ``encode(_:)``.
    /// - Throws: ``PasswordHashError`` if what stands in the column is not this algorithm's format.
    func verify(_ password: Secret, against encoded: EncodedPassword) throws -> Bool

    /// Whether a hash takes less work to break than those that ``encode(_:)`` makes.
    func mustUpdate(_ encoded: EncodedPassword) -> Bool
}

extension PasswordHasher {
    /// Whether a column holds a hash of this algorithm (Django's `identify_hasher`).
    public func identify(_ encoded: EncodedPassword) -> Bool {
        encoded.encoded.hasPrefix(algorithm + "$") || encoded.encoded == algorithm
    }
}

/// Why a hash cannot be made or checked. Holds no part of a password or hash.
public struct PasswordHashError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The kind of error. Callers match it, people read the message.
    public struct Code: Sendable, Hashable {
        private let name: String
        private init(_ name: String) { self.name = name }
        /// The text after the algorithm's name is not what the algorithm writes.
        public static let malformedHash = Code("malformedHash")
        /// The number of iterations is zero, negative, or would keep a processor busy for minutes.
        public static let iterationsOutOfRange = Code("iterationsOutOfRange")
        /// A salt is empty or holds a `$`.
        public static let invalidSalt = Code("invalidSalt")
        /// The cryptographic library failed.
        public static let failed = Code("failed")
    }

    /// The kind.
    public let code: Code
    /// What is wrong, and the remedy.
    public let message: String

    /// An error.
    public init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    public var description: String { message }

    /// Lets a `catch` match the code.
    public static func ~= (code: Code, error: PasswordHashError) -> Bool { error.code == code }
}
