package import AuthCore
internal import GRDB

/// A plan that was kept.
package struct StoredPlan: Sendable {
    /// Its number.
    package var id: Int64
    /// The source it is about.
    package var source: String
    /// `draft`, `open`, `applied` or `outdated`.
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
        return StoredPlan(id: id, source: plan.source, status: plan.status, changes: changes)
    }

    /// Whether a change of a plan has been made since the plan was, by a login or by a run that was interrupted. Names and evidence stand in a
    /// plan for people.
    package func wasMade(_ change: PlannedChange, since plan: Int64) throws -> Bool {
        var details = change.details
        details["evidence"] = nil
        if change.event == "membership.remove" { details["group"] = nil }
        return try database.hasRow(
            """
            SELECT 1 FROM bridge_audit WHERE time >= (SELECT created FROM bridge_plan WHERE id = ?) AND event = ?
            AND details = ? AND cause IN (?, ?) AND (event LIKE 'group.%'
                OR user_id IN (SELECT user_id FROM bridge_user_link WHERE source = ? AND external_id = ?))
            """,
            [
                plan, change.event, AuditDetails.text(details), ChangeCause.login(source: source).description,
                ChangeCause.sync(source: source).description, source, change.account,
            ])
    }

    /// The plan that waits for approval, if there is one.
    package func openPlan() throws -> StoredPlan? {
        let id = try database.row(
            "SELECT id FROM bridge_plan WHERE source = ? AND status = 'open' ORDER BY id DESC LIMIT 1", [source]
        ) { try $0.integer(0) }
        return try id.flatMap(plan)
    }

    /// For how many people each attribute condition of a rule held at the last complete run.
    package func lastConditions() throws -> [String: Int] {
        let text = try database.row("SELECT conditions FROM bridge_sync_cursor WHERE source = ?", [source]) {
            try $0.text(0)
        }
        return text.map { AuditDetails.details($0).compactMapValues { Int($0) } } ?? [:]
    }

    /// How many people the last complete run saw; `nil` if there was none.
    package func lastPeopleCount() throws -> Int? {
        try database.row("SELECT people FROM bridge_sync_cursor WHERE source = ?", [source]) {
            Int(try $0.integer(0))
        }
    }
}
