package import AuthCore
internal import GRDB

extension SyncTransaction {
    /// Notes that a run begins to write.
    /// - Returns: The number of the run.
    package func beginRun(mode: String) throws -> Int64 {
        try database.run(
            "INSERT INTO bridge_sync_run (source, mode, started) VALUES (?, ?, ?)",
            [source, mode, DjangoTime.text(time)])
        return database.lastInsertedRowID
    }

    /// Notes how a run ended.
    /// - Parameters:
    ///   - run: The number of the run.
    ///   - outcome: A word for it: `applied`, `held`, `incomplete`, `planned`, `refused`.
    ///   - plan: The plan that the run left or applied.
    ///   - counts: What it counted.
    package func finishRun(_ run: Int64, outcome: String, plan: Int64?, counts: [(String, Int)]) throws {
        let texts = counts.map { "\"\($0.0)\":\($0.1)" }
        try database.run(
            "UPDATE bridge_sync_run SET finished = ?, outcome = ?, plan_id = ?, counts = ? WHERE id = ?",
            [DjangoTime.text(time), outcome, plan, "{" + texts.joined(separator: ",") + "}", run])
    }

    /// Moves the source's cursor: everything the run saw is taken over.
    /// - Parameter conditions: For how many people each attribute condition of a rule held.
    package func moveCursor(run: Int64, people: Int, groups: Int, conditions: [String: Int]) throws {
        try database.run(
            """
            INSERT OR REPLACE INTO bridge_sync_cursor (source, run_id, completed, people, groups, conditions)
            VALUES (?, ?, ?, ?, ?, ?)
            """,
            [
                source, run, DjangoTime.text(time), people, groups,
                JSONText.object(conditions.mapValues { String($0) }),
            ])
    }

    /// Begins to write a plan, which nobody sees until it is opened. What an interrupted run left of one is deleted.
    /// - Returns: The number of the plan.
    package func beginPlan() throws -> Int64 {
        try database.run("DELETE FROM bridge_plan WHERE source = ? AND status = 'draft'", [source])
        try database.run(
            "INSERT INTO bridge_plan (source, created, status) VALUES (?, ?, 'draft')",
            [source, DjangoTime.text(time)])
        return database.lastInsertedRowID
    }

    /// Writes lines of a plan.
    /// - Parameter position: The place of the first of them.
    package func add(_ changes: some Sequence<PlannedChange>, to plan: Int64, from position: Int) throws {
        for (offset, change) in changes.enumerated() {
            try database.run(
                """
                INSERT INTO bridge_plan_change (plan_id, position, account, name, event, details)
                VALUES (?, ?, ?, ?, ?, ?)
                """,
                [
                    plan, position + offset, change.account, change.name, change.event,
                    AuditDetails.text(change.details),
                ])
        }
    }

    /// Opens a plan for approval, in place of older ones. Their lines are not kept.
    package func openPlan(_ plan: Int64) throws {
        try database.run(
            "UPDATE bridge_plan SET status = 'outdated' WHERE source = ? AND status = 'open'", [source])
        try database.run("UPDATE bridge_plan SET status = 'open' WHERE id = ?", [plan])
        try database.run(
            "DELETE FROM bridge_plan_change WHERE plan_id IN (SELECT id FROM bridge_plan WHERE status IN ('outdated', 'applied'))"
        )
    }

    /// Notes that a plan was applied.
    package func closePlan(_ plan: Int64) throws {
        try database.run("UPDATE bridge_plan SET status = 'applied' WHERE id = ?", [plan])
    }
}
