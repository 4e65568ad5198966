import AuthCore
import Foundation
import Synchronization

/// A store that counts what it is asked for, and can be down.
final class CountingSessionStore: SessionStore {
    struct Counts: Equatable {
        var reads = 0
        var writes = 0
        var rows = 0
    }

    let accounts = InMemoryAccountStore()
    private let counted = Mutex(Counts())
    private let down = Mutex(false)

    var counts: Counts { counted.withLock { $0 } }
    var isDown: Bool {
        get { down.withLock { $0 } }
        set { down.withLock { $0 = newValue } }
    }

    private func count(_ path: WritableKeyPath<Counts, Int>, _ number: Int = 1) throws {
        if isDown { throw AuthenticationOutage(.databaseUnavailable, "The database is away.") }
        counted.withLock { $0[keyPath: path] += number }
    }

    func session(_ digest: SessionDigest) async throws -> StoredSession? {
        try count(\.reads)
        return try await accounts.session(digest)
    }

    func sessions(of user: User.ID) async throws -> [StoredSession] {
        try count(\.reads)
        return try await accounts.sessions(of: user)
    }

    func openSession(
        _ new: NewSession, replacing replaced: SessionDigest?, keeping maximum: Int,
        binding: @escaping @Sendable (EncodedPassword) -> SessionBinding?
    ) async throws -> Session? {
        try count(\.writes)
        return try await accounts.openSession(new, replacing: replaced, keeping: maximum, binding: binding)
    }

    func rotateSession(_ digest: SessionDigest, to new: SessionDigest) async throws -> Bool {
        try count(\.writes)
        return try await accounts.rotateSession(digest, to: new)
    }

    func bindSession(_ id: Session.ID, from former: SessionBinding, to new: SessionBinding) async throws {
        try count(\.writes)
        try await accounts.bindSession(id, from: former, to: new)
    }

    func noteActivity(_ seen: [Session.ID: Date]) async throws -> Int {
        try count(\.writes)
        let rows = try await accounts.noteActivity(seen)
        try count(\.rows, rows)
        return rows
    }

    func endSession(_ digest: SessionDigest) async throws -> Bool {
        try count(\.writes)
        return try await accounts.endSession(digest)
    }

    func endSession(_ id: Session.ID, of user: User.ID) async throws -> Bool {
        try count(\.writes)
        return try await accounts.endSession(id, of: user)
    }

    func endSessions(of user: User.ID, except kept: SessionDigest?) async throws -> Int {
        try count(\.writes)
        return try await accounts.endSessions(of: user, except: kept)
    }

    func removeSessions(
        expiredAt now: Date, createdBefore: Date, seenBefore: Date, limit: Int
    ) async throws -> Int {
        try count(\.writes)
        return try await accounts.removeSessions(
            expiredAt: now, createdBefore: createdBefore, seenBefore: seenBefore, limit: limit)
    }
}
