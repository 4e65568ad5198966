import AuthCore
import SQLiteStore

/// What a run would do: counted, measured, and where it has to look again to do it. The changes themselves are not kept, since there may be
/// a million of them: whoever applies the plan computes them again, from the accounts as they are then.
struct SyncPlan: Sendable {
    var counts = SyncCounts()
    var losses = Losses()
    /// People who get something, and are in no contest for a name.
    var giving: [Int64] = []
    /// People who lose something.
    var taking: [Int64] = []
    /// People in a contest for names, in the order in which it is settled.
    var contested: [Int64] = []
    /// Ids that provably no longer go by the name they have here.
    var released: Set<String> = []
    /// Accounts whose people are gone, by the people's ids.
    var gone: [String] = []
    /// Whether groups change.
    var changesGroups = false
    var quarantined: [QuarantinedEntry] = []
    var warnings: [String] = []
    private var knownWarnings: Set<String> = []
    /// The lines, where they are wanted.
    var lines: [PlannedChange] = []
    private let keepsLines: Bool
    /// Whether what takes something away is part of the plan. It is not where an answer of the directory was incomplete.
    private let takes: Bool
    private let groupNames: [Group.ID: String]

    /// The most warnings that are kept.
    private static var maximumWarnings: Int { 1000 }

    /// An empty plan.
    /// - Parameters:
    ///   - keepsLines: Whether the changes are wanted as lines.
    ///   - takes: Whether what takes something away is part of it.
    ///   - groupNames: The names of the local groups, for the lines.
    init(keepsLines: Bool, takes: Bool, groupNames: [Group.ID: String]) {
        self.keepsLines = keepsLines
        self.takes = takes
        self.groupNames = groupNames
    }

    /// The places of all for whom something changes.
    var changed: Set<Int64> { Set(giving).union(taking).union(contested) }

    /// Whether there is nothing to do.
    var isEmpty: Bool { giving.isEmpty && taking.isEmpty && contested.isEmpty && gone.isEmpty && !changesGroups }

    /// Takes in the groups' changes.
    mutating func add(groups mirroring: GroupMirroring) {
        changesGroups = !mirroring.changes.isEmpty
        counts.add(mirroring.changes)
        warn(mirroring.warnings)
        guard keepsLines else { return }
        for change in mirroring.changes {
            lines.append(PlannedChange(account: change.groupKey, name: change.groupName ?? "", change))
        }
    }

    /// Takes in what happens to one person.
    mutating func add(_ judged: PersonJudge.Judgement, at position: Int64, isContested: Bool = false) {
        var judgement = judged
        if !takes {
            judgement.changes.removeAll(where: \.takesAway)
            counts.withheld += judged.changes.count - judgement.changes.count
        }
        counts.add(judgement.changes)
        losses.add(judgement.changes, of: judgement.user)
        warn(judgement.warnings)
        if let reason = judgement.quarantine {
            counts.quarantined += 1
            quarantined.append(
                QuarantinedEntry(
                    entry: judgement.link.dn ?? judgement.link.id, username: judgement.username, reason: reason))
        } else if judgement.standing == .excluded {
            counts.excluded += 1
        } else if judged.changes.isEmpty, !judged.username.isEmpty {
            counts.unchanged += 1
        }
        if judgement.changes.isEmpty { return }
        if !isContested, judgement.changes.contains(where: { !$0.takesAway }) { giving.append(position) }
        if judgement.changes.contains(where: \.takesAway) { taking.append(position) }
        if keepsLines { lines += judgement.lines(groupNames) }
    }

    /// Takes in what happens to the account of somebody who is gone.
    /// - Parameter evidence: What the directory says about the person, in words.
    mutating func add(withdrawal changes: [AccountChange], from account: LocalAccount, id: String, evidence: String) {
        guard !changes.isEmpty else { return }
        counts.add(changes)
        losses.add(changes, of: account.user)
        gone.append(id)
        if !keepsLines { return }
        var withdrawal = changes.map { PlannedChange(account: id, name: account.user.username, $0, groupNames) }
        withdrawal[0].details["evidence"] = evidence
        lines += withdrawal
    }

    mutating func warn(_ new: [String]) {
        for warning in new where warnings.count < Self.maximumWarnings && knownWarnings.insert(warning).inserted {
            warnings.append(warning)
        }
    }
}

extension AccountChange {
    /// By what a group's change is known in a plan: the group's id in its source, where the change says it.
    var groupKey: String {
        switch self {
        case .createGroup(_, let link): link?.id ?? ""
        case .renameGroup(let id, _, _), .moveGroupLink(let id, _, _): "group \(id)"
        default: ""
        }
    }

    /// The group's name before the change.
    var groupName: String? {
        switch self {
        case .createGroup(let name, _): name
        case .renameGroup(_, let from, _): from
        default: nil
        }
    }
}

extension PlannedChange {
    /// The line for a change, in which groups have names.
    init(account: String, name: String, _ change: AccountChange, _ groupNames: [Group.ID: String]) {
        self.init(account: account, name: name, change)
        if case .removeMembership(let group, _) = change { details["group"] = groupNames[group] }
    }
}

extension PersonJudge.Judgement {
    /// The changes as lines. Somebody who is renamed aside is a line of their own.
    func lines(_ groupNames: [Group.ID: String] = [:]) -> [PlannedChange] {
        changes.map { change in
            if case .renameAside(let user, let from, _) = change {
                return PlannedChange(account: rivals[user] ?? link.id, name: from, change, groupNames)
            }
            return PlannedChange(account: link.id, name: user?.username ?? username, change, groupNames)
        }
    }
}
