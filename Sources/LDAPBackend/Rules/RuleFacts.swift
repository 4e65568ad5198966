import AuthCore
import LDAPClient

/// What rules are decided on: a person's entry and groups, and what the groups that rules name stand for.
struct RuleFacts: Sendable {
    let entry: LDAPEntry
    let groups: GroupFinding
    let known: ResolvedRuleGroups

    /// Whether a rule holds for the person.
    func holds(_ rule: Rule) -> Truth {
        rule.evaluate(holds)
    }

    /// Why a rule cannot be decided, for an administrator.
    func doubt(_ rule: Rule) -> String {
        rule.leaves.compactMap { leaf in known.unresolved.first { $0.leaf == leaf }?.explanation }.joined(
            separator: " ")
    }

    /// Among groups that may not be all, a group that is missing may yet be one of the person's.
    private func isMember(_ condition: (ExternalGroup) -> Bool) -> Truth {
        groups.all.contains(where: condition) ? .yes : groups.isComplete ? .no : .unknown
    }

    private func holds(_ leaf: Rule.Leaf) -> Truth {
        switch leaf {
        case .dn, .id, .name:
            guard let named = known.groups[leaf] else { return .unknown }
            return isMember { $0.id == named }
        case .pattern(let pattern):
            let glob = GlobPattern(pattern)
            return isMember { glob.matches($0.name) }
        case .attribute(let name, let value):
            let wanted = LoginName.fold(value)
            return Truth(entry.strings(name).contains { LoginName.fold($0) == wanted })
        }
    }
}
