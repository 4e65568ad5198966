import AuthCore
import Foundation
import LDAPBackend
import SQLiteStore

/// One run, from reading the directory to the run's record.
struct SyncRun: Sendable {
    let directory: LDAPBackend
    let database: SyncDatabase
    let limits: LossLimits
    let order: SyncOrder
    let keepsChanges: Bool
    let now: @Sendable () -> Date
    let progress: @Sendable (SyncProgress) -> Void

    /// With fewer people than this there are no canaries worth the name; then absence takes two scans.
    private static let minimumSample = AbsenceEvidence.canaryCount
    /// So many people are looked at again one by one; more by reading where everybody is.
    private static let fewPeople = 500

    private var policy: MirrorPolicy { directory.mirrorPolicy }
    private var flags: Set<UserFlag> { Set(directory.configuration.flags.keys).subtracting([.isActive]) }

    private var grantedPermissions: Set<Permission> { Set(directory.configuration.permissions.flatMap(\.grant)) }

    func report() async throws -> SyncReport {
        let approved = try approvedPlan()
        var report = SyncReport(source: directory.name)

        // The directory.
        let (scan, evidence) = try await read()
        report.people = scan.summary.people
        report.groups = scan.groups.count
        report.explanations = scan.shortfalls + evidence.shortfalls
        report.isComplete = report.explanations.isEmpty
        if !scan.shortfalls.isEmpty {
            report.reason = .incomplete
        } else if !report.isComplete {
            report.reason = .canaryMissing
        }

        // The plan.
        let keepsLines = order != .apply || keepsChanges
        var draft = try await self.draft(scan, evidence, keepsLines: keepsLines)
        let objections = try objections(draft.plan, scan, approved, isComplete: report.isComplete)
        if !objections.isEmpty, !keepsLines { draft = try await self.draft(scan, evidence, keepsLines: true) }
        report.counts = draft.plan.counts
        report.quarantined = draft.plan.quarantined
        report.warnings = draft.plan.warnings
        report.changes = draft.plan.lines

        // What becomes of it.
        if case .plan = order {
            if let first = objections.first { report.reason = first.reason }
            report.explanations += objections.map(\.words)
            report.isHeld = !objections.isEmpty
            return try await keep(report, "planned")
        }
        if let first = objections.first {
            report.reason = first.reason
            report.explanations += objections.map(\.words)
            report.isHeld = true
            if case .approved = order { return report }
            return try await keep(report, "held")
        }
        return try await apply(draft, scan, evidence, approved, report)
    }

    // MARK: Reading

    private func read() async throws -> (DirectoryScan.Outcome, AbsenceEvidence) {
        let scanner = DirectoryScan(directory: directory, database: database, progress: progress)
        var scan = try await scanner.run()
        guard scan.shortfalls.isEmpty else { return (scan, AbsenceEvidence()) }
        var candidates: Set<String>?
        if scan.summary.people < Self.minimumSample {
            let absent = try database.read { try $0.absentAccounts().map(\.link.id) + $0.nameContest().absentIDs }
            if !absent.isEmpty {
                candidates = Set(absent)
                try database.clearStaging()
                scan = try await scanner.run()
                guard scan.shortfalls.isEmpty else { return (scan, AbsenceEvidence()) }
            }
        }
        return (scan, try await AbsenceEvidence.gather(directory, database, scan, among: candidates))
    }

    // MARK: Planning

    /// A plan and what it takes to apply it.
    private struct Draft: Sendable {
        var plan: SyncPlan
        var judge: PersonJudge
        var groups: [ExternalGroup]
    }

    private func draft(
        _ scan: DirectoryScan.Outcome, _ evidence: AbsenceEvidence, keepsLines: Bool
    ) async throws -> Draft {
        let rules = try await directory.ruleDecisions()
        try await database.healNames()
        let search = directory.configuration.groups
        let depth = search.map { $0.isNested ? $0.maximumDepth : 0 } ?? 0
        let (graph, local, registered) = try database.read { reading in
            (
                GroupGraph(groups: scan.groups, edges: scan.edges, depth: depth),
                try reading.groups(), try reading.registered(among: grantedPermissions)
            )
        }
        let groups = graph.all.filter { policy.groups.includes($0.name) }
        let mirroring = GroupMirrors.mirroring(groups, directory.name, released: evidence.goneGroupIDs, local: local)
        let judge = PersonJudge(
            source: directory.name, policy: policy, rules: rules, graph: graph, memberships: scan.memberships,
            groupsAreComplete: scan.groupsAreComplete, sharedNames: scan.summary.sharedNames,
            mirrors: GroupMirrors.planned(groups, mirroring, directory.name), registered: registered)
        var planner = SyncPlanner(
            database: database, evidence: evidence, policy: policy, flags: flags, scan: scan, time: now(),
            progress: progress)
        var plan = try await planner.plan(judge, groups, mirroring, keepsLines: keepsLines)
        plan.warn(rules.warnings)
        // Whoever is moved while the scan goes on is named by groups under another DN than the one they were seen under, and somebody else
        // may be named under theirs.
        let moved = try await self.moved(plan)
        if !moved.isEmpty {
            planner.moved = moved
            plan = try await planner.plan(judge, groups, mirroring, keepsLines: keepsLines)
            plan.warn(["\(moved.count) people were moved while the directory was read, and are left for the next run."])
        }
        return Draft(plan: plan, judge: judge, groups: groups)
    }

