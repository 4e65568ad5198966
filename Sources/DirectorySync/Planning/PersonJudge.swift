import AuthCore
import LDAPBackend
import SQLiteStore

/// Decides what happens to one person's account: the same for the plan that is shown and for the changes that are made, and by the same
/// functions as a login.
struct PersonJudge: Sendable {
    /// The decision about one person.
    struct Judgement: Sendable {
        /// How it came out, apart from the changes.
        enum Standing: Sendable, Hashable {
            /// The account becomes, or is, what the source says.
            case mirrored
            /// There is no account, and there will be none.
            case excluded
            /// The account is left as it is, for a reason that no run can mend.
            case leftAlone
        }

        var link: ExternalLink
        var username: String
        /// The account that the changes are about; `nil` where they create it.
        var user: User?
        var changes: [AccountChange] = []
        /// The ids of others who have the person's name, by their accounts.
        var rivals: [User.ID: String] = [:]
        var standing = Standing.mirrored
        /// Whether the account keeps another name than the directory says.
        var keepsName = false
        /// Why the entry could not be taken over, or not in full.
        var quarantine: String?
        var warnings: [String] = []
    }

    let source: String
    /// What the source may change here.
    let policy: MirrorPolicy
    let rules: RuleDecisions
    /// What the application adds, as at a login.
    let hook: MirrorHook?
    let graph: GroupGraph
    /// Which groups name whom.
    let memberships: MembershipIndex
    /// Whether the groups that the scan saw are provably all.
    let groupsAreComplete: Bool
    /// Folded usernames that more than one of the people have.
    let sharedNames: Set<String>
    /// The local mirrors of groups, by the groups' ids.
    var mirrors: [String: Group] { didSet { exceptions = Self.exceptions(groups, policy, mirrors) } }
    /// All groups that anybody may be in.
    private let groups: [ExternalGroup]
    /// The groups that are not mirrored (no mirror), and those whose mirrors have other names or DNs than they.
    private var exceptions: [String: Group?]
    /// Those of the granted permissions that are registered.
    let registered: Set<Permission>

    init(
        source: String, policy: MirrorPolicy, rules: RuleDecisions, hook: MirrorHook?, graph: GroupGraph,
        memberships: MembershipIndex,
        groupsAreComplete: Bool,
        sharedNames: Set<String>, mirrors: [String: Group], registered: Set<Permission>
    ) {
        self.source = source
        self.policy = policy
        self.rules = rules
        self.hook = hook
        self.graph = graph
        groups = graph.all + (hook?.groups ?? [])
        self.memberships = memberships
        self.groupsAreComplete = groupsAreComplete
        self.sharedNames = sharedNames
        self.mirrors = mirrors
        self.registered = registered
        exceptions = Self.exceptions(groups, policy, mirrors)
    }

    private static func exceptions(
        _ groups: [ExternalGroup], _ policy: MirrorPolicy, _ mirrors: [String: Group]
    ) -> [String: Group?] {
        var exceptions: [String: Group?] = [:]
        for group in groups {
            if !policy.groups.includes(group.name) {
                exceptions[group.id] = .some(nil)
            } else if let mirror = mirrors[group.id] {
                if mirror.name != group.localName || mirror.link?.dn != group.dn { exceptions[group.id] = mirror }
            } else {
                exceptions[group.id] = .some(nil)
            }
        }
        return exceptions
    }

    /// Decides about a person.
    /// - Parameters:
    ///   - pair: The person beside the account.
    ///   - released: Ids of others whom the source provably knows by another name now, or not at all.
    func judge(_ pair: SyncPair, released: Set<String> = []) -> Judgement {
        guard let person = ScannedPerson(encoded: pair.payload) else {
            preconditionFailure("what this run encoded can be read back")
        }
        let membership = graph.memberships(of: memberships.groups(of: pair.position))
        let isDoubtful = memberships.doubtful.contains(pair.position)
        let isNamed = PersonKey(person.key).isComplete
        let decision = rules.decide(
            person, groups: membership.groups,
            groupsAreComplete: membership.areComplete && groupsAreComplete && !isDoubtful && isNamed)
        var judgement = Judgement(link: person.link, username: person.username, user: pair.linked?.user)
        judgement.warnings = decision.warnings
        for holder in pair.nameHolders { judgement.rivals[holder.user.id] = holder.link?.id }
        if isDoubtful { judgement.warnings.append(Self.doubtfulSpelling(person.link.dn ?? person.link.id)) }
        if !isNamed { judgement.warnings.append(Self.hiddenNames(person.link.dn ?? person.link.id)) }

        var external = decision.account
        external.releasedIDs = released
        switch decision.access {
        case .allowed: break
        case .refused(let reason, _): external.barred = reason
        case .undecided(let explanation):
            judgement.standing = .leftAlone
            judgement.quarantine = explanation
            return judgement
        }
        if person.username.isEmpty {
            // Why is said where entries are listed that cannot be used.
            judgement.keepsName = true
            guard let account = pair.linked else {
                judgement.standing = .leftAlone
                return judgement
            }
            external.username = account.user.username
        }
        if let hook {
            do {
                external = try hook.applied(to: external).account
            } catch {
                judgement.standing = .leftAlone
                judgement.quarantine = error.message
                return judgement
            }
        }
        external.groups = mirrored(external.groups)
        if external.barred == nil, sharedNames.contains(pair.folded) {
            if let account = pair.linked {
                keepName(of: account, in: &external, &judgement, Self.sharedName(external.username))
            } else {
                judgement.standing = .leftAlone
                judgement.quarantine = Self.sharedName(external.username)
                return judgement
            }
        }
        settle(external, pair, &judgement)
        return judgement
    }

