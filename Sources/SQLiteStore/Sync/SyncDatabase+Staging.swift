import AuthCore
internal import GRDB

extension SyncDatabase {
    /// Takes people into the staging tables. Somebody who was seen before (an entry that was moved while the scan went on) is taken as seen
    /// last.
    package func stage(people: [StagedPerson]) throws {
        try stage { database in
            for person in people {
                try database.run(
                    """
                    INSERT INTO staging.person (id, key, folded, username, payload) VALUES (?, ?, ?, ?, ?)
                    ON CONFLICT (id) DO UPDATE SET key = excluded.key, folded = excluded.folded, username = excluded.username,
                        payload = excluded.payload
                    """,
                    [person.id, person.key, LoginName.fold(person.username), person.username, person.payload])
            }
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
                "SELECT folded FROM staging.person GROUP BY folded HAVING count(*) > 1"
            ) { try $0.text(0) }
            return StagingSummary(
                people: try database.count("staging.person"), sharedNames: Set(shared))
        }
    }
}
