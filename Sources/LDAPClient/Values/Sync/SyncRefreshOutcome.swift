/// What a refresh means for the entries of a copy beyond those that it brought.
public struct SyncRefreshOutcome: Sendable, Hashable {
    /// What follows from an entry's not having been named.
    public enum Absence: Sendable, Hashable {
        /// The entry is not in the content that this identity can see: all that is left was named.
        case gone
        /// The entry has not changed: all that is gone was named.
        case unchanged
        /// Nothing follows.
        case unproven(Reason)
    }

    /// Why nothing follows from absence.
    public enum Reason: Sendable, Hashable {
        /// A part of the content is on other servers.
        case references
        /// The server seems to have ignored the cookie and sent everything, without saying what is gone. Synchronize
        /// again without a cookie.
        case cookieIgnored
        /// The server says that it named what is left, and named nothing. Synchronize again without a cookie.
        case nothingNamed
    }

    /// Entries of the copy that the server named as gone.
    public var deleted: [SyncUUID]
    /// Entries of the copy that were not named, where ``absence`` does not say that this is as it should be. They may be
    /// removed only if it is ``Absence/gone``, and even then the right to read them may have been lost instead.
    public var absent: [SyncUUID]
    /// What follows from an entry's not having been named.
    public var absence: Absence

    /// Creates an outcome.
    public init(deleted: [SyncUUID], absent: [SyncUUID], absence: Absence) {
        self.deleted = deleted
        self.absent = absent
        self.absence = absence
    }
}
