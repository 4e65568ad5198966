public import AuthCore
import LDAPClient

/// Which attributes of an entry become which fields of the local account. Attribute names are compared without regard to case.
public struct AttributeMap: Sendable, Hashable {
    /// Holds the username. It must have exactly one value: an identity is never "the first of several". Default: `uid`.
    public var username: String
    /// Make the fields. Default: `givenName`, `sn`, `mail`.
    public var fields: [UserField: AttributeRule]
    /// Make the profile attributes, by key. Default: none.
    public var profile: [String: AttributeRule]

    /// An attribute map; the defaults are those of inetOrgPerson (RFC 2798).
    public init(
        username: String = "uid",
        fields: [UserField: AttributeRule] = [.firstName: "givenName", .lastName: "sn", .email: "mail"],
        profile: [String: AttributeRule] = [:]
    ) {
        self.username = username
        self.fields = fields
        self.profile = profile
    }
}

extension AttributeMap {
    /// What is wrong with the rules, each in a sentence that names the field or profile key: for a check of the configuration. A map with
    /// problems is safe to use, and does not do what was meant.
    public var problems: [String] {
        let fieldRules = UserField.allCases.compactMap { field in fields[field].map { (field.rawValue, $0, true) } }
        let profileRules = profile.sorted { $0.key < $1.key }.map { ($0.key, $0.value, false) }
        return Self.secretProblems("username", [username])
            + (fieldRules + profileRules).flatMap { Self.problems($0.0, $0.1, isField: $0.2) }
    }

    private static func problems(_ target: String, _ rule: AttributeRule, isField: Bool) -> [String] {
        var problems = secretProblems(target, rule.source.attributes)
        if isField, rule.values == .all {
            problems.append("\(target) holds one text; take the first value, or join them.")
        }
        if isField, rule.type == .binary {
            problems.append("\(target) holds text; keep octets such as a photo in the profile.")
        }
        if !(1...ExternalAccount.maximumProfileSize).contains(rule.maximumSize) {
            problems.append("\(target): the size must be from 1 to \(ExternalAccount.maximumProfileSize) bytes.")
        }
        if rule.type == .binary, case .template = rule.source {
            problems.append("\(target): a template makes text, and text is not binary.")
        }
        if rule.type == .binary, case .joined = rule.values {
            problems.append("\(target): octets cannot be joined; take the first value, or all.")
        }
        return problems
    }

    /// Passwords and keys stay where they are, whoever may read them.
    private static func secretProblems(_ target: String, _ attributes: [String]) -> [String] {
        attributes.filter(LDAPEntry.holdsSecret).map {
            "\(target): \($0) holds a secret, which is never read."
        }
    }
}
