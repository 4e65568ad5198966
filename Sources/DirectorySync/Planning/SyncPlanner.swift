import AuthCore
import Foundation
import LDAPBackend
import SQLiteStore

/// Computes what a run would do, and writes nothing.
struct SyncPlanner: Sendable {
    let database: SyncDatabase
    let evidence: AbsenceEvidence
    let policy: MirrorPolicy
    /// The flags that the source decides.
    let flags: Set<UserFlag>
    let scan: DirectoryScan.Outcome
    /// Whether all answers were complete, so that something may be taken away.
    var isProven: Bool
    /// Who has logged in meanwhile.
    let watch: LoginWatch
    let time: Date
    let progress: @Sendable (SyncProgress) -> Void

    /// People who were moved while the scan went on, by place: which groups name them cannot be told. They are left for the next run.
    var moved: Set<Int64> = []

    /// How many people are compared at once.
    static let chunkSize = 500

    /// Computes the plan.
    /// - Parameters:
    ///   - judge: Decides about people. Its mirrors are those that the groups' changes lead to.
    ///   - groups: The groups that are to have mirrors.
    ///   - mirroring: What has to change about groups.
    ///   - keepsLines: Whether the changes are wanted as lines.
    func plan(
        _ judge: PersonJudge, _ groups: [ExternalGroup], _ mirroring: GroupMirroring, keepsLines: Bool
    ) async throws -> SyncPlan {
        let (groupNames, positions, contest) = try database.read { reading in
            let names = try reading.groups().map { ($0.id, $0.name) }
            return (
                Dictionary(names) { first, _ in first }, try reading.positions(), try reading.nameContest()
            )
        }
        var plan = SyncPlan(keepsLines: keepsLines, takes: isProven, groupNames: groupNames)
        plan.warn(scan.warnings)
        plan.add(groups: mirroring)
        for entry in scan.unusable {
            plan.counts.quarantined += 1
            plan.quarantined.append(QuarantinedEntry(entry: entry.dn, username: nil, reason: entry.reason))
        }
        try await compare(positions, except: Set(contest.positions), judge, &plan)
        try await settle(contest, judge, groups, &plan)
        try withdraw(from: evidence.gone, &plan)
        return plan
    }

    private func compare(
        _ positions: [Int64], except contested: Set<Int64>, _ judge: PersonJudge, _ plan: inout SyncPlan
    ) async throws {
        let newer = try database.read { try watch.users($0) }
        var pairs = try await read(positions, from: 0)
        for start in stride(from: 0, to: positions.count, by: Self.chunkSize) {
            progress(SyncProgress(phase: .comparing, done: start, expected: positions.count))
            // While some are decided about, the next are read.
            async let next = read(positions, from: start + Self.chunkSize)
            for pair in pairs where !contested.contains(pair.position) && !moved.contains(pair.position) {
                if let user = pair.linked?.user.id, newer.contains(user) { continue }
                plan.add(judge.judge(pair), at: pair.position)
            }
            pairs = try await next
        }
        progress(SyncProgress(phase: .comparing, done: positions.count, expected: positions.count))
    }

    private func read(_ positions: [Int64], from start: Int) async throws -> [SyncPair] {
        guard start < positions.count else { return [] }
        let chunk = positions[start..<min(start + Self.chunkSize, positions.count)]
        return try database.read { try $0.pairs(chunk) }
    }

    /// Names are handed on from one to the next, so what comes of it is seen by doing it, in a transaction that is undone.
    private func settle(
        _ contest: NameContest, _ judge: PersonJudge, _ groups: [ExternalGroup], _ plan: inout SyncPlan
    ) async throws {
        if contest.positions.isEmpty { return }
        let order = NameOrder.order(contest.positions, rivals: contest.rivals)
        plan.contested = order.filter { !moved.contains($0) }
        plan.released = contest.renamedIDs.union(contest.absentIDs.intersection(evidence.goneIDs))
        let application = NameSettlement(order: plan.contested, released: plan.released)
        let gone = evidence.goneGroupIDs
        do {
            let judgements = try await database.write(at: time, isRehearsal: true) { transaction in
                var judge = judge
                judge.mirrors = try GroupMirrors.settle(groups, judge.source, gone, in: &transaction)
                return try application.settle(judge, in: &transaction)
            }
            for (position, judgement) in judgements { plan.add(judgement, at: position, isContested: true) }
        } catch let error as AccountStoreError {
            // Somebody has deleted what it takes since the accounts were read. The next run sees it.
            plan.contested = []
            plan.warn(["Names that go from one to another are left for the next run: \(error.message)"])
        }
    }

    private func withdraw(from gone: [AbsentAccount], _ plan: inout SyncPlan) throws {
        try database.read { reading in
            for absent in gone {
                guard let account = try reading.linkedAccount(id: absent.link.id) else { continue }
                if account.owner == .local { plan.warn([keepsAccess(account, absent.link.source, .absent)]) }
                let changes = AuthCore.withdraw(account, from: absent.link.source, because: .absent, flags: flags)
                plan.add(
                    withdrawal: changes, from: account, id: absent.link.id, evidence: evidence.words(absent.link.id))
            }
        }
    }
}
