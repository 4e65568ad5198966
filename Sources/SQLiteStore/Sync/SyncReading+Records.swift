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
        let plan = try database.row("SELECT source, status FROM bridge_plan WHERE id = ?", [id]) { row in
            (source: try row.text(0), status: try row.text(1))
        }
        guard let plan else { return nil }
        let changes = try database.rows(
            "SELECT account, name, event, details FROM bridge_plan_change WHERE plan_id = ? ORDER BY position", [id]
        ) { row in
            PlannedChange(
                account: try row.text(0), name: try row.text(1), event: try row.text(2),
                details: AuditDetails.details(try row.text(3)))
        }
        return StoredPlan(source: plan.source, status: plan.status, changes: changes)
    }

    /// How many people the last complete run saw; `nil` if there was none.
    package func lastPeopleCount() throws -> Int? {
        try database.row("SELECT people FROM bridge_sync_cursor WHERE source = ?", [source]) {
            Int(try $0.integer(0))
        }
    }
}
