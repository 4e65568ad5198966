import AuthCore
import LDAPClient

extension AttemptDiagnosis {
    /// Why a rule that somebody must satisfy does not hold for them.
    func diagnoseRequirement(_ rule: Rule?, _ place: String, of entry: LDAPEntry) async -> AuthenticationDiagnosis {
        var cause = explanation ?? "\(place) is not satisfied."
        guard let rule else { return finding(.rules, cause: cause, remedy: "Look at \(place).") }
        let shown = await shownAttributes(of: rule, entry)
        if !shown.isEmpty { cause += " " + shown.joined(separator: " ") }
        guard rule.leaves.contains(where: \.speaksOfGroups), let groups = configuration.groups else {
            return finding(
                .rules, cause: cause,
                remedy:
                    "Change the entry in the directory if the person is to come in, let the service account read these attributes, or change \(place)."
            )
        }
        let found = (try? await reader.looking.groups(of: entry)) ?? GroupFinding()
        cause += " " + Self.words(found.all, of: entry.dn)
        if found.all.isEmpty, let overlooked = await reader.overlookedGroup(of: entry, groups) {
            return finding(.groups, cause: "\(cause) \(overlooked.cause)", remedy: overlooked.remedy)
        }
        if let further = await remedyByNesting(rule, entry, groups) {
            return finding(.groups, cause: "\(cause) \(further.cause)", remedy: further.remedy)
        }
        let wanted = rule.leaves.filter(\.speaksOfGroups).map(\.description).joined(separator: " or ")
        return finding(
            .rules, cause: cause,
            remedy: "Put \(entry.dn) into \(wanted) in the directory if the person is to come in, or change \(place).")
    }

    /// Why the rule that keeps people out holds.
    func diagnoseDeny(of entry: LDAPEntry) async -> AuthenticationDiagnosis {
        var cause = explanation ?? "users: deny is satisfied."
        let found = (try? await reader.looking.groups(of: entry)) ?? GroupFinding()
        let known = try? await reader.directory.ruleGroups.current(reader.looking)
        let leaves = configuration.deny?.leaves ?? []
        let meant = found.all.filter { group in
            leaves.contains {
                known?.groups[$0] == group.id || reader.directory.rules.patterns[$0]?.matches(group.name) == true
            }
        }
        if !meant.isEmpty { cause += " " + Self.words(meant, of: entry.dn) }
        return finding(
            .rules, cause: cause,
            remedy:
                "Take \(entry.dn) out of the group in the directory if the person is to come in, or change users: deny."
        )
    }

    /// What keeps the rules about somebody from being decided; `nil` if it is nothing of theirs.
    func diagnoseDoubt(of entry: LDAPEntry) async -> AuthenticationDiagnosis? {
        let rules = [configuration.require, configuration.deny, configuration.flags[.isActive]].compactMap(\.self)
        if let first = await unresolved(rules.flatMap(\.leaves)).first {
            return finding(
                .rules, cause: explanation ?? first.explanation, remedy: await remedy(of: first, "Correct the rule"))
        }
        guard let found = try? await reader.looking.groups(of: entry), !found.isComplete else { return nil }
        let cause = [explanation].compactMap(\.self) + found.warnings
        let isDeep = found.warnings.contains { $0.contains("nested deeper") }
        return finding(
            .groups, cause: cause.joined(separator: " "),
            remedy: isDeep
                ? "Raise groups: maximum_depth, or take a level out of the nesting in the directory."
                : "Let the service account read what is missing.")
    }

    // MARK: Parts

    /// Conditions among these whose group cannot be told.
    func unresolved(_ leaves: [Rule.Leaf]) async -> [UnresolvedRuleGroup] {
        let known = try? await reader.directory.ruleGroups.current(reader.looking)
        return known?.unresolved.filter { leaves.contains($0.leaf) } ?? []
    }

    /// What helps where a rule names no group: the group that it probably means.
    func remedy(of unresolved: UnresolvedRuleGroup, _ what: String) async -> String {
        if let near = await reader.groupLike(unresolved.leaf) {
            return "\(what) (did you mean '\(near)'?), or create the group."
        }
        return "\(what), or create the group, or let the service account see it."
    }

    /// Which groups somebody is in, in a sentence.
    static func words(_ groups: [ExternalGroup], of dn: String) -> String {
        if groups.isEmpty { return "\(dn) is in no group that is looked at." }
        let names = groups.prefix(12).map { group in
            group.path == .direct ? "'\(group.name)'" : "'\(group.name)' (\(group.path))"
        }
        let rest = groups.count > 12 ? " and \(groups.count - 12) more" : ""
        return "\(dn) is in \(names.joined(separator: ", "))\(rest)."
    }

    /// What the entry shows of the attributes that a rule looks at.
    private func shownAttributes(of rule: Rule, _ entry: LDAPEntry) async -> [String] {
        var sentences: [String] = []
        for case .attribute(let name, _) in rule.leaves where !LDAPEntry.holdsSecret(name) {
            let values = entry[name].prefix(4).map { $0.string ?? "\($0.bytes.count) bytes" }
            let sentence =
                values.isEmpty
                ? "\(entry.dn) shows no \(name)." : "\(entry.dn) has \(name): \(values.joined(separator: ", "))."
            if !sentences.contains(sentence) { sentences.append(sentence) }
        }
        return sentences
    }

    /// Whether a rule would hold if nesting were followed, or followed further.
    private func remedyByNesting(
        _ rule: Rule, _ entry: LDAPEntry, _ groups: GroupSearch
    ) async -> (cause: String, remedy: String)? {
        guard !groups.isNested, !groups.type.holdsNoGroups, groups.strategy == .search else { return nil }
        var wider = reader.looking
        wider.directory.configuration.groups?.isNested = true
        guard let found = try? await wider.groups(of: entry),
            let known = try? await reader.directory.ruleGroups.current(reader.looking)
        else { return nil }
        for leaf in rule.leaves {
            if let group = found.all.first(where: { known.groups[leaf] == $0.id }), group.path != .direct {
                return (
                    "'\(group.name)' has the person \(group.path), and nested groups are not followed.",
                    "Write groups: nested: true, or put the person into the group itself."
                )
            }
        }
        return nil
    }
}

extension Rule.Leaf {
    /// Whether it is about groups, and not about the person's own entry.
    fileprivate var speaksOfGroups: Bool {
        if case .attribute = self { false } else { true }
    }
}
