import AuthCore
internal import GRDB

extension SyncDatabase {
    /// Takes people into the staging tables. Somebody who is seen twice under one DN is taken as seen last; for two DNs see ``setAsideDoubled()``.
    package func stage(people: [StagedPerson]) throws {
        try stage { database in
            for person in people {
                try database.run(
                    """
                    INSERT INTO staging.person (id, key, folded, username, payload) VALUES (?, ?, ?, ?, ?)
                    ON CONFLICT (id) DO UPDATE SET doubled = doubled OR key <> excluded.key, key = excluded.key, folded = excluded.folded, username = excluded.username,
                        payload = excluded.payload
                    """,
                    [person.id, person.key, LoginName.fold(person.username), person.username, person.payload])
            }
        }
    }

    /// Takes those out of the staging tables whose id was seen under two DNs: two entries have it, or the entry was moved while the scan went
    /// on. Nobody can tell here which of them the account belongs to.
    /// - Returns: Their ids.
    package func setAsideDoubled() throws -> [String] {
        try stage { database in
            let ids = try database.rows("SELECT id FROM staging.person WHERE doubled ORDER BY position") {
                try $0.text(0)
            }
            for id in ids {
                try database.run("DELETE FROM staging.person WHERE id = ?", [id])
                try database.run("INSERT OR IGNORE INTO staging.unusable (id) VALUES (?)", [id])
            }
            return ids
        }
    }

    /// Takes note of entries that cannot be mapped: whoever they are is not absent.
    package func stage(unusableIDs: [String]) throws {
        try stage { database in
            for id in unusableIDs {
                try database.run("INSERT OR IGNORE INTO staging.unusable (id) VALUES (?)", [id])
            }
        }
    }

    /// Notes under which DNs people are when they are looked at again.
    package func stage(again: [(id: String, key: String)]) throws {
        try stage { database in
            for (id, key) in again {
                try database.run("INSERT OR REPLACE INTO staging.again (id, key) VALUES (?, ?)", [id, key])
            }
        }
    }

    /// Empties the staging tables, for another scan.
    package func clearStaging() throws {
        try stage { database in
            for table in ["person", "unusable", "again"] {
                try database.execute(sql: "DELETE FROM staging.\(table)")
            }
        }
    }

    /// What the staging tables hold.
    package func summary() throws -> StagingSummary {
        try stage { database in
            let shared = try database.rows(
                "SELECT folded FROM staging.person WHERE folded <> '' GROUP BY folded HAVING count(*) > 1"
            ) { try $0.text(0) }
            return StagingSummary(
                people: try database.count("staging.person"), sharedNames: Set(shared))
        }
    }
}
