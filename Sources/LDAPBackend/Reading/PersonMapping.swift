public import AuthCore
import LDAPClient

/// What an entry says about its person, in our terms. Logins and scans read entries by this one mapping.
struct PersonMapping: Sendable {
    /// The attributes that are read of a person, and no others: the id, what is mapped, what rules look at, what says whether the person may
    /// log in, and what groups know people by.
    let attributeNames: [String]
    /// The same for a login, which looks at earlier attempts too, and at what the entry itself says of its groups.
    let loginAttributeNames: [String]

    private let source: String
    private let idAttribute: String
    private let usernameAttribute: String
    private let attributes: [AttributeMapper]
    private let conditions: [(attribute: String, folded: String)]

    init(_ configuration: LDAPBackendConfiguration) {
        source = configuration.name
        idAttribute = configuration.users.idAttribute
        let map = configuration.attributes
        usernameAttribute = map.username
        attributes =
            UserField.allCases.compactMap { field in map.fields[field].map { AttributeMapper($0, for: .field(field)) } }
            + map.profile.sorted { $0.key < $1.key }.map { AttributeMapper($0.value, for: .profile(key: $0.key)) }
        conditions = configuration.attributeConditions.compactMap {
            if case .attribute(let name, let value) = $0 { (name, LoginName.fold(value)) } else { nil }
        }
        let names =
            [idAttribute, usernameAttribute] + attributes.flatMap(\.rule.source.attributes)
            + conditions.map(\.attribute) + configuration.accountState.attributeNames
            + (configuration.groups?.personAttributes ?? [])
        attributeNames = Self.withoutRepeats(names)
        loginAttributeNames = Self.withoutRepeats(
            names + LDAPEntry.attemptAttributes + (configuration.groups?.loginAttributes ?? []))
    }

    private static func withoutRepeats(_ names: [String]) -> [String] {
        var seen: Set<String> = []
        // A secret that nobody asks for gets nowhere, whatever the configuration says.
        return names.filter { !LDAPEntry.holdsSecret($0) && seen.insert($0.lowercased()).inserted }
    }

    /// What came of reading an entry.
    enum Reading: Sendable {
        /// A person: an account without groups and what follows from them, which attribute conditions of rules hold, by their place in
        /// ``LDAPBackendConfiguration/attributeConditions``, and values that could not be used.
        case person(ExternalAccount, heldConditions: [Int], warnings: [AttributeWarning])
        /// Somebody who has no name that we could use, and why. All else is as for a person.
        case unnamed(ExternalAccount, heldConditions: [Int], warnings: [AttributeWarning], reason: String)
        /// Nobody whom we could tell apart, and why.
        case unusable(reason: String)
    }

    /// Reads an entry.
    func read(_ entry: LDAPEntry) -> Reading {
        guard let id = entry.identity(idAttribute) else {
            return .unusable(
                reason:
                    "The entry \(entry.dn) shows no single \(idAttribute); give the service account the right to read it."
            )
        }
        let username = username(of: entry)
        var account = ExternalAccount(
            link: ExternalLink(source: source, id: id, dn: entry.dn), username: username ?? "")
        let warnings = map(entry, to: &account)
        let conditions = heldConditions(of: entry)
        if let problem = username == nil
            ? "The entry \(entry.dn) has no single value of \(usernameAttribute), which holds the username."
            : account.usernameProblem.map({ "\(entry.dn): \($0)" })
        {
            account.username = ""
            return .unnamed(account, heldConditions: conditions, warnings: warnings, reason: problem)
        }
        return .person(account, heldConditions: conditions, warnings: warnings)
    }

    /// The username an entry gives: the one value of the mapped attribute, normalised; `nil` if there is none, if there are several, or if
    /// it is not text. An identity is never "the first of several", since values have no order (RFC 4511 section 4.1.7).
    private func username(of entry: LDAPEntry) -> String? {
        let values = entry[usernameAttribute]
        guard values.count == 1, let text = values[0].string, !text.isEmpty else { return nil }
        return LoginName.normalized(text)
    }

    /// Fills in what the rules for attributes make of the entry.
    private func map(_ entry: LDAPEntry, to account: inout ExternalAccount) -> [AttributeWarning] {
        var warnings: [AttributeWarning] = []
        for attribute in attributes {
            let made = attribute.make(entry, &warnings)
            if case .value(let text) = made {
                account.fill(attribute.target, with: text)
            } else if attribute.rule.whenMissing == .refuse {
                if made == .missing { warnings.append(attribute.warningOfMissing(entry)) }
                account.creationObstacle =
                    account.creationObstacle
                    ?? "\(entry.dn) has no usable \(attribute.rule.source), and \(attribute.target.name) is required of new accounts."
            } else if made == .missing, attribute.rule.whenMissing == .clear {
                account.fill(attribute.target, with: nil)
            }
        }
        return warnings
    }

    private func heldConditions(of entry: LDAPEntry) -> [Int] {
        conditions.indices.filter { index in
            let condition = conditions[index]
            return entry[condition.attribute].contains { value in
                value.string.map { LoginName.fold($0) == condition.folded } ?? false
            }
        }
    }
}

extension ExternalAccount {
    /// Says what a field or a profile attribute is to be; with `nil`, that it is to be cleared.
    fileprivate mutating func fill(_ target: AttributeMapper.Target, with text: String?) {
        switch target {
        case .field(let field): fields[field] = text ?? ""
        case .profile(let key): profile[key] = .some(text)
        }
    }
}

extension LDAPBackendConfiguration {
    /// The conditions of all rules that a person's own entry decides, each once, in the order in which the configuration has them.
    public var attributeConditions: [Rule.Leaf] {
        var seen: Set<Rule.Leaf> = []
        return rules.flatMap(\.leaves).filter { leaf in
            guard case .attribute = leaf else { return false }
            return seen.insert(leaf).inserted
        }
    }
}
