import AuthCore
import Foundation
import LDAPBackend
import SQLiteStore

/// One run, from reading the directory to the run's record.
struct SyncRun: Sendable {
    let directory: LDAPBackend
    let configuration: LDAPBackendConfiguration
    let database: SyncDatabase
    let limits: LossLimits
    let order: SyncOrder
    let keepsChanges: Bool
    let now: @Sendable () -> Date
    let progress: @Sendable (SyncProgress) -> Void

    /// With fewer people than this there are no canaries worth the name; then absence takes two scans.
    private static let minimumSample = AbsenceEvidence.canaryCount
    /// Fewer people than this may cease to meet a condition without a word.
    private static let notableCount = 3
    /// So many people are looked at again one by one; more by reading where everybody is.
    private static let fewPeople = 500

    private var policy: MirrorPolicy { directory.mirrorPolicy }
    private var flags: Set<UserFlag> { Set(configuration.flags.keys).subtracting([.isActive]) }

    private var grantedPermissions: Set<Permission> { Set(configuration.permissions.flatMap(\.grant)) }

    func report() async throws -> SyncReport {
        let approved = try approvedPlan()
        var report = SyncReport(source: directory.name)
        let watch = try database.read { try LoginWatch($0) }

        // The directory.
        let (scan, evidence) = try await read()
        let rules = try await directory.ruleDecisions().limited(to: Set(scan.groups.values.map(\.id)))
        report.people = scan.summary.people
        report.groups = scan.groups.count
        report.isDecided = rules.unresolved.isEmpty

        // The plan.
        let keepsLines = order != .apply || keepsChanges
        var draft = try await self.draft(scan, evidence, rules, watch, keepsLines: keepsLines)
        report.explanations = scan.shortfalls + evidence.shortfalls + draft.shortfalls
        report.isComplete = report.explanations.isEmpty
        if !scan.shortfalls.isEmpty {
            report.reason = .incomplete
        } else if !report.isComplete {
            report.reason = .canaryMissing
        } else if !report.isDecided {
            report.reason = .undecided
        }
        report.explanations += rules.unresolved.map(\.explanation)
        let objections = try objections(draft.plan, scan, approved, isComplete: report.isComplete)
        if !objections.isEmpty, !keepsLines {
            draft = try await self.draft(scan, evidence, rules, watch, keepsLines: true)
        }
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
        return try await apply(draft, scan, evidence, watch, approved, report)
    }

    // MARK: Reading

    private func read() async throws -> (DirectoryScan.Outcome, AbsenceEvidence) {
        let scanner = DirectoryScan(
            directory: directory, idAttribute: configuration.users.idAttribute, database: database, progress: progress)
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
        /// Why something may be missing, in sentences, beside what the scan and the evidence say.
        var shortfalls: [String] = []
        var plan: SyncPlan
        var judge: PersonJudge
        var groups: [ExternalGroup]
    }

    private func draft(
        _ scan: DirectoryScan.Outcome, _ evidence: AbsenceEvidence, _ rules: RuleDecisions, _ watch: LoginWatch,
        keepsLines: Bool
    ) async throws -> Draft {
        try await database.healNames()
        let search = configuration.groups
        let depth = search.map { $0.isNested ? $0.maximumDepth : 0 } ?? 0
        let (graph, local, registered) = try database.read { reading in
            (
                GroupGraph(groups: scan.groups, edges: scan.edges, depth: depth),
                try reading.groups(), try reading.registered(among: grantedPermissions)
            )
        }
        let hook = directory.mirrorHook
        let groups = (graph.all + (hook?.groups ?? [])).filter { policy.groups.includes($0.name) }
        let mirroring = GroupMirrors.mirroring(groups, directory.name, released: evidence.goneGroupIDs, local: local)
        let judge = PersonJudge(
            source: directory.name, policy: policy, rules: rules, hook: hook, graph: graph,
            memberships: scan.memberships,
            groupsAreComplete: scan.groupsAreComplete, sharedNames: scan.summary.sharedNames,
            mirrors: GroupMirrors.planned(groups, mirroring, directory.name), registered: registered)
        var planner = SyncPlanner(
            database: database, evidence: evidence, policy: policy, flags: flags, scan: scan,
            isProven: scan.shortfalls.isEmpty && evidence.shortfalls.isEmpty, watch: watch, time: now(),
            progress: progress)
        var draft = Draft(
            plan: try await planner.plan(judge, groups, mirroring, keepsLines: keepsLines), judge: judge, groups: groups
        )
        // Whoever is moved while the scan goes on is named by groups under another DN than the one they were seen under, and somebody else
        // may be named under theirs.
        let (moved, isBlind) = try await self.moved(draft.plan)
        if !moved.isEmpty {
            planner.moved = moved
            planner.isProven = planner.isProven && !isBlind
            draft.plan = try await planner.plan(judge, groups, mirroring, keepsLines: keepsLines)
            if isBlind {
                draft.shortfalls.append(
                    "Of \(moved.count) people for whom something would change, none can be found by the id that the scan saw; "
                        + "give the service account the right to search by \(configuration.users.idAttribute)."
                )
            } else {
                draft.plan.warn([
                    "\(moved.count) people were moved while the directory was read, and are left for the next run."
                ])
            }
        }
        draft.plan.warn(rules.warnings)
        return draft
    }

