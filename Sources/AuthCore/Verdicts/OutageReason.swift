/// Why it cannot be known whether somebody may come in. Never counted as a wrong password, never a reason to deactivate anybody.
public enum OutageReason: String, Sendable, Hashable, CaseIterable {
    /// No server could be reached, or the connection broke.
    case serverDown
    /// A server was reached and did not answer in time.
    case timedOut
    /// The connection could not be secured.
    case tlsFailed
    /// The directory refused the service account.
    case serviceBindRefused
    /// The directory refused or could not complete a search.
    case searchRefused
    /// The local database could not be read or written.
    case databaseUnavailable
    /// The application's own hook could not tell what should be mirrored.
    case hookFailed
}

/// What a backend or a store throws when it cannot know the answer.
public struct AuthenticationOutage: Error, Sendable, CustomStringConvertible {
    /// The kind of outage, from the closed vocabulary.
    public let reason: OutageReason

    /// One sentence that says what failed, where, and what would help. Holds no secret.
    public let message: String

    /// The error behind it, if there is one.
    public let underlying: (any Error)?

    /// An outage.
    /// - Parameters:
    ///   - reason: The kind.
    ///   - message: What failed, where, and the remedy, for an administrator.
    ///   - underlying: The error that caused it.
    public init(_ reason: OutageReason, _ message: String, underlying: (any Error)? = nil) {
        self.reason = reason
        self.message = message
        self.underlying = underlying
    }

    public var description: String { message }
}
