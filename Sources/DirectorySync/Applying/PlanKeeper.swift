import AuthCore
import Foundation
import SQLiteStore

/// Keeps a plan until somebody approves it. A plan can have a line for everybody in the directory, so it is written in parts; until the last of
/// them nobody sees it.
struct PlanKeeper: Sendable {
    let database: SyncDatabase
    let now: @Sendable () -> Date

    /// How many lines are written in one transaction.
    private static let batchSize = 2000

    /// Keeps a plan, in place of older ones that nobody approved. One that says the same as the one that waits already is that one: whoever is
    /// reading it can still approve it.
    /// - Returns: The number of the plan.
    func keep(_ changes: [PlannedChange]) async throws -> Int64 {
        if let waiting = try database.read({ try $0.openPlan() }), waiting.changes == changes { return waiting.id }
        let plan = try await database.write(at: now()) { try $0.beginPlan() }
        for start in stride(from: 0, to: changes.count, by: Self.batchSize) {
            let part = changes[start..<min(start + Self.batchSize, changes.count)]
            try await database.write(at: now()) { try $0.add(part, to: plan, from: start) }
            try await Task.sleep(for: SyncApplier.pause)
        }
        try await database.write(at: now()) { try $0.openPlan(plan) }
        return plan
    }
}