    /// Who of those for whom something changes was moved since they were read. Groups were read after people, so whoever is still where they
    /// were is who the groups name.
    /// - Returns: Their places, and whether none of all could be found at all.
    private func moved(_ plan: SyncPlan) async throws -> (places: Set<Int64>, isBlind: Bool) {
        let changed = plan.changed
        if changed.isEmpty { return ([], false) }
        var found = 0
        if changed.count <= Self.fewPeople {
            let ids = try database.read { try $0.ids(changed) }
            let keys = try await directory.peopleKeys(ofIDs: ids)
            found = keys.count
            try database.stage(again: keys.map { (id: $0.key, key: $0.value) })
        } else {
            var batch: [(id: String, key: String)] = []
            try await directory.scanPeopleKeys { id, key in
                batch.append((id, key))
                found += 1
                guard batch.count == SyncPlanner.chunkSize else { return }
                try database.stage(again: batch)
                batch.removeAll(keepingCapacity: true)
            }
            try database.stage(again: batch)
        }
        return (try database.read { try $0.moved(changed) }, found == 0)
    }

    // MARK: Guards

    private func objections(
        _ plan: SyncPlan, _ scan: DirectoryScan.Outcome, _ approved: (id: Int64, changes: [PlannedChange])?,
        isComplete: Bool
    ) throws -> [(reason: SyncReport.Reason, words: String)] {
        if let approved {
            guard isComplete else {
                return [
                    (.incomplete, "The plan \(approved.id) stays as it is, for when the directory answers in full.")
                ]
            }
            let differences = try database.read { reading in
                try Approval(approved.changes).differences(from: plan.lines, approved: approved.changes) {
                    try reading.wasMade($0, since: approved.id)
                }
            }
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
        return plan.losses.exceeding(limits, of: holdings) + (try vanishedConditions(scan))
    }

    /// Conditions on attributes that held for some at the last run and hold for nobody now: an attribute that can no longer be read looks like
    /// one that nobody has, and whom a condition had kept out would come in.
    private func vanishedConditions(
        _ scan: DirectoryScan.Outcome
    ) throws -> [(reason: SyncReport.Reason, words: String)] {
        let now = conditions(scan)
        return try database.read { try $0.lastConditions() }.sorted { $0.key < $1.key }.compactMap { name, count in
            guard let held = now[name], held == 0, count >= Self.notableCount else { return nil }
            return (
                .conditions,
                "The condition \(name) held for \(count) people at the last run and holds for nobody now; see that the service account can read the attribute."
            )
        }
    }

    /// For how many people each attribute condition of a rule holds.
    private func conditions(_ scan: DirectoryScan.Outcome) -> [String: Int] {
        var counts: [String: Int] = [:]
        for (place, leaf) in configuration.attributeConditions.enumerated() {
            counts[leaf.key] = scan.conditions[place] ?? 0
        }
        return counts
    }

    static func outdated(_ plan: Int64, _ differences: [String]) -> String {
        let shown = differences.prefix(5).joined(separator: "; ")
        let more = differences.count > 5 ? "; and \(differences.count - 5) more" : ""
        return "The plan \(plan) is not what would be done now (\(shown)\(more)). Make a new one with --plan."
    }

    private func approvedPlan() throws -> (id: Int64, changes: [PlannedChange])? {
        guard case .approved(let id) = order else { return nil }
        guard let plan = try database.read({ try $0.plan(id) }), plan.source == directory.name else {
            throw SyncError(
                .noOpenPlan,
                "'\(directory.name)' has no plan \(id); make one with: dirbridge sync --directory \(directory.name) --plan"
            )
        }
        guard plan.status == "open" else {
            let fate = plan.status == "applied" ? "has been applied" : "was followed by a newer one"
            throw SyncError(
                .noOpenPlan,
                "The plan \(id) \(fate); make a new one with: dirbridge sync --directory \(directory.name) --plan")
        }
        return (id, plan.changes)
    }

    // MARK: Ending

    /// Keeps the plan, and changes nothing else.
    private func keep(_ report: SyncReport, _ outcome: String) async throws -> SyncReport {
        var report = report
        let (changes, counts, mode) = (report.changes, report.counts.named, report.mode)
        let plan = try await PlanKeeper(database: database, now: now).keep(changes)
        report.plan = plan
        report.run = try await database.write(at: now()) { transaction in
            let run = try transaction.beginRun(mode: mode)
            try transaction.finishRun(run, outcome: outcome, plan: plan, counts: counts)
            return run
        }
        return report
    }

    private func apply(
        _ draft: Draft, _ scan: DirectoryScan.Outcome, _ evidence: AbsenceEvidence, _ watch: LoginWatch,
        _ approved: (id: Int64, changes: [PlannedChange])?, _ report: SyncReport
    ) async throws -> SyncReport {
        var report = report
        let applier = SyncApplier(
            database: database, judge: draft.judge, plan: draft.plan, groups: draft.groups,
            goneGroupIDs: evidence.goneGroupIDs, flags: flags, approval: approved.map { Approval($0.changes) },
            watch: watch, now: now,
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
            let (counts, conditions) = (report.counts.named, conditions(scan))
            report.run = try await applier.take(isProven: isComplete) { [begun] transaction in
                let run = try begun ?? transaction.beginRun(mode: mode)
                try transaction.finishRun(
                    run, outcome: isComplete ? "applied" : "incomplete", plan: approved?.id, counts: counts)
                if isComplete {
                    try transaction.moveCursor(run: run, people: people, groups: groups, conditions: conditions)
                }
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
