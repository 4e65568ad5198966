public import Foundation
import Synchronization

/// The sessions of an ``InMemoryAccountStore``.
struct InMemorySessions {
    struct Entry {
        var digest: SessionDigest
        var binding: SessionBinding
        var session: Session
    }

    private(set) var entries: [Session.ID: Entry] = [:]
    private var ids: [SessionDigest: Session.ID] = [:]
    private var lastID: Int64 = 0

    func entry(_ digest: SessionDigest) -> Entry? { ids[digest].flatMap { entries[$0] } }

    func entries(of user: User.ID) -> [Entry] {
        entries.values.filter { $0.session.user == user }.sorted { $0.session.isUsedLater(than: $1.session) }
    }

    mutating func insert(_ new: NewSession, binding: SessionBinding) -> Session {
        lastID += 1
        let session = Session(
            id: Session.ID(lastID), user: new.user, backend: new.backend, created: new.created,
            lastSeen: new.created, expires: new.expires, address: new.address, userAgent: new.userAgent)
        ids[new.digest] = session.id
        entries[session.id] = Entry(digest: new.digest, binding: binding, session: session)
        return session
    }

    mutating func rotate(_ digest: SessionDigest, to new: SessionDigest) -> Bool {
        guard let id = ids.removeValue(forKey: digest) else { return false }
        ids[new] = id
        entries[id]?.digest = new
        return true
    }

    mutating func bind(_ id: Session.ID, from former: SessionBinding, to new: SessionBinding) {
        if entries[id]?.binding == former { entries[id]?.binding = new }
    }

    mutating func noteUse(_ id: Session.ID, at time: Date) -> Bool {
        guard let last = entries[id]?.session.lastSeen,
            time.timeIntervalSince(last) >= SessionSettings.activityInterval.timeInterval
        else { return false }
        entries[id]?.session.lastSeen = time
        return true
    }

    mutating func remove(_ digest: SessionDigest) -> Bool {
        guard let id = ids.removeValue(forKey: digest) else { return false }
        entries[id] = nil
        return true
    }

    /// Makes room: of a user's sessions those end that were used longest ago.
    mutating func trim(_ user: User.ID, to maximum: Int, sparing spared: Session.ID) {
        guard entries.values.count(where: { $0.session.user == user }) > maximum else { return }
        for entry in entries(of: user).filter({ $0.session.id != spared }).dropFirst(maximum - 1) {
            _ = remove(entry.digest)
        }
    }

    /// - Returns: How many there were.
    mutating func removeAll(limit: Int = .max, where isOver: (Entry) -> Bool) -> Int {
        let over = entries.values.filter(isOver).prefix(limit)
        for entry in over { _ = remove(entry.digest) }
        return over.count
    }
}

extension Session {
    /// The order of lists: the last used first, and of those used at the same time the last opened.
    fileprivate func isUsedLater(than other: Session) -> Bool { (lastSeen, id) > (other.lastSeen, other.id) }
}

extension InMemoryAccountStore: SessionStore {
    public func session(_ digest: SessionDigest) async throws -> StoredSession? {
        rows.withLock { rows in rows.sessions.entry(digest).flatMap { rows.stored($0) } }
    }

    public func sessions(of user: User.ID) async throws -> [StoredSession] {
        rows.withLock { rows in rows.sessions.entries(of: user).compactMap { rows.stored($0) } }
    }

    public func openSession(
        _ new: NewSession, replacing replaced: SessionDigest?, keeping maximum: Int,
        binding: @escaping @Sendable (EncodedPassword) -> SessionBinding?
    ) async throws -> Session? {
        rows.withLock { rows in
            if let replaced { _ = rows.sessions.remove(replaced) }
            guard let account = rows.record(new.user), account.user.isActive, let binding = binding(account.password)
            else { return nil }
            let session = rows.sessions.insert(new, binding: binding)
            rows.sessions.trim(new.user, to: maximum, sparing: session.id)
            return session
        }
    }

    public func rotateSession(_ digest: SessionDigest, to new: SessionDigest) async throws -> Bool {
        rows.withLock { $0.sessions.rotate(digest, to: new) }
    }

    public func bindSession(_ id: Session.ID, from former: SessionBinding, to new: SessionBinding) async throws {
        rows.withLock { $0.sessions.bind(id, from: former, to: new) }
    }

    @discardableResult
    public func noteActivity(_ seen: [Session.ID: Date]) async throws -> Int {
        rows.withLock { rows in seen.count { rows.sessions.noteUse($0.key, at: $0.value) } }
    }

    @discardableResult
    public func endSession(_ digest: SessionDigest) async throws -> Bool {
        rows.withLock { $0.sessions.remove(digest) }
    }

    @discardableResult
    public func endSession(_ id: Session.ID, of user: User.ID) async throws -> Bool {
        rows.withLock { $0.sessions.removeAll { $0.session.id == id && $0.session.user == user } } > 0
    }

    @discardableResult
    public func endSessions(of user: User.ID, except kept: SessionDigest?) async throws -> Int {
        rows.withLock { $0.sessions.removeAll { $0.session.user == user && $0.digest != kept } }
    }

    public func removeSessions(
        expiredAt now: Date, createdBefore: Date, seenBefore: Date, limit: Int
    ) async throws -> Int {
        rows.withLock { rows in
            rows.sessions.removeAll(limit: limit) {
                $0.session.expires <= now || $0.session.created <= createdBefore || $0.session.lastSeen <= seenBefore
            }
        }
    }
}

extension InMemoryTables {
    fileprivate func stored(_ entry: InMemorySessions.Entry) -> StoredSession? {
        record(entry.session.user).map {
            StoredSession(session: entry.session, binding: entry.binding, account: $0)
        }
    }
}
