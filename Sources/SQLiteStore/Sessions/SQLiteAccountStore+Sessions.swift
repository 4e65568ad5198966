public import AuthCore
public import Foundation
internal import GRDB

extension SQLiteAccountStore: SessionStore {
    public func session(_ digest: SessionDigest) async throws -> StoredSession? {
        try read { tables in
            try tables.database.row(SessionRows.query + " WHERE s.digest = ?", [digest.bytes], SessionRows.stored)
        }
    }

    public func sessions(of user: User.ID) async throws -> [StoredSession] {
        try read { tables in
            try tables.database.rows(
                SessionRows.query + " WHERE s.user_id = ? ORDER BY s.last_seen DESC, s.id DESC", [user.rawValue],
                SessionRows.stored)
        }
    }

    public func openSession(
        _ new: NewSession, replacing replaced: SessionDigest?, keeping maximum: Int,
        binding: @escaping @Sendable (EncodedPassword) -> SessionBinding?
    ) async throws -> Session? {
        try await write { tables in
            let database = tables.database
            if let replaced { try database.run("DELETE FROM bridge_session WHERE digest = ?", [replaced.bytes]) }
            guard let account = try tables.record(new.user), account.user.isActive,
                let binding = binding(account.password)
            else { return nil }
            let id = try SessionRows.insert(new, binding: binding, into: database)
            try database.run(
                """
                DELETE FROM bridge_session WHERE user_id = ?1 AND id IN (
                    SELECT id FROM bridge_session WHERE user_id = ?1 AND id <> ?2
                    ORDER BY last_seen DESC, id DESC LIMIT -1 OFFSET ?3)
                """, [new.user.rawValue, id.rawValue, maximum - 1])
            return Session(
                id: id, user: new.user, backend: new.backend, created: new.created, lastSeen: new.created,
                expires: new.expires, address: new.address, userAgent: new.userAgent)
        }
    }

    public func rotateSession(_ digest: SessionDigest, to new: SessionDigest) async throws -> Bool {
        try await write { tables in
            try tables.database.run(
                "UPDATE bridge_session SET digest = ? WHERE digest = ?", [new.bytes, digest.bytes])
        }
    }

    public func bindSession(_ id: Session.ID, from former: SessionBinding, to new: SessionBinding) async throws {
        _ = try await write { tables in
            try tables.database.run(
                "UPDATE bridge_session SET binding = ? WHERE id = ? AND binding = ?",
                [new.bytes, id.rawValue, former.bytes])
        }
    }

    @discardableResult
    public func noteActivity(_ seen: [Session.ID: Date]) async throws -> Int {
        if seen.isEmpty { return 0 }
        let interval = TimeInterval(SessionSettings.activityInterval.components.seconds)
        return try await write { tables in
            try seen.count { id, time in
                try tables.database.run(
                    "UPDATE bridge_session SET last_seen = ? WHERE id = ? AND last_seen <= ?",
                    [DjangoTime.text(time), id.rawValue, DjangoTime.text(time - interval)])
            }
        }
    }

    @discardableResult
    public func endSession(_ digest: SessionDigest) async throws -> Bool {
        try await write { tables in
            try tables.database.run("DELETE FROM bridge_session WHERE digest = ?", [digest.bytes])
        }
    }

    @discardableResult
    public func endSession(_ id: Session.ID, of user: User.ID) async throws -> Bool {
        try await write { tables in
            try tables.database.run(
                "DELETE FROM bridge_session WHERE id = ? AND user_id = ?", [id.rawValue, user.rawValue])
        }
    }

    @discardableResult
    public func endSessions(of user: User.ID, except kept: SessionDigest?) async throws -> Int {
        try await write { tables in
            try tables.database.run(
                "DELETE FROM bridge_session WHERE user_id = ? AND digest IS NOT ?", [user.rawValue, kept?.bytes])
            return tables.database.changesCount
        }
    }

    public func removeSessions(
        expiredAt now: Date, createdBefore: Date, seenBefore: Date, limit: Int
    ) async throws -> Int {
        let isOver = "(expires <= ?1 OR created <= ?2 OR last_seen <= ?3)"
        let times = [now, createdBefore, seenBefore].map(DjangoTime.text)
        // The table is searched without the write lock. What was used meanwhile is spared.
        let ids = try read { tables in
            try tables.database.rows(
                "SELECT id FROM bridge_session WHERE \(isOver) LIMIT ?4", times + [limit]
            ) { try $0.integer(0) }
        }
        if ids.isEmpty { return 0 }
        return try await write { tables in
            try tables.database.run(
                "DELETE FROM bridge_session WHERE id IN (SELECT value FROM json_each(?4)) AND \(isOver)",
                times + [JSONText.array(ids)])
            return tables.database.changesCount
        }
    }
}
