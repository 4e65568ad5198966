import AuthCore
import LDAPBackend
import LDAPClient

extension ConfigurationReader {
    /// What `groups: {…}` says.
    struct Groups {
        var search: GroupSearch
        var naming: GroupNaming
        var mirror: MirrorPolicy.GroupMirroring
    }

    /// `groups: {…}`.
    func groups(_ value: SettingsNode, _ preset: DirectoryPreset) -> Groups? {
        guard
            let section = value.section(
                "base", "type", "strategy", "member_of_attribute", "nested", "maximum_depth", "names", "mirror")
        else { return nil }
        let type = section["type"].map(groupType) ?? preset.groupType
        let bases = section.required("base", example: "ou=groups,dc=example,dc=org").map(groupBases) ?? []
        let strategy = strategy(section, preset)
        let naming = section["names"].map(groupNaming) ?? GroupNaming()
        let mirror = section["mirror"].map(mirroring) ?? .some(.none)
        guard !bases.isEmpty, let type, let strategy, let naming, let mirror else { return nil }
        let search = GroupSearch(
            bases: bases, type: type, strategy: strategy, isNested: section["nested"]?.bool() ?? true,
            maximumDepth: section["maximum_depth"]?.integer(1...1000) ?? 32)
        if let problem = search.problem { value.fail(problem) }
        return Groups(search: search, naming: naming, mirror: mirror)
    }

    private func groupBases(_ value: SettingsNode) -> [DistinguishedName] {
        let items = value.isList ? value.list() ?? [] : [value]
        if items.isEmpty { value.fail("the list is empty; name at least one base, like ou=groups,dc=example,dc=org.") }
        return items.compactMap { $0.parsed(DistinguishedName.init) }
    }

    // MARK: Types

    private static let groupTypes: [(String, GroupType)] = [
        ("groupOfNames", .groupOfNames), ("groupOfUniqueNames", .groupOfUniqueNames), ("posixGroup", .posixGroup),
        ("posixGroupWithDNs", .posixGroupWithDNs), ("organizationalRole", .organizationalRole),
        ("activeDirectory", .activeDirectory),
    ]

    /// The name of a kind in wide use, or `{object_class: …, member_attribute: …}`.
    private func groupType(_ value: SettingsNode) -> GroupType? {
        guard value.isMap else { return value.choice(Self.groupTypes) }
        guard
            let section = value.section(
                "object_class", "member_attribute", "member", "username_attribute", "primary", "name_attribute",
                "dn_attribute", "requires_member")
        else { return nil }
        let objectClass = section.required("object_class", example: "groupOfNames")?.attributeName()
        let memberAttribute = section.required("member_attribute", example: "member")?.attributeName()
        let username = section["username_attribute"]?.attributeName() ?? "uid"
        let forms: [(String, MemberForm)] = [
            ("dn", .distinguishedName), ("unique", .nameAndOptionalUID), ("username", .value(of: username)),
        ]
        let primaries: [(String, PrimaryGroup?)] = [
            ("none", nil), ("gidNumber", .groupNumber), ("primaryGroupID", .relativeIdentifier),
        ]
        guard let objectClass, let memberAttribute else { return nil }
        guard let form = section["member"].map({ $0.choice(forms) }) ?? .distinguishedName,
            let primary = section["primary"].map({ $0.choice(primaries) }) ?? .some(nil)
        else { return nil }
        return GroupType(
            objectClass: objectClass, memberAttribute: memberAttribute, memberForm: form, primary: primary,
            nameAttribute: section["name_attribute"]?.attributeName() ?? "cn",
            dnAttribute: section["dn_attribute"]?.attributeName() ?? "entryDN",
            requiresMember: section["requires_member"]?.bool() ?? false)
    }

    private func strategy(_ section: SettingsSection, _ preset: DirectoryPreset) -> MembershipStrategy? {
        let attribute = section["member_of_attribute"]?.attributeName() ?? "memberOf"
        let strategies: [(String, MembershipStrategy)] = [
            ("search", .search), ("memberOf", .memberOf(attribute: attribute)), ("inChain", .inChain),
            ("tokenGroups", .tokenGroups),
        ]
        let strategy = section["strategy"].map { $0.choice(strategies) } ?? preset.strategy
        if let node = section["member_of_attribute"] {
            guard case .memberOf? = strategy else {
                node.fail("it goes with strategy: memberOf; say that, or remove it.")
                return nil
            }
        }
        return strategy
    }

    // MARK: Names

    /// `names: {…}`.
    private func groupNaming(_ value: SettingsNode) -> GroupNaming? {
        guard let section = value.section("prefix", "case", "table", "pattern", "replacement") else { return nil }
        var table: [String: String] = [:]
        for (name, local) in section["table"]?.entries() ?? [] { table[name] = local.text() }
        var rewrite: GroupNameRewrite?
        switch (section["pattern"], section["replacement"]) {
        case (nil, nil): break
        case (let pattern?, let replacement?):
            guard let pattern = pattern.text(), let replacement = replacement.text() else { return nil }
            rewrite = value.reporting { () throws(LDAPError) in
                try GroupNameRewrite(pattern: pattern, replacement: replacement)
            }
        case (let lonely?, nil): lonely.fail("a pattern needs a replacement; add replacement.")
        case (nil, let lonely?): lonely.fail("a replacement needs a pattern; add pattern.")
        }
        return GroupNaming(
            table: table, rewrite: rewrite,
            letterCase: section["case"]?.choice(GroupNaming.LetterCase.self) ?? .keep,
            prefix: section["prefix"]?.text() ?? "")
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
}