    /// The groups that have mirrors, by the names that the mirrors have: what a group is called here was settled for all people at once.
    private func mirrored(_ groups: [ExternalGroup]) -> [ExternalGroup] {
        if exceptions.isEmpty { return groups }
        return groups.compactMap { group in
            guard let exception = exceptions[group.id] else { return group }
            return exception.map { ExternalGroup(id: group.id, name: $0.name, dn: $0.link?.dn, path: group.path) }
        }
    }

    private func settle(_ external: ExternalAccount, _ pair: SyncPair, _ judgement: inout Judgement) {
        let state = localState(for: external, pair)
        var policy = policy
        policy.groups = .all
        switch reconcile(external, with: state, under: policy) {
        case .changes(let changes, let warnings):
            judgement.changes = changes
            judgement.warnings += warnings
            // A link without a new account ties the one that had the name and that nobody owned.
            let isNew = changes.contains { if case .create = $0 { true } else { false } }
            if !isNew, judgement.user == nil { judgement.user = state.nameHolders.first?.user }
        case .refused(let refusal):
            let isUnwelcome = refusal.verdict == .denied(.newUsersNotAllowed) && policy.newUsers == .refuse
            let isInactive = [.denied(.accountDisabled), .denied(.pendingApproval)].contains(refusal.verdict)
            if external.barred != nil || isUnwelcome {
                judgement.standing = .excluded
            } else if isInactive, var account = pair.linked, !account.user.isActive {
                // Somebody deactivated it here, or has yet to activate it, and it stays so. All else follows the directory, or it would be as it
                // was on activation.
                account.user.isActive = true
                account.deactivation = nil
                var pair = pair
                pair.linked = account
                settle(external, pair, &judgement)
            } else if refusal.verdict == .denied(.accountDisabled) {
                judgement.standing = .leftAlone
            } else if let account = pair.linked, !account.user.username.hasSameScalars(as: external.username) {
                // Only the name is in the way. What the person may do must not wait for it.
                var sameName = external
                keepName(of: account, in: &sameName, &judgement, refusal.explanation)
                settle(sameName, pair, &judgement)
            } else {
                judgement.standing = .leftAlone
                judgement.quarantine = refusal.explanation
            }
        }
    }

    private func keepName(
        of account: LocalAccount, in external: inout ExternalAccount, _ judgement: inout Judgement, _ reason: String
    ) {
        guard !account.user.username.hasSameScalars(as: external.username) else { return }
        judgement.quarantine = "The account keeps the name '\(account.user.username)'. \(reason)"
        judgement.keepsName = true
        external.username = account.user.username
    }

    private static func doubtfulSpelling(_ dn: String) -> String {
        "A group names somebody whose DN, or name in the group, differs from that of \(dn) only in what directories compare differently; write the member as the entry is written. "
            + "Until then nothing is taken away from that person."
    }

    private static func hiddenNames(_ dn: String) -> String {
        "\(dn) does not show all that groups know people by, such as gidNumber; give the service account the right to read it. "
            + "Until then nothing is taken away from that person."
    }

    private static func sharedName(_ name: String) -> String {
        "'\(name)' is the username of more than one entry; make the name unique in the directory, or narrow users: base or filter."
    }

    private func localState(for external: ExternalAccount, _ pair: SyncPair) -> LocalState {
        let hasName = pair.linked?.user.username.hasSameScalars(as: external.username) ?? false
        return LocalState(
            linked: pair.linked, nameHolders: hasName ? [] : pair.nameHolders, linkedGroups: mirrors,
            registeredPermissions: registered)
    }
}
