import AuthCore
import DirectoryBridge
import LDAPBackend

/// One thing about a person that was made of their entry, and what it was made of.
struct DerivedAttribute: Encodable {
    /// The field, the flag, or the key of the profile.
    let name: String
    /// The value as it is shown; `nil` where there is none, or where what is here stays.
    let value: String?
    /// The attribute, the template, or the rule that it was made of.
    let source: String
    /// What became of it, where that is not plain.
    let note: String?

    private enum Key: String, CodingKey { case name, value, source, note }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(name, forKey: .name)
        try container.encode(value, forKey: .value)
        try container.encode(source, forKey: .source)
        try container.encode(note, forKey: .note)
    }
}

extension DerivedAttribute {
    /// Everything that the configuration makes of the person's entry, in the order of the account's fields.
    static func all(of external: ExternalAccount, _ configuration: LDAPBackendConfiguration) -> [DerivedAttribute] {
        let map = configuration.attributes
        var all = [
            DerivedAttribute(name: "username", value: external.username, source: map.username, note: nil),
            DerivedAttribute(
                name: "external_id", value: external.link.id, source: configuration.users.idAttribute, note: nil),
        ]
        for field in UserField.allCases {
            guard let rule = map.fields[field] else { continue }
            all.append(DerivedAttribute(field.rawValue, rule, made: external.fields[field].map { .some($0) }))
        }
        for (key, rule) in map.profile.sorted(by: { $0.key < $1.key }) {
            all.append(DerivedAttribute(key, rule, made: external.profile[key]))
        }
        for flag in [UserFlag.isStaff, .isSuperuser] {
            guard let rule = configuration.flags[flag] else { continue }
            let value = external.flags[flag].map { $0 ? "true" : "false" }
            all.append(
                DerivedAttribute(
                    name: flag.rawValue, value: value, source: "rule: \(rule)",
                    note: value == nil ? "cannot be decided; stays as it is" : nil))
        }
        return all
    }

    /// - Parameter made: What the entry gave; `nil` where what is here stays.
    private init(_ name: String, _ rule: AttributeRule, made: String??) {
        switch made {
        case nil: self.init(name: name, value: nil, source: rule.description, note: "stays as it is")
        case .some(nil), .some(""?):
            self.init(name: name, value: nil, source: rule.description, note: "the entry has none")
        case .some(let text?):
            self.init(name: name, value: rule.shown(text), source: rule.description, note: nil)
        }
    }
}

extension Configuration {
    /// A profile as it is shown: photos by what they are.
    /// - Parameter source: The directory that it comes from.
    func shown(_ profile: [String: String], from source: String?) -> [String: String] {
        // Every kind of directory has the same rules for the profile.
        let map = directories.first { $0.name == source }?.backends.values.first?.attributes
        return Dictionary(
            uniqueKeysWithValues: profile.map { key, value in
                (key, map?.profile[key]?.shown(value) ?? ShownValue.text(value))
            })
    }
}
