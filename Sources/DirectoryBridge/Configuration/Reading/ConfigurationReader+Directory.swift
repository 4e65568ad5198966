import AuthCore
import DirectorySync
import LDAPBackend
import LDAPClient

/// What is known about a kind of directory.
enum DirectoryPreset: String, CaseIterable {
    case openldap

    /// The attribute that identifies an entry for ever (RFC 4530).
    var idAttribute: String { "entryUUID" }
}

extension ConfigurationReader {
    /// `directories: NAME`.
    func directory(_ name: String, _ value: SettingsNode) -> DirectoryConfiguration? {
        if name == Configuration.localName {
            value.fail("'local' is the built-in backend; give the directory another name.")
        }
        guard
            let section = value.section(
                "preset", "servers", "discover", "backup_servers", "tls", "allow_cleartext", "service_account",
                "timeouts", "pool", "breaker", "on_outage", "adopt", "new_users", "users", "groups", "flags",
                "permissions", "sync")
        else { return nil }
        let preset = section["preset"].flatMap { $0.choice(DirectoryPreset.self) } ?? .openldap
        let before = problems.problems.count
        let client = self.client(section)
        let canBeReached = problems.problems.count == before
        let groups = section["groups"].flatMap(self.groups)
        let rules = RuleReader(groupsBase: groups?.search.base)
        let users = section.required("users", example: "{base: \"ou=people,dc=example,dc=org\"}")
            .flatMap { self.users($0, rules, preset) }
        let flags = section["flags"].map { self.flags($0, rules) } ?? [:]
        let permissions = section["permissions"]?.list()?.compactMap { permissionRule($0, rules) } ?? []
        if section["groups"] == nil, let located = rules.firstGroupLeaf {
            problems.report(
                line: located.location.line,
                "\(value.path): \(located.leaf) is named, but groups are not described; add groups: {base: …}.")
        }
        let policy = MirrorPolicy(
            adopt: section["adopt"]?.choice(MirrorPolicy.Adoption.self) ?? .never,
            newUsers: section["new_users"]?.choice(MirrorPolicy.NewUsers.self) ?? .create,
            groups: groups?.mirror ?? .none)
        let onOutage = section["on_outage"]?.choice(OutagePolicy.self) ?? .next
        problems.grantedPermissions += rules.permissions.map {
            GrantedPermission(directory: name, permission: $0.key, location: $0.value)
        }
        let lossLimits = section["sync"].map(self.lossLimits) ?? LossLimits()
        guard canBeReached, let client, let users else { return nil }
        let backend = LDAPBackendConfiguration(
            name: name, users: users.search, attributes: users.attributes, require: users.require, deny: users.deny,
            groups: groups?.search, permissions: permissions, flags: flags, mirrorPolicy: policy, onOutage: onOutage)
        return DirectoryConfiguration(
            client: client, backend: backend, lossLimits: lossLimits, ruleLocations: rules.leaves)
    }

    // MARK: People

    private typealias Users = (search: UserSearch, attributes: AttributeMap, require: Rule?, deny: Rule?)

    private func users(_ value: SettingsNode, _ rules: RuleReader, _ preset: DirectoryPreset) -> Users? {
        guard let section = value.section("base", "filter", "dn_template", "attributes", "profile", "require", "deny")
        else {
            return nil
        }
        let attributes = attributeMap(section)
        let require = section["require"].flatMap(rules.rule)
        let deny = section["deny"].flatMap(rules.rule)
        guard let method = method(section, username: attributes.username) else { return nil }
        return (UserSearch(method, idAttribute: preset.idAttribute), attributes, require, deny)
    }

    private func method(_ section: SettingsSection, username: String) -> UserSearch.Method? {
        if let template = section["dn_template"] {
            for key in ["base", "filter"] {
                section[key]?.fail("with dn_template there is no search; remove \(key), or remove dn_template.")
            }
            return template.parsed(DNTemplate.init).map { .template($0) }
        }
        let base = section.required("base", example: "ou=people,dc=example,dc=org")?.parsed(DistinguishedName.init)
        guard let filter = section["filter"] else {
            let template = section.owner.reporting { () throws(LDAPError) in
                try FilterTemplate("(\(username)={username})")
            }
            guard let base, let template else { return nil }
            return .search(base: base, filter: template)
        }
        guard let template = filter.parsed(FilterTemplate.init), let base else { return nil }
        guard template.placeholders == ["username"] else {
            let others = template.placeholders.subtracting(["username"]).sorted()
            filter.fail(
                others.isEmpty
                    ? "the filter does not hold {username}, so it would find the same entries for everybody; write for example (uid={username})."
                    : "{\(others.joined(separator: "}, {"))} stands for nothing; only {username} does.")
            return nil
        }
        return .search(base: base, filter: template)
    }

    private func attributeMap(_ section: SettingsSection) -> AttributeMap {
        var map = AttributeMap()
        if let attributes = section["attributes"]?.section("username", "first_name", "last_name", "email") {
            map.username = attributes["username"]?.attributeName() ?? map.username
            for field in UserField.allCases {
                if let name = attributes[field.rawValue]?.attributeName() { map.fields[field] = name }
            }
        }
        for (key, value) in section["profile"]?.entries() ?? [] {
            map.profile[key] = value.attributeName()
        }
        return map
    }

    // MARK: Groups and permissions

    private func groups(_ value: SettingsNode) -> (search: GroupSearch, mirror: MirrorPolicy.GroupMirroring)? {
        guard let section = value.section("base", "type", "nested", "mirror") else { return nil }
        let type = section["type"].map { $0.choice([("groupOfNames", GroupType.groupOfNames)]) } ?? .groupOfNames
        let base = section.required("base", example: "ou=groups,dc=example,dc=org")?.parsed(DistinguishedName.init)
        let isNested = section["nested"]?.bool() ?? true
        let mirror = section["mirror"].map(mirroring) ?? .some(.none)
        guard let base, let type, let mirror else { return nil }
        return (GroupSearch(base: base, type: type, isNested: isNested), mirror)
    }

    private func mirroring(_ value: SettingsNode) -> MirrorPolicy.GroupMirroring? {
        guard value.isMap else { return value.choice([("none", .none), ("all", .all)]) }
        guard let section = value.section("only", "except") else { return nil }
        switch (section["only"], section["except"]) {
        case (let names?, nil): return .only(Set(names.texts()))
        case (nil, let names?): return .except(Set(names.texts()))
        default:
            value.fail("expected none, all, {only: […]} or {except: […]}.")
            return nil
        }
    }

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
