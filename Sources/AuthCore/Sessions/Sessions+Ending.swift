import Synchronization

extension Sessions {
    /// The sessions of a user that are not over, the last used first.
    public func list(of user: User.ID) async throws -> [Session] {
        let time = now()
        var sessions: [Session] = []
        for var stored in try await store.sessions(of: user) {
            if let used = seen.withLock({ $0[stored.session.id] }) {
                stored.session.lastSeen = max(used, stored.session.lastSeen)
            }
            if try await end(of: stored, at: time) == nil { sessions.append(stored.session) }
        }
        return sessions.sorted { ($0.lastSeen, $0.id) > ($1.lastSeen, $1.id) }
    }

    /// Signs out: ends the session of a token.
    /// - Returns: Whether there was one.
    @discardableResult
    public func end(_ token: SessionToken) async throws -> Bool {
        try await store.endSession(token.digest)
    }

    /// Ends one of a user's sessions, such as that of a device that was lost.
    /// - Parameters:
    ///   - id: Which.
    ///   - user: Whose. A session of somebody else's is left alone.
    ///   - cause: Who wants this, for the audit trail.
    /// - Returns: Whether there was one.
    @discardableResult
    public func end(_ id: Session.ID, of user: User.ID, cause: ChangeCause) async throws -> Bool {
        guard try await store.endSession(id, of: user) else { return false }
        note(1, of: user, cause)
        return true
    }

    /// Signs out everywhere: ends all sessions of a user.
    /// - Parameters:
    ///   - user: Whose.
    ///   - kept: The token of the session from which the person does this; `nil` ends that too.
    ///   - cause: Who wants this, for the audit trail.
    /// - Returns: How many there were.
    @discardableResult
    public func endAll(of user: User.ID, except kept: SessionToken? = nil, cause: ChangeCause) async throws -> Int {
        let count = try await store.endSessions(of: user, except: kept?.digest)
        if count > 0 { note(count, of: user, cause) }
        return count
    }

    private func note(_ count: Int, of user: User.ID, _ cause: ChangeCause) {
        recorder?.note(
            AuditEvent(
                time: now(), event: "session.end", userID: user, cause: cause, details: ["sessions": String(count)]))
    }
}
