import AuthCore
import Foundation
import SQLiteStore

/// Makes a plan's changes: what gives something in batches, logins going on between them; then, in one last transaction, all that takes
/// something away, with the run's record and the source's cursor.
///
/// Each batch is computed from the accounts as they are then, so whoever logged in meanwhile is reconciled again. A crash at any moment leaves
/// every account as it was or as it should be, nothing taken away, and a cursor that repeats rather than skips.
struct SyncApplier: Sendable {
    let database: SyncDatabase
    let judge: PersonJudge
    let plan: SyncPlan
    /// The groups that are to have mirrors.
    let groups: [ExternalGroup]
    let goneGroupIDs: Set<String>
    /// The flags that the source decides.
    let flags: Set<UserFlag>
    /// What an approved plan allows, and nothing else; `nil` where nobody had to approve.
    let approval: Approval?
    /// Who has logged in since the run began.
    let watch: LoginWatch
    let now: @Sendable () -> Date
    let progress: @Sendable (SyncProgress) -> Void

    /// How many people are written in one transaction: each takes some hundred microseconds, so the write lock is held for some tens of
    /// milliseconds.
    static let batchSize = 300
    /// How long the write lock is left to others between two batches.
    static let pause: Duration = .milliseconds(4)

    /// Makes the changes that give something.
    /// - Returns: People whose changes could not be made, with the reason.
    func give() async throws -> [QuarantinedEntry] {
        var failed: [QuarantinedEntry] = []
        let judge = try await settleGroups()
        if !plan.contested.isEmpty {
            failed += try await settleNames(judge)
        }
        for start in stride(from: 0, to: plan.giving.count, by: Self.batchSize) {
            progress(SyncProgress(phase: .applying, done: start, expected: plan.giving.count))
            let batch = Array(plan.giving[start..<min(start + Self.batchSize, plan.giving.count)])
            failed += try await give(batch, judge)
            // Whoever waits for the write lock asks for it again and again; it must be free now and then.
            try await Task.sleep(for: Self.pause)
        }
        progress(SyncProgress(phase: .applying, done: plan.giving.count, expected: plan.giving.count))
        return failed
    }

    private func settleNames(_ judge: PersonJudge) async throws -> [QuarantinedEntry] {
        let settlement = NameSettlement(order: plan.contested, released: plan.released)
        let approval = approval
        do {
            try await database.write(at: now()) { transaction in
                for (_, judgement) in try settlement.settle(judge, in: &transaction) {
                    try approval?.check(judgement.lines())
                }
            }
            return []
        } catch let error as AccountStoreError {
            let contested = try database.read { try $0.pairs(plan.contested) }.map { judge.judge($0) }
            return contested.map { quarantined($0, error.message) }
        }
    }

    private func quarantined(_ judgement: PersonJudge.Judgement, _ reason: String) -> QuarantinedEntry {
        QuarantinedEntry(
            entry: judgement.link.dn ?? judgement.link.id, username: judgement.username, reason: reason)
    }

    private func settleGroups() async throws -> PersonJudge {
        var judge = judge
        let (groups, source, released) = (groups, judge.source, goneGroupIDs)
        judge.mirrors =
            plan.changesGroups
            ? try await database.write(at: now()) { try GroupMirrors.settle(groups, source, released, in: &$0) }
            : try database.read { try GroupMirrors.current(source, $0) }
        return judge
    }

    /// A batch fails as a whole; then each of it is tried alone, so that one cannot keep the others.
    private func give(_ batch: [Int64], _ judge: PersonJudge) async throws -> [QuarantinedEntry] {
        do {
            return try await giveAll(batch, judge)
        } catch let error as AccountStoreError {
            guard batch.count > 1 else {
                return try database.read { try $0.pairs(batch) }.map { quarantined(judge.judge($0), error.message) }
            }
            var failed: [QuarantinedEntry] = []
            for position in batch { failed += try await give([position], judge) }
            return failed
        }
    }

    /// - Returns: Those whom somebody got in the way of since the plan was made.
    private func giveAll(_ batch: [Int64], _ judge: PersonJudge) async throws -> [QuarantinedEntry] {
        let (approval, watch) = (approval, watch)
        let (hindered, line) = try await database.write(at: now()) { transaction in
            var hindered: [QuarantinedEntry] = []
            let newer = try watch.users(transaction.reading)
            for pair in try transaction.reading.pairs(batch) {
                if let user = pair.linked?.user.id, newer.contains(user) { continue }
                let judgement = judge.judge(pair)
                try approval?.check(judgement.lines())
                let changes = judgement.changes.filter { !$0.takesAway }
                try transaction.apply(changes, to: judgement.user)
                if changes.isEmpty, let reason = judgement.quarantine {
                    hindered.append(quarantined(judgement, reason))
                }
            }
            return (hindered, try transaction.reading.lastAuditID())
        }
        watch.pass(line)
        return hindered
    }

    /// Makes the changes that take something away, and ends the run.
    /// - Parameters:
    ///   - isProven: Whether every answer of the directory was complete. If not, nothing is taken.
    ///   - end: Writes the run's record.
    func take(
        isProven: Bool, _ end: @escaping @Sendable (inout SyncTransaction) throws -> Int64
    ) async throws -> Int64 {
        let (plan, flags, approval, watch, source) = (plan, flags, approval, watch, judge.source)
        var judge = judge
        judge.mirrors = try database.read { try GroupMirrors.current(source, $0) }
        let settled = judge
        return try await database.write(at: now()) { transaction in
            if isProven {
                let newer = try watch.users(transaction.reading)
                for start in stride(from: 0, to: plan.taking.count, by: SyncPlanner.chunkSize) {
                    let chunk = plan.taking[start..<min(start + SyncPlanner.chunkSize, plan.taking.count)]
                    for pair in try transaction.reading.pairs(chunk) {
                        if let user = pair.linked?.user.id, newer.contains(user) { continue }
                        let judgement = settled.judge(pair, released: plan.released)
                        try approval?.check(judgement.lines())
                        let changes = judgement.changes.filter(\.takesAway)
                        try transaction.apply(changes, to: judgement.user)
                    }
                }
                for id in plan.gone {
                    guard let account = try transaction.reading.linkedAccount(id: id) else { continue }
                    let changes = withdraw(account, from: source, because: .absent, flags: flags)
                    try approval?.check(changes.map { PlannedChange(account: id, name: account.user.username, $0) })
                    try transaction.apply(changes, to: account.user)
                }
            }
            return try end(&transaction)
        }
    }
}
