public import AuthCore

/// Decides what the rules of a configuration say about people, with the groups that rules name found once. A login and a sync decide by this.
///
/// Pure: the same person with the same groups gets the same answer, and nothing is read.
public struct RuleDecisions: Sendable {
    private let rules: PreparedRules
    private let known: ResolvedRuleGroups

    init(_ rules: PreparedRules, _ known: ResolvedRuleGroups) {
        self.rules = rules
        self.known = known
    }

    /// The conditions whose group cannot be told. What hangs on them is undecided for everybody.
    public var unresolved: [UnresolvedRuleGroup] { known.unresolved }

    /// Groups that rules name and that go by another name now.
    public var warnings: [String] { known.warnings }

    /// The same decisions where no other groups exist than those of the given ids: a group that was made after these were read is no group that
    /// anybody could be seen in.
    public func limited(to ids: Set<String>) -> RuleDecisions {
        var known = known
        known.groups = known.groups.filter { ids.contains($0.value) }
        return RuleDecisions(rules, known)
    }

    /// Decides about a person whom a scan has read.
    /// - Parameters:
    ///   - person: The person; read under the same configuration.
    ///   - groups: The groups they are in, nested ones included.
    ///   - groupsAreComplete: Whether these are provably all of them.
    public func decide(
        _ person: ScannedPerson, groups: [ExternalGroup], groupsAreComplete: Bool
    ) -> ScannedDecision {
        var account = ExternalAccount(
            link: person.link, username: person.username, fields: person.fields, profile: person.profile,
            groups: groups, groupsAreComplete: groupsAreComplete)
        account.creationObstacle = person.creationObstacle
        return decide(
            account, heldConditions: person.heldConditions, standing: person.standing, takesBack: false)
    }

    /// Decides about a person whose account has its groups, and fills in what follows from them.
    /// - Parameters:
    ///   - standing: Whether the person may come in, as far as their own entry says.
    ///   - takesBack: Whether flags and permissions that cannot be decided are taken back, as for somebody who comes in, or left as they
    ///     are. They are never given.
    func decide(
        _ account: ExternalAccount, heldConditions: [Int], standing: ScannedDecision.Access, takesBack: Bool
    ) -> ScannedDecision {
        let facts = Facts(rules: rules, known: known, account: account, heldConditions: heldConditions)
        var decision = ScannedDecision(access: access(standing, facts), account: account, warnings: [])
        if case .refused(let reason, _) = decision.access { decision.account.barred = reason }
        for grant in rules.grants {
            switch facts.holds(grant.rule) {
            case .yes:
                for permission in grant.permissions where decision.account.grants[permission] == nil {
                    decision.account.grants[permission] = grant.words
                }
            case .no: break
            case .unknown:
                if !takesBack { decision.account.undecidedGrants.formUnion(grant.permissions) }
                decision.warnings.append(grant.withheld)
            }
        }
        for flag in rules.flags {
            switch facts.holds(flag.rule) {
            case .yes: decision.account.flags[flag.flag] = true
            case .no: decision.account.flags[flag.flag] = false
            case .unknown:
                // Whoever must not come in keeps no power on a doubt.
                if case .refused = decision.access { decision.account.flags[flag.flag] = false }
                // Left as it is where only the list of groups is incomplete.
                if takesBack, account.groupsAreComplete { decision.account.flags[flag.flag] = false }
                decision.warnings.append(flag.withheld)
            }
        }
        return decision
    }

    /// Whether the rules that give permissions hold for a person whose account has its groups, by the rules' words.
    func grantRules(_ account: ExternalAccount, heldConditions: [Int]) -> [String: Truth] {
        let facts = Facts(rules: rules, known: known, account: account, heldConditions: heldConditions)
        return Dictionary(
            rules.grants.map { ($0.words, facts.holds($0.rule)) }, uniquingKeysWith: { first, _ in first })
    }

    /// What refuses for certain goes before what cannot be decided.
    private func access(_ standing: ScannedDecision.Access, _ facts: Facts) -> ScannedDecision.Access {
        var doubts: [String] = []
        switch standing {
        case .allowed: break
        case .refused: return standing
        case .undecided(let explanation): doubts.append(explanation)
        }
        if let require = rules.require {
            switch facts.holds(require) {
            case .yes: break
            case .no:
                return .refused(.notInRequiredGroup, explanation: "users: require is not satisfied: \(require).")
            case .unknown: doubts.append(facts.doubt(require, "users: require"))
            }
        }
        if let deny = rules.deny {
            switch facts.holds(deny) {
            case .no: break
            case .yes: return .refused(.inDeniedGroup, explanation: "users: deny is satisfied: \(deny).")
            case .unknown: doubts.append(facts.doubt(deny, "users: deny"))
            }
        }
        if let active = rules.active {
            switch facts.holds(active) {
            case .yes: break
            case .no:
                return .refused(.accountDisabled, explanation: "flags: is_active is not satisfied: \(active).")
            case .unknown: doubts.append(facts.doubt(active, "flags: is_active"))
            }
        }
        return doubts.isEmpty ? .allowed : .undecided(explanation: doubts.joined(separator: " "))
    }
}

/// What rules are decided on: a person's entry and groups, and what the groups that rules name stand for.
private struct Facts {
    let rules: PreparedRules
    let known: ResolvedRuleGroups
    let account: ExternalAccount
    let heldConditions: [Int]

    /// Whether a rule holds for the person.
    func holds(_ rule: Rule) -> Truth {
        rule.evaluate(holds)
    }

    /// Why a rule cannot be decided, for an administrator.
    func doubt(_ rule: Rule, _ place: String) -> String {
        let reasons = rule.leaves.compactMap { leaf in known.unresolved.first { $0.leaf == leaf }?.explanation }
        let why = reasons.isEmpty ? "Not all groups of the person could be read." : reasons.joined(separator: " ")
        return "It cannot be decided whether \(place) is satisfied: \(rule). \(why)"
    }

    /// Among groups that may not be all, a group that is missing may yet be one of the person's.
    private func isMember(_ condition: (ExternalGroup) -> Bool) -> Truth {
        account.groups.contains(where: condition) ? .yes : account.groupsAreComplete ? .no : .unknown
    }

    private func holds(_ leaf: Rule.Leaf) -> Truth {
        switch leaf {
        case .dn, .id, .name:
            guard let named = known.groups[leaf] else { return .unknown }
            return isMember { $0.id == named }
        case .pattern:
            guard let glob = rules.patterns[leaf] else { return .unknown }
            return isMember { glob.matches($0.name) }
        case .attribute:
            guard let index = rules.attributeConditions[leaf] else { return .unknown }
            return Truth(heldConditions.contains(index))
        }
    }
}
