public import Foundation

/// Keeps sessions, beside the accounts they belong to.
///
/// Applying a plan that deactivates an account or gives it another password ends its sessions in the same transaction; removing the account
/// does too. A store throws ``AuthenticationOutage`` with ``OutageReason/databaseUnavailable`` when it cannot answer. `StoreConformance` and
/// `SessionConformance` check a store.
public protocol SessionStore: Sendable {
    /// The session with this digest, and its account, in one read; `nil` if there is none. This runs for each request of an application.
    func session(_ digest: SessionDigest) async throws -> StoredSession?

    /// The sessions of a user, the last used first.
    func sessions(of user: User.ID) async throws -> [StoredSession]

    /// Opens a session, all in one transaction: the one that is replaced ends, whoever's it is; the new one is bound to the password column as it
    /// is then; and of the user's sessions those that were not used for longest end where there are too many.
    /// - Parameters:
    ///   - new: The session.
    ///   - replaced: The session that the browser had, if any.
    ///   - maximum: How many the user may have, the new one included.
    ///   - binding: Computes the binding to a password column; `nil` if there must be no session with that one.
    /// - Returns: The session; `nil` if there is no such account, or it is not active, or there is no binding. What is replaced ends all the same.
    func openSession(
        _ new: NewSession, replacing replaced: SessionDigest?, keeping maximum: Int,
        binding: @escaping @Sendable (EncodedPassword) -> SessionBinding?
    ) async throws -> Session?

    /// Puts another digest into the place of one. The session goes on under it, and the old token is nobody's.
    /// - Returns: Whether there was such a session.
    func rotateSession(_ digest: SessionDigest, to new: SessionDigest) async throws -> Bool

    /// Binds a session anew, if it is bound as `former` says.
    func bindSession(_ id: Session.ID, from former: SessionBinding, to new: SessionBinding) async throws

    /// Writes down when sessions were last used, in one transaction. Of a session whose last known use is less than
    /// ``SessionSettings/activityInterval`` before, nothing is written: another process was faster.
    /// - Returns: How many sessions were written.
    @discardableResult
    func noteActivity(_ seen: [Session.ID: Date]) async throws -> Int

    /// Ends a session.
    /// - Returns: Whether there was one.
    @discardableResult
    func endSession(_ digest: SessionDigest) async throws -> Bool

    /// Ends a session of a user.
    /// - Returns: Whether there was one.
    @discardableResult
    func endSession(_ id: Session.ID, of user: User.ID) async throws -> Bool

    /// Ends the sessions of a user.
    /// - Parameter kept: One that goes on; `nil` for none.
    /// - Returns: How many there were.
    @discardableResult
    func endSessions(of user: User.ID, except kept: SessionDigest?) async throws -> Int

    /// Removes sessions that are over, some of them at a time, so that nobody waits long for the database.
    /// - Parameters:
    ///   - now: The present time.
    ///   - createdBefore: Those opened then or before are over.
    ///   - seenBefore: Those last used then or before are over.
    ///   - limit: How many are removed at the most.
    /// - Returns: How many were.
    func removeSessions(
        expiredAt now: Date, createdBefore: Date, seenBefore: Date, limit: Int
    ) async throws -> Int
}

/// A session as a store keeps it, with the account it belongs to.
public struct StoredSession: Sendable, Hashable {
    /// The session.
    public var session: Session
    /// What it is bound to.
    public var binding: SessionBinding
    /// The account, as it is now.
    public var account: AccountRecord

    /// A stored session.
    public init(session: Session, binding: SessionBinding, account: AccountRecord) {
        self.session = session
        self.binding = binding
        self.account = account
    }
}
