/// What a synchronization says about the content, in the order in which it has to be applied (RFC 4533, 3).
///
/// Until ``refreshDone(_:)`` these are parts of one picture, to be collected and applied at once; after it each stands
/// for itself. ``SyncPhaseTracker`` keeps the books.
public enum SyncChange: Sendable, Hashable {
    /// The entry is in the content and looks like this, whatever it was called before. During a refresh servers send
    /// every entry that changed as added.
    case entry(LDAPEntry, uuid: SyncUUID, isModified: Bool)
    /// The entry is in the content and has not changed.
    case present(SyncUUID)
    /// The entry has left the content. Servers name entries too that were never in it.
    case deleted(SyncUUID)
    /// These entries are in the content and have not changed.
    case presentSet([SyncUUID])
    /// These entries have left the content, or were never in it.
    case deletedSet([SyncUUID])
    /// A part of the content is elsewhere (RFC 4511, 4.5.3), which is never followed: what is absent from this
    /// synchronization may exist there.
    case reference([String])
    /// The refresh is complete.
    case refreshDone(SyncRefreshEnd)
    /// Everything handed out before this is in this cookie. Comes after the refresh only.
    case cookie(SyncCookie)
    /// Nothing has come for ``SyncRequest/idleInterval`` of the persist stage. The time to check, on another
    /// connection, that the server still lives.
    case idle
    /// The server cannot go on from the cookie. Comes last; what came before it in the same refresh counts for nothing.
    case restart(SyncRestart)
}

/// How a refresh ended.
public struct SyncRefreshEnd: Sendable, Hashable {
    /// Where the copy stands now; `nil` if the server did not say, and then the cookie that was sent stays good.
    public var cookie: SyncCookie?
    /// Whether the server named everything that is left (RFC 4533, 3.3.1: present phase), so that what it did not name
    /// is gone. Otherwise it named what is gone (3.3.2: delete phase).
    public var namesAllThatIsLeft: Bool

    /// Creates an end.
    public init(cookie: SyncCookie?, namesAllThatIsLeft: Bool) {
        self.cookie = cookie
        self.namesAllThatIsLeft = namesAllThatIsLeft
    }
}

/// Why and how a synchronization has to begin anew.
public struct SyncRestart: Sendable, Hashable {
    /// What the server said.
    public enum Reason: Sendable, Hashable {
        /// 4096 e-syncRefreshRequired: the cookie is too old, or another server's (RFC 4533, 2.5).
        case refreshRequired
        /// 53 in answer to a cookie: the server is behind it, as after a restore from a backup (OpenLDAP: "consumer
        /// state is newer than provider"). What the copy holds may never have been, or may come again.
        case serverIsBehind
    }

    /// What the server said.
    public var reason: Reason
    /// The cookie to begin anew with, if the server offered one.
    public var cookie: SyncCookie?
    /// The server's own words, for logs and administrators only.
    public var diagnosticMessage: String

    /// Creates a restart.
    public init(reason: Reason, cookie: SyncCookie? = nil, diagnosticMessage: String = "") {
        self.reason = reason
        self.cookie = cookie
        self.diagnosticMessage = LDAPError.printable(diagnosticMessage)
    }
}
