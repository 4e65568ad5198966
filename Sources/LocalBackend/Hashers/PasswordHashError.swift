/// Why a hash cannot be made or checked. Holds no part of a password or hash.
public struct PasswordHashError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The kind of error. Callers match it, people read the message.
    public struct Code: Sendable, Hashable {
        private let name: String
        private init(_ name: String) { self.name = name }
        /// The text after the algorithm's name is not what the algorithm writes.
        public static let malformedHash = Code("malformedHash")
        /// The work that is asked for is none, or would keep a processor busy for minutes or fill the memory.
        public static let workOutOfRange = Code("workOutOfRange")
        /// A salt is empty or holds a `$`.
        public static let invalidSalt = Code("invalidSalt")
        /// The algorithm cannot take this password: too long, or with a NUL byte.
        public static let unsuitablePassword = Code("unsuitablePassword")
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

    static func malformed(_ algorithm: String, _ form: String) -> PasswordHashError {
        PasswordHashError(
            .malformedHash, "The password column is not of the form \(algorithm)$\(form); set a new password.")
    }

    static func work(_ algorithm: String, _ allowed: String) -> PasswordHashError {
        PasswordHashError(
            .workOutOfRange,
            "\(algorithm) is asked for more or less work than is allowed (\(allowed)); set a new password, or configure other parameters."
        )
    }
}
