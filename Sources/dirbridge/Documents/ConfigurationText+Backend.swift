import AuthCore
import LDAPBackend
import LDAPClient

extension ConfigurationText {
    /// How a directory describes its people. Every kind of directory has the same rows in the same order.
    static func rows(_ backend: LDAPBackendConfiguration) -> [(String, String)] {
        let limit =
            backend.attempts.limit.map { "\($0.threshold) within \($0.window.asWritten)" }
            ?? "as the directory shows it"
        var rows: [(String, String)] = [
            (
                "attempts.remember_refused",
                backend.attempts.rememberRefusals == .zero ? "never" : backend.attempts.rememberRefusals.asWritten
            ), ("attempts.lockout", limit),
            ("account_state", words(backend.accountState)),
            ("on_outage", backend.onOutage.rawValue), ("adopt", backend.mirrorPolicy.adopt.rawValue),
            ("new_users", backend.mirrorPolicy.newUsers.rawValue),
        ]
        switch backend.users.method {
        case .search(let bases, let filter):
            rows += [
                ("users.base", bases.map(\.description).joined(separator: " and ")), ("users.filter", "\(filter)"),
            ]
        case .template(let template): rows.append(("users.dn_template", "\(template)"))
        }
        if let name = backend.users.bindName { rows.append(("users.bind_name", "\(name)")) }
        rows.append(("users.read_as", backend.readsAs.rawValue))
        if let realm = backend.users.realm {
            rows += [
                ("users.realm.domains", realm.domains.joined(separator: ", ")),
                ("users.realm.suffixes", realm.suffixes.joined(separator: ", ")),
                ("users.realm.required", "\(realm.isRequired)"),
            ]
        }
        rows += [("users.id", backend.users.idAttribute), ("users.attributes.username", backend.attributes.username)]
        for field in UserField.allCases {
            if let attribute = backend.attributes.fields[field] {
                rows.append(("users.attributes.\(field.rawValue)", attribute.description))
            }
        }
        rows += backend.attributes.profile.sorted { $0.key < $1.key }.map {
            ("users.profile.\($0.key)", $0.value.description)
        }
        rows += [
            ("users.require", backend.require?.description ?? "nothing"),
            ("users.deny", backend.deny?.description ?? "nobody"),
        ]
        if let groups = backend.groups {
            rows += [
                ("groups.base", groups.bases.map(\.description).joined(separator: " and ")),
                ("groups.type", groups.type.words), ("groups.strategy", "\(groups.strategy)"),
                ("groups.nested", groups.isNested ? "true, at most \(groups.maximumDepth) deep" : "false"),
                ("groups.names", backend.groupNaming.words), ("groups.mirror", backend.mirrorPolicy.groups.words),
            ]
        }
        rows += backend.flags.sorted { $0.key.rawValue < $1.key.rawValue }.map {
            ("flags.\($0.key.rawValue)", $0.value.description)
        }
        rows += backend.permissions.enumerated().map { index, rule in
            ("permissions[\(index)]", "\(rule.grant.map(\.description).joined(separator: ", ")) to \(rule.rule)")
        }
        return rows
    }

    private static func words(_ policy: AccountStatePolicy) -> String {
        let records: String =
            switch policy.dialects {
            case .auto: "auto"
            case .only(let dialects) where dialects.isEmpty: "none"
            case .only(let dialects): dialects.map(\.rawValue).sorted().joined(separator: ", ")
            }
        let lock = policy.lockoutDuration.map { ", a lock lasts \($0.asWritten)" } ?? ""
        return "\(records)\(lock), an expiry is announced \(policy.warningPeriod.asWritten) ahead"
    }
}

extension GroupType {
    /// How such groups name their members and themselves.
    fileprivate var words: String {
        let form =
            switch memberForm {
            case .distinguishedName: "DNs"
            case .nameAndOptionalUID: "DNs with an optional bit string"
            case .value(let attribute): "values of \(attribute)"
            }
        let primary: String? = self.primary.map {
            switch $0 {
            case .groupNumber: "the primary group by gidNumber"
            case .relativeIdentifier: "the primary group by primaryGroupID"
            }
        }
        let parts = ["members in \(memberAttribute) as \(form)", primary, "named by \(nameAttribute)"]
        return "\(objectClass): \(parts.compactMap(\.self).joined(separator: ", "))"
    }
}

extension GroupNaming {
    /// How mirrors are called.
    fileprivate var words: String {
        var steps: [String] = []
        if !table.isEmpty {
            steps.append(table.sorted { $0.key < $1.key }.map { "\($0.key) is \($0.value)" }.joined(separator: ", "))
        }
        if let rewrite { steps.append("\(rewrite)") }
        if letterCase == .lower { steps.append("in lower case") }
        if !prefix.isEmpty { steps.append("prefixed \(prefix)") }
        return steps.isEmpty ? "as they are" : steps.joined(separator: "; then ")
    }
}

extension MirrorPolicy.GroupMirroring {
    /// Which groups, in words.
    fileprivate var words: String {
        switch self {
        case .none: "none"
        case .all: "all"
        case .only(let names): "only " + names.sorted().joined(separator: ", ")
        case .except(let names): "all except " + names.sorted().joined(separator: ", ")
        }
    }
}
