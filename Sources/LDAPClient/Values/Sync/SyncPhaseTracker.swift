/// The books of one synchronization: which entries were named, what that proves about the others, and which cookie may
/// be stored. A value without any directory; whoever applies the changes feeds it each of them.
///
/// ```swift
/// var tracker = SyncPhaseTracker(sentCookie: request.cookie)
/// for try await change in stream {
///     tracker.note(change)
///     if case .entry(let entry, let uuid, _) = change { … collect … }
///     if let outcome = tracker.finishRefresh(known: copy.uuids) { … apply all at once, with tracker.cookie … }
/// }
/// ```
public struct SyncPhaseTracker: Sendable {
    /// The cookie that may be stored in the same transaction as everything noted so far. Until the end of the refresh
    /// it is the one that was sent.
    public private(set) var cookie: SyncCookie?
    /// How the refresh ended; `nil` while it goes on.
    public private(set) var refreshEnd: SyncRefreshEnd?
    /// Set when everything noted counts for nothing and the synchronization has to begin anew.
    public private(set) var restart: SyncRestart?
    /// How many parts of the content were referred elsewhere.
    public private(set) var referenceCount = 0

    private let sentCookie: SyncCookie?
    private var isFinished = false
    /// Whether each entry that the refresh named is there, as it was said last.
    private var isThere: [SyncUUID: Bool] = [:]
    /// Whether the refresh said of any entry that it has not changed or is gone. A server that ignores the cookie has
    /// nothing to compare with.
    private var hasComparison = false

    /// Begins the books.
    ///
    /// - Parameter sentCookie: The cookie of the request, `nil` if it asked for the whole content.
    public init(sentCookie: SyncCookie?) {
        self.sentCookie = sentCookie
        cookie = sentCookie
    }

    /// Whether the refresh is over and each change stands for itself.
    public var isPersisting: Bool { refreshEnd != nil }

    /// Takes a change into account. To be called with each, in order.
    public mutating func note(_ change: SyncChange) {
        switch change {
        case .entry(_, let uuid, _): name([uuid], isThere: true)
        case .present(let uuid):
            hasComparison = true
            name([uuid], isThere: true)
        case .presentSet(let uuids):
            hasComparison = true
            name(uuids, isThere: true)
        case .deleted(let uuid):
            hasComparison = true
            name([uuid], isThere: false)
        case .deletedSet(let uuids):
            hasComparison = true
            name(uuids, isThere: false)
        case .reference: referenceCount += 1
        case .refreshDone(let end):
            refreshEnd = end
            cookie = end.cookie ?? cookie
        case .cookie(let new):
            if isPersisting { cookie = new.succeeding(cookie) }
        case .restart(let restart): self.restart = restart
        case .idle: break
        }
    }

    private mutating func name(_ uuids: [SyncUUID], isThere: Bool) {
        guard !isPersisting else { return }
        // What was said last holds: an entry can leave the content and come back while it is being read.
        for uuid in uuids { self.isThere[uuid] = isThere }
    }

    /// What the refresh means for a copy; once, after ``SyncChange/refreshDone(_:)``. Forgets the entries named.
    ///
    /// - Parameter known: The entries that the copy holds as present, from before this refresh.
    /// - Returns: `nil` while the refresh goes on, and after the first call.
    public mutating func finishRefresh(known: some Sequence<SyncUUID>) -> SyncRefreshOutcome? {
        guard let refreshEnd, restart == nil, !isFinished else { return nil }
        isFinished = true
        defer { isThere = [:] }
        var gone: [SyncUUID] = []
        var absent: [SyncUUID] = []
        var resent = 0
        for uuid in known {
            switch isThere[uuid] {
            case true?: resent += 1
            case false?: gone.append(uuid)
            case nil: absent.append(uuid)
            }
        }
        let absence = absence(refreshEnd, resent: resent, absent: absent.count)
        if absence == .unchanged { absent = [] }
        return SyncRefreshOutcome(deleted: gone, absent: absent, absence: absence)
    }

    private func absence(_ end: SyncRefreshEnd, resent: Int, absent: Int) -> SyncRefreshOutcome.Absence {
        // OpenLDAP calls initial content a delete phase (RFC 4533, 3.3.1, says otherwise), so for it what was sent decides
        // and not the flag.
        if sentCookie == nil || end.namesAllThatIsLeft {
            if referenceCount > 0 { return .unproven(.references) }
            // Everything may be gone, or a server has nothing to say and means that nothing has changed.
            let namedAny = isThere.values.contains(true)
            return sentCookie == nil || namedAny || absent == 0 ? .gone : .unproven(.nothingNamed)
        }
        // OpenLDAP takes a cookie that it cannot read for none, sends everything, and still speaks of a delete phase.
        // A true one compares, brings a new cookie with its changes, and rarely brings half of everything. To ask once
        // more without a cookie then costs at most about as much again as this refresh did.
        let isComplete = !hasComparison && !isThere.isEmpty && (end.cookie == nil || resent >= absent)
        return isComplete ? .unproven(.cookieIgnored) : .unchanged
    }
}
