public import AuthCore
public import Foundation
internal import GRDB

extension SQLiteAccountStore: ThrottleStore {
    public func throttleBudgets(notWholeAt now: Int64, limit: Int) async throws -> [ThrottleBudget] {
        try read { tables in
            try tables.database.rows(
                "SELECT key, kind, whole_at FROM bridge_throttle WHERE whole_at > ? ORDER BY whole_at DESC LIMIT ?",
                [now, limit], Self.budget
            ).compactMap { $0 }
        }
    }

    public func knownDevices(among keys: [ThrottleKey]) async throws -> [ThrottleKey: Date] {
        // Two at the most, one for what the device presents and one for its address; a list in the condition would not be one statement.
        let places =
            keys.count <= 2 ? [keys] : stride(from: 0, to: keys.count, by: 2).map { Array(keys[$0...].prefix(2)) }
        return try read { tables in
            var known: [ThrottleKey: Date] = [:]
            for pair in places {
                guard let first = pair.first, let last = pair.last else { continue }
                try tables.database.each(
                    "SELECT key, seen FROM bridge_known_device WHERE key IN (?, ?)", [first.bytes, last.bytes]
                ) { row in
                    guard let key = ThrottleKey(bytes: try row.bytes(0)) else { return }
                    known[key] = DjangoTime.date(try row.text(1))
                }
            }
            return known
        }
    }

    public func recordThrottling(_ batch: ThrottleBatch, keepingDevices maximum: Int) async throws -> [ThrottleBudget] {
        if batch.isEmpty { return [] }
        return try await write { tables in
            let database = tables.database
            for device in batch.devices {
                try database.run(
                    """
                    INSERT INTO bridge_known_device (key, person, seen) VALUES (?1, ?2, ?3)
                    ON CONFLICT (key) DO UPDATE SET seen = max(seen, ?3)
                    """, [device.key.bytes, device.person.bytes, DjangoTime.text(device.seen)])
                try database.run(
                    """
                    DELETE FROM bridge_known_device WHERE key IN (
                        SELECT key FROM bridge_known_device WHERE person = ? ORDER BY seen DESC LIMIT -1 OFFSET ?)
                    """, [device.person.bytes, maximum])
            }
            return try batch.costs.compactMap { cost in
                try database.row(
                    """
                    INSERT INTO bridge_throttle (key, kind, whole_at) VALUES (?1, ?2, ?3 + ?4)
                    ON CONFLICT (key) DO UPDATE SET whole_at = max(whole_at, ?3) + ?4
                    RETURNING key, kind, whole_at
                    """, [cost.key.bytes, cost.kind.rawValue, cost.since, cost.cost], Self.budget) ?? nil
            }
        }
    }

    public func trimThrottling(wholeAt now: Int64, devicesSeenBefore: Date, maximum: Int) async throws {
        let forgotten = DjangoTime.text(devicesSeenBefore)
        // Mostly there is nothing to remove, and then no lock is taken.
        let isNeeded = try read { tables in
            try tables.database.hasRow("SELECT 1 FROM bridge_throttle WHERE whole_at <= ? LIMIT 1", [now])
                || tables.database.hasRow("SELECT 1 FROM bridge_known_device WHERE seen <= ? LIMIT 1", [forgotten])
                || tables.database.count("bridge_throttle") > maximum
        }
        guard isNeeded else { return }
        try await write { tables in
            let database = tables.database
            try database.run("DELETE FROM bridge_throttle WHERE whole_at <= ?", [now])
            try database.run("DELETE FROM bridge_known_device WHERE seen <= ?", [forgotten])
            let excess = try database.count("bridge_throttle") - maximum
            guard excess > 0 else { return }
            try database.run(
                "DELETE FROM bridge_throttle WHERE key IN (SELECT key FROM bridge_throttle ORDER BY whole_at LIMIT ?)",
                [excess])
        }
    }

    /// A budget; `nil` for one of a kind that a newer program counts.
    private static func budget(_ row: SQLiteRow) throws -> ThrottleBudget? {
        guard let key = ThrottleKey(bytes: try row.bytes(0)), let kind = ThrottleKind(rawValue: Int(try row.integer(1)))
        else { return nil }
        return ThrottleBudget(key: key, kind: kind, wholeAt: try row.integer(2))
    }
}