    /// Who of those for whom something changes was moved since they were read. Groups were read after people, so whoever is still where they
    /// were is who the groups name.
    private func moved(_ plan: SyncPlan) async throws -> Set<Int64> {
        let changed = plan.changed
        if changed.isEmpty { return [] }
        if changed.count <= Self.fewPeople {
            let ids = try database.read { try $0.ids(changed) }
            let keys = try await directory.peopleKeys(ofIDs: ids)
            try database.stage(again: keys.map { (id: $0.key, key: $0.value) })
        } else {
            var batch: [(id: String, key: String)] = []
            try await directory.scanPeopleKeys { id, key in
                batch.append((id, key))
                guard batch.count == SyncPlanner.chunkSize else { return }
                try database.stage(again: batch)
                batch.removeAll(keepingCapacity: true)
            }
            try database.stage(again: batch)
        }
        return try database.read { try $0.moved(changed) }
    }

    // MARK: Guards

    private func objections(
        _ plan: SyncPlan, _ scan: DirectoryScan.Outcome, _ approved: (id: Int64, changes: [PlannedChange])?,
        isComplete: Bool
    ) throws -> [(reason: SyncReport.Reason, words: String)] {
        if let approved {
            let differences = Approval(approved.changes).differences(from: plan.lines, approved: approved.changes)
            return differences.isEmpty ? [] : [(.planOutdated, Self.outdated(approved.id, differences))]
        }
        // Nothing is taken away then, so there is nothing to limit.
        guard isComplete else { return [] }
        let holdings = try database.read { try $0.holdings() }
        if scan.summary.people == 0, holdings.activeAccounts > 0 {
            return [
                (
                    .emptied,
                    "The directory shows nobody below users: base, and there are \(holdings.activeAccounts) active accounts; "
                        + "look at the base, the filter and the service account's rights."
                )
            ]
        }
        return plan.losses.exceeding(limits, of: holdings)
    }

    private static func outdated(_ plan: Int64, _ differences: [String]) -> String {
        let shown = differences.prefix(5).joined(separator: "; ")
        let more = differences.count > 5 ? "; and \(differences.count - 5) more" : ""
        return "The plan \(plan) is not what would be done now (\(shown)\(more)). Make a new one with --plan."
    }

    private func approvedPlan() throws -> (id: Int64, changes: [PlannedChange])? {
        guard case .approved(let id) = order else { return nil }
        guard let plan = try database.read({ try $0.plan(id) }), plan.source == directory.name else {
            throw SyncError(.noOpenPlan, "'\(directory.name)' has no plan \(id); make one with: dirbridge sync --plan")
        }
        guard plan.status == "open" else {
            let fate = plan.status == "applied" ? "has been applied" : "was followed by a newer one"
            throw SyncError(.noOpenPlan, "The plan \(id) \(fate); make a new one with: dirbridge sync --plan")
        }
        return (id, plan.changes)
    }

    // MARK: Ending

    /// Keeps the plan, and changes nothing else.
    private func keep(_ report: SyncReport, _ outcome: String) async throws -> SyncReport {
        var report = report
        let (changes, counts, mode) = (report.changes, report.counts.named, report.mode)
        (report.run, report.plan) = try await database.write(at: now()) { transaction in
            let plan = try transaction.savePlan(changes)
            let run = try transaction.beginRun(mode: mode)
            try transaction.finishRun(run, outcome: outcome, plan: plan, counts: counts)
            return (run, plan)
        }
        return report
    }

    private func apply(
        _ draft: Draft, _ scan: DirectoryScan.Outcome, _ evidence: AbsenceEvidence,
        _ approved: (id: Int64, changes: [PlannedChange])?, _ report: SyncReport
    ) async throws -> SyncReport {
        var report = report
        let applier = SyncApplier(
            database: database, judge: draft.judge, plan: draft.plan, groups: draft.groups,
            goneGroupIDs: evidence.goneGroupIDs, flags: flags, approval: approved.map { Approval($0.changes) },
            now: now,
            progress: progress)
        let mode = report.mode
        var begun: Int64?
        do {
            if !draft.plan.isEmpty {
                begun = try await database.write(at: now()) { try $0.beginRun(mode: mode) }
            }
            let failed = try await applier.give()
            report.quarantined += failed
            report.counts.quarantined += failed.count
            let (isComplete, people, groups) = (report.isComplete, report.people, report.groups)
            let counts = report.counts.named
            report.run = try await applier.take(isProven: isComplete) { [begun] transaction in
                let run = try begun ?? transaction.beginRun(mode: mode)
                try transaction.finishRun(
                    run, outcome: isComplete ? "applied" : "incomplete", plan: approved?.id, counts: counts)
                if isComplete { try transaction.moveCursor(run: run, people: people, groups: groups) }
                if let approved { try transaction.closePlan(approved.id) }
                return run
            }
            report.plan = approved?.id
            report.isApplied = true
        } catch let outdated as PlanOutdated {
            report.reason = .planOutdated
            report.isHeld = true
            report.run = begun
            report.explanations.append(
                Self.outdated(approved?.id ?? 0, [outdated.explanation])
                    + " Somebody changed it while the plan was being applied; what was added before stays, nothing was taken away."
            )
            let counts = report.counts.named
            if let begun {
                try await database.write(at: now()) {
                    try $0.finishRun(begun, outcome: "refused", plan: approved?.id, counts: counts)
                }
            }
        }
        return report
    }
}
