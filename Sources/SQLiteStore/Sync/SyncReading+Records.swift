package import AuthCore
internal import GRDB

/// A plan that was kept.
package struct StoredPlan: Sendable {
    /// The source it is about.
    package var source: String
    /// `open`, `applied` or `outdated`.
    package var status: String
    /// Its changes, in order. Those of plans that are no longer open are not kept.
    package var changes: [PlannedChange]
}

extension SyncReading {
    /// A plan, or `nil` if there is none of that number.
    package func plan(_ id: Int64) throws -> StoredPlan? {
        guard let row = try database.row("SELECT source, status FROM bridge_plan WHERE id = ?", [id]) else {
            return nil
        }
        let changes = try database.rows(
            "SELECT account, name, event, details FROM bridge_plan_change WHERE plan_id = ? ORDER BY position", [id])
        return StoredPlan(
            source: try row.text(0), status: try row.text(1),
            changes: try changes.map { change in
                PlannedChange(
                    account: try change.text(0), name: try change.text(1), event: try change.text(2),
                    details: AuditDetails.details(try change.text(3)))
            })
    }

    /// How many people the last complete run saw; `nil` if there was none.
    package func lastPeopleCount() throws -> Int? {
        try database.row("SELECT people FROM bridge_sync_cursor WHERE source = ?", [source]).map {
            Int(try $0.integer(0))
        }
    }
}
