import AuthCore
import LDAPBackend
import LDAPClient

extension ConfigurationReader {
    /// What `users: {…}` says.
    struct Users {
        var search: UserSearch
        var readsAs: LDAPBackendConfiguration.Reader
        var attributes: AttributeMap
        var require: Rule?
        var deny: Rule?
    }

    /// `users: {…}`.
    func users(_ value: SettingsNode, _ rules: RuleReader, _ preset: DirectoryPreset) -> Users? {
        guard
            let section = value.section(
                "base", "filter", "dn_template", "bind_name", "read_as", "realm", "attributes", "profile", "require",
                "deny")
        else {
            return nil
        }
        let attributes = attributeMap(section, preset)
        let require = section["require"].flatMap(rules.rule)
        let deny = section["deny"].flatMap(rules.rule)
        guard let method = method(section, preset.filter(username: attributes.username)) else { return nil }
        let realm = section["realm"].flatMap(self.realm)
        let bindName = section["bind_name"].flatMap { $0.parsed(BindName.init) }
        let search = UserSearch(method, idAttribute: preset.idAttribute, bindName: bindName, realm: realm)
        let readsAs = section["read_as"]?.choice(LDAPBackendConfiguration.Reader.self) ?? .serviceAccount
        return Users(
            search: search, readsAs: readsAs, attributes: attributes, require: require, deny: deny)
    }

    private func method(_ section: SettingsSection, _ usualFilter: String) -> UserSearch.Method? {
        if let template = section["dn_template"] {
            section["bind_name"]?.fail("with dn_template people bind by their DN; remove one of the two.")
            for key in ["base", "filter"] {
                section[key]?.fail("with dn_template there is no search; remove \(key), or remove dn_template.")
            }
            return template.parsed(DNTemplate.init).map { .template($0) }
        }
        let bases = section.required("base", example: "ou=people,dc=example,dc=org").flatMap(self.bases)
        guard let filter = section["filter"] else {
            let template = section.owner.reporting { () throws(LDAPError) in
                try FilterTemplate(usualFilter)
            }
            guard let bases, let template else { return nil }
            return .search(bases: bases, filter: template)
        }
        guard let template = filter.parsed(FilterTemplate.init), let bases else { return nil }
        let known: Set = [UserSearch.usernamePlaceholder, UserSearch.loginPlaceholder]
        let others = template.placeholders.subtracting(known).sorted()
        guard others.isEmpty else {
            filter.fail(
                "{\(others.joined(separator: "}, {"))} stands for nothing; only {username} and {login} do.")
            return nil
        }
        guard !template.placeholders.isEmpty else {
            filter.fail(
                "the filter does not hold {username}, so it would find the same entries for everybody; write for example (uid={username})."
            )
            return nil
        }
        return .search(bases: bases, filter: template)
    }

    /// One base or several, none below another, since an entry must not be found twice.
    private func bases(_ value: SettingsNode) -> [DistinguishedName]? {
        let items = value.isList ? value.list() ?? [] : [value]
        if items.isEmpty {
            value.fail("the list is empty; name at least one base, like ou=people,dc=example,dc=org.")
            return nil
        }
        var bases: [DistinguishedName] = []
        for item in items {
            guard let base = item.parsed(DistinguishedName.init) else { continue }
            if let other = bases.first(where: { $0.isEqualOrBelow(base) || base.isEqualOrBelow($0) }) {
                item.fail("\(base) and \(other) hold the same entries; name the upper one only.")
            }
            bases.append(base)
        }
        return bases.count == items.count ? bases : nil
    }

    /// `realm: {…}`.
    private func realm(_ value: SettingsNode) -> LoginRealm? {
        guard let section = value.section("domains", "suffixes", "required") else { return nil }
        let realm = LoginRealm(
            domains: section["domains"]?.texts() ?? [], suffixes: section["suffixes"]?.texts() ?? [],
            isRequired: section["required"]?.bool() ?? false)
        if realm.domains.isEmpty, realm.suffixes.isEmpty {
            value.fail(
                "a realm without domains and suffixes is nobody's; name some, like suffixes: [corp.example.org].")
        }
        for key in ["domains", "suffixes"] {
            for name in section[key]?.texts() ?? [] where name.isEmpty || name.contains(where: { "\\@".contains($0) }) {
                section[key]?.fail("'\(name)' is no domain; write it without \\ and @, like CORP or corp.example.org.")
            }
        }
        return realm
    }

    /// `attempts: {…}`.
    func attempts(_ value: SettingsNode) -> AttemptSettings {
        var settings = AttemptSettings()
        guard let section = value.section("remember_refused", "lockout") else { return settings }
        if let memory = section["remember_refused"], let text = memory.text() {
            settings.rememberRefusals = text == "never" ? .zero : memory.duration() ?? settings.rememberRefusals
        }
        guard let lockout = section["lockout"], let limit = lockout.section("threshold", "window") else {
            return settings
        }
        let threshold = limit.required("threshold", example: "5")?.integer(2...1000)
        let window = limit.required("window", example: "15m")?.duration()
        if let threshold, let window { settings.limit = LockoutLimit(threshold: threshold, window: window) }
        return settings
    }
}
