import AuthCore
import LDAPBackend
import LDAPClient

extension ConfigurationReader {
    /// `users: {attributes: {…}, profile: {…}}`.
    func attributeMap(_ section: SettingsSection, _ preset: DirectoryPreset) -> AttributeMap {
        var map = AttributeMap(username: preset.usernameAttribute)
        if let attributes = section["attributes"]?.section("username", "first_name", "last_name", "email") {
            map.username = attributes["username"]?.attributeName() ?? map.username
            for field in UserField.allCases {
                if let rule = attributes[field.rawValue].flatMap(attributeRule) { map.fields[field] = rule }
            }
        }
        for (key, value) in section["profile"]?.entries() ?? [] {
            map.profile[key] = attributeRule(value)
        }
        for problem in map.problems { section.owner.fail(problem) }
        return map
    }

    /// The name of an attribute, a template such as `{givenName} {sn}`, or a map.
    private func attributeRule(_ value: SettingsNode) -> AttributeRule? {
        guard value.isMap else {
            guard let text = value.text() else { return nil }
            if text.contains(where: { "{}".contains($0) }) {
                return value.parsed(AttributeTemplate.init).map(AttributeRule.template)
            }
            return value.attributeName().map(AttributeRule.attribute)
        }
        guard
            let section = value.section(
                "attribute", "template", "values", "separator", "type", "when_missing", "max_bytes")
        else { return nil }
        let source: AttributeRule.Source?
        switch (section["attribute"], section["template"]) {
        case (let attribute?, nil): source = attribute.attributeName().map { .attribute($0) }
        case (nil, let template?): source = template.parsed(AttributeTemplate.init).map { .template($0) }
        default:
            value.fail("give attribute: NAME or template: TEXT, one of the two.")
            return nil
        }
        let separator = section["separator"]?.text()
        let kinds: [(String, AttributeRule.Values)] = [
            ("first", .first), ("all", .all), ("joined", .joined(separator: separator ?? ", ")),
        ]
        let values = section["values"].map { $0.choice(kinds) } ?? .first
        if let node = section["separator"] {
            guard case .joined? = values else {
                node.fail("a separator goes with values: joined; say that, or remove it.")
                return nil
            }
        }
        let type = section["type"].map { $0.choice(AttributeType.self) } ?? .text
        let whenMissing = section["when_missing"].map { $0.choice(AttributeRule.WhenMissing.self) } ?? .clear
        guard let source, let values, let type, let whenMissing else { return nil }
        return AttributeRule(
            source, values: values, type: type, whenMissing: whenMissing,
            maximumSize: section["max_bytes"]?.integer(1...1_048_576))
    }

    /// `account_state: auto`, `none`, or a list of records; `lockout_duration` and `expiry_warning` stand beside it.
    func accountState(_ section: SettingsSection) -> AccountStatePolicy {
        var policy = AccountStatePolicy()
        if let node = section["account_state"] {
            if node.isList {
                let records = (node.list() ?? []).compactMap { $0.choice(AccountStateDialect.self) }
                policy.dialects = .only(Set(records))
            } else {
                let words: [(String, AccountStatePolicy.Dialects)] =
                    [("auto", .auto), ("none", .only([]))]
                    + AccountStateDialect.allCases.map { ($0.rawValue, .only([$0])) }
                policy.dialects = node.choice(words) ?? policy.dialects
            }
        }
        policy.lockoutDuration = section["lockout_duration"]?.duration()
        if let warning = section["expiry_warning"]?.duration() { policy.warningPeriod = warning }
        return policy
    }
}
