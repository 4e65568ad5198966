import AuthCore
import DirectorySync
import LDAPBackend
import LDAPClient

extension ConfigurationReader {
    /// `directories: NAME`.
    func directory(_ name: String, _ value: SettingsNode) -> DirectoryConfiguration? {
        if name == Configuration.localName {
            value.fail("'local' is the built-in backend; give the directory another name.")
        }
        guard
            let section = value.section(
                "preset", "servers", "discover", "backup_servers", "tls", "allow_cleartext", "service_account",
                "timeouts", "pool", "breaker", "attempts", "account_state", "lockout_duration", "expiry_warning",
                "on_outage", "adopt", "new_users", "users", "groups", "flags", "permissions", "sync")
        else { return nil }
        let presets: [(String, DirectoryPreset?)] =
            DirectoryPreset.allCases.map { ($0.rawValue, $0) } + [("auto", nil)]
        let preset: DirectoryPreset? = section["preset"].flatMap { $0.choice(presets) } ?? .some(.openldap)
        let before = problems.problems.count
        let client = self.client(section)
        let canBeReached = problems.problems.count == before
        var backends: [DirectoryPreset: LDAPBackendConfiguration] = [:]
        var rules = RuleReader(groupBases: nil)
        for kind in preset.map({ [$0] }) ?? DirectoryPreset.allCases {
            let groups = section["groups"].flatMap { self.groups($0, kind) }
            rules = RuleReader(groupBases: groups?.search.bases)
            backends[kind] = backend(name, section, groups, rules, kind)
            // The others would say the same once more.
            if problems.problems.count > before { break }
        }
        if section["groups"] == nil, let located = rules.firstGroupLeaf {
            problems.report(
                line: located.location.line,
                "\(value.path): \(located.leaf) is named, but groups are not described; add groups: {base: …}.")
        }
        problems.grantedPermissions += rules.permissions.map {
            GrantedPermission(directory: name, permission: $0.key, location: $0.value)
        }
        let lossLimits = section["sync"].map(self.lossLimits) ?? LossLimits()
        guard canBeReached, let client, !backends.isEmpty else { return nil }
        return DirectoryConfiguration(
            name: name, client: client, preset: preset, backends: backends, lossLimits: lossLimits,
            ruleLocations: rules.leaves)
    }

    /// What the section says about people, groups and rules, read for one kind of directory.
    private func backend(
        _ name: String, _ section: SettingsSection, _ groups: Groups?, _ rules: RuleReader, _ preset: DirectoryPreset
    ) -> LDAPBackendConfiguration? {
        let users = section.required("users", example: "{base: \"ou=people,dc=example,dc=org\"}")
            .flatMap { self.users($0, rules, preset) }
        let flags = section["flags"].map { self.flags($0, rules) } ?? [:]
        let permissions = section["permissions"]?.list()?.compactMap { permissionRule($0, rules) } ?? []
        let policy = MirrorPolicy(
            adopt: section["adopt"]?.choice(MirrorPolicy.Adoption.self) ?? .never,
            newUsers: section["new_users"]?.choice(MirrorPolicy.NewUsers.self) ?? .create,
            groups: groups?.mirror ?? .none)
        let attempts = section["attempts"].map(self.attempts) ?? AttemptSettings()
        let onOutage = section["on_outage"]?.choice(OutagePolicy.self) ?? .next
        let accountState = accountState(section)
        guard let users else { return nil }
        return LDAPBackendConfiguration(
            name: name, users: users.search, attributes: users.attributes, require: users.require, deny: users.deny,
            groups: groups?.search, groupNaming: groups?.naming ?? GroupNaming(), permissions: permissions,
            flags: flags, accountState: accountState, mirrorPolicy: policy, readsAs: users.readsAs,
            onOutage: onOutage, attempts: attempts)
    }

    // MARK: Flags and permissions

    /// Whoever may create a group anywhere below the base could take a name; so power is given by DN or id only. Being active is no power.
    private func flags(_ value: SettingsNode, _ rules: RuleReader) -> [UserFlag: Rule] {
        var flags: [UserFlag: Rule] = [:]
        guard
            let section = value.section(
                UserFlag.isActive.rawValue, UserFlag.isStaff.rawValue, UserFlag.isSuperuser.rawValue)
        else { return flags }
        for flag in UserFlag.allCases {
            guard let node = section[flag.rawValue], let rule = rules.rule(node) else { continue }
            for leaf in rule.leaves where flag != .isActive && !leaf.isUnmistakable {
                node.fail(
                    "\(leaf) may be taken by somebody else's group or entry; name groups by {dn: …} or {id: …} here.")
            }
            flags[flag] = rule
        }
        return flags
    }

    private func permissionRule(_ value: SettingsNode, _ rules: RuleReader) -> PermissionRule? {
        guard let section = value.section("group", "grant") else { return nil }
        let rule = section.required("group", example: "payroll").flatMap(rules.rule)
        let grant = section.required("grant", example: "[payroll.view_payslip]")
        let permissions = grant.map { rules.permissions($0) } ?? []
        guard let rule, !permissions.isEmpty else { return nil }
        return PermissionRule(rule: rule, grant: permissions)
    }
}

extension Rule.Leaf {
    /// Whether it names one group for good.
    fileprivate var isUnmistakable: Bool {
        switch self {
        case .dn, .id: true
        case .name, .pattern, .attribute: false
        }
    }
}
