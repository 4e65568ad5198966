import AuthCore
import LDAPClient

extension LDAPBackend {
    /// Decides whether somebody whose password was right may come in, and describes them.
    func admit(_ entry: LDAPEntry, _ reader: DirectoryReader) async throws -> AuthenticationVerdict {
        let context = reader.context
        guard let id = entry.firstString(configuration.users.idAttribute) else {
            throw AuthenticationOutage(
                .searchRefused,
                "The entry \(entry.dn) shows no \(configuration.users.idAttribute); give the service account the right to read it."
            )
        }
        guard let username = reader.username(of: entry) else {
            context.trace?.explain(
                "The entry \(entry.dn) has no single value of \(configuration.attributes.username), which holds the username."
            )
            return .rejected(.malformedName)
        }
        let groups = try await reader.groups(of: entry.dn)
        let known = try await ruleGroups.current(reader)
        for warning in known.warnings { context.trace?.warn(warning) }
        for unresolved in known.unresolved { context.trace?.warn(unresolved.explanation) }
        let facts = RuleFacts(entry: entry, groups: groups, known: known)

        if let refusal = refusal(facts, context) { return .denied(refusal) }

        let grants = grants(facts, context)
        let flags = flags(facts, context)
        let mapped = reader.mappedValues(of: entry)
        for warning in mapped.warnings + groups.warnings { context.trace?.warn(warning) }
        return .authenticated(
            .external(
                ExternalAccount(
                    link: ExternalLink(source: name, id: id, dn: entry.dn), username: username, fields: mapped.fields,
                    profile: mapped.profile, groups: groups.all, groupsAreComplete: groups.isComplete, grants: grants,
                    flags: flags)))
    }

    /// The permissions that rules give. What cannot be decided is withheld.
    private func grants(_ facts: RuleFacts, _ context: AuthenticationContext) -> [Permission: String] {
        var grants: [Permission: String] = [:]
        for permissionRule in configuration.permissions {
            switch facts.holds(permissionRule.rule) {
            case .yes:
                for permission in permissionRule.grant where grants[permission] == nil {
                    grants[permission] = permissionRule.rule.description
                }
            case .no: break
            case .unknown:
                let withheld = permissionRule.grant.map(\.description).joined(separator: ", ")
                context.trace?.warn(
                    "It cannot be decided whether \(permissionRule.rule) holds; \(withheld) is withheld.")
            }
        }
        return grants
    }

    /// The flags that rules decide. What cannot be decided is withheld, and left as it is where only the list of groups is incomplete.
    private func flags(_ facts: RuleFacts, _ context: AuthenticationContext) -> [UserFlag: Bool] {
        var flags: [UserFlag: Bool] = [:]
        for (flag, rule) in configuration.flags {
            switch facts.holds(rule) {
            case .yes: flags[flag] = true
            case .no: flags[flag] = false
            case .unknown:
                if facts.groups.isComplete { flags[flag] = false }
                context.trace?.warn("It cannot be decided whether \(rule) holds; \(flag.rawValue) is withheld.")
            }
        }
        return flags
    }

    /// Whether a rule keeps the person out. What cannot be decided does.
    private func refusal(_ facts: RuleFacts, _ context: AuthenticationContext) -> DenialReason? {
        if let require = configuration.require {
            switch facts.holds(require) {
            case .yes: break
            case .no:
                context.trace?.explain("users: require is not satisfied: \(require).")
                return .notInRequiredGroup
            case .unknown:
                context.trace?.explain(
                    "It cannot be decided whether users: require is satisfied: \(require). \(facts.doubt(require))")
                return .ruleUnknown
            }
        }
        if let deny = configuration.deny {
            switch facts.holds(deny) {
            case .no: break
            case .yes:
                context.trace?.explain("users: deny is satisfied: \(deny).")
                return .inDeniedGroup
            case .unknown:
                context.trace?.explain(
                    "It cannot be decided whether users: deny is satisfied: \(deny). \(facts.doubt(deny))")
                return .ruleUnknown
            }
        }
        return nil
    }
}
