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
    package func moveCursor(run: Int64, people: Int, groups: Int) throws {
        try database.run(
            """
            INSERT OR REPLACE INTO bridge_sync_cursor (source, run_id, completed, people, groups) VALUES (?, ?, ?, ?, ?)
            """, [source, run, DjangoTime.text(time), people, groups])
    }

    /// Keeps a plan until somebody approves it, in place of older ones that nobody approved. One that says the same as the one that waits
    /// already is that one: whoever is reading it can still approve it.
    /// - Returns: The number of the plan.
    package func savePlan(_ changes: [PlannedChange]) throws -> Int64 {
        let waiting = try database.row(
            "SELECT id FROM bridge_plan WHERE source = ? AND status = 'open' ORDER BY id DESC LIMIT 1", [source]
        ) { try $0.integer(0) }
        if let waiting, try reading.plan(waiting)?.changes == changes { return waiting }
        try database.run(
            "UPDATE bridge_plan SET status = 'outdated' WHERE source = ? AND status = 'open'", [source])
        try database.run(
            "DELETE FROM bridge_plan_change WHERE plan_id IN (SELECT id FROM bridge_plan WHERE status <> 'open')")
        try database.run(
            "INSERT INTO bridge_plan (source, created, status) VALUES (?, ?, 'open')",
            [source, DjangoTime.text(time)])
        let plan = database.lastInsertedRowID
        for (position, change) in changes.enumerated() {
            try database.run(
                """
                INSERT INTO bridge_plan_change (plan_id, position, account, name, event, details)
                VALUES (?, ?, ?, ?, ?, ?)
                """,
                [
                    plan, position, change.account, change.name, change.event,
                    AuditDetails.text(change.details),
                ])
        }
        return plan
    }

    /// Notes that a plan was applied.
    package func closePlan(_ plan: Int64) throws {
        try database.run("UPDATE bridge_plan SET status = 'applied' WHERE id = ?", [plan])
    }
}
