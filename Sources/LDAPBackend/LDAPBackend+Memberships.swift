public import AuthCore
import LDAPClient

/// How somebody stands in a directory's groups at this moment, and what the rules of the configuration make of it.
public struct DirectoryMemberships: Sendable {
    /// The groups the person is in, nested ones included, each with how it is reached.
    public let groups: [ExternalGroup]
    /// Whether these are provably all of them.
    public let groupsAreComplete: Bool

    let grantRules: [String: Truth]
    let rules: PreparedRules
    let known: ResolvedRuleGroups

    /// Whether a rule that gives permissions holds for the person; `nil` if the configuration has no such rule.
    /// - Parameter words: The rule in words, as a grant keeps it.
    public func holds(rule words: String) -> Truth? { grantRules[words] }

    /// The person's groups that a rule looks at, in the rule's order.
    /// - Parameter words: The rule in words, as a grant keeps it.
    public func groups(behindRule words: String) -> [ExternalGroup] {
        var found: [ExternalGroup] = []
        for leaf in rules.grants.first(where: { $0.words == words })?.rule.leaves ?? [] {
            for group in groups where isMeant(group, by: leaf) && !found.contains(group) { found.append(group) }
        }
        return found
    }

    private func isMeant(_ group: ExternalGroup, by leaf: Rule.Leaf) -> Bool {
        known.groups[leaf] == group.id || rules.patterns[leaf]?.matches(group.name) == true
    }
}

extension LDAPBackend {
    /// Asks the directory which groups somebody is in now, and how each is reached: to explain what was mirrored.
    ///
    /// Each group is asked about on its own, so that the paths can be told; a login would not spend that.
    /// - Parameters:
    ///   - link: Who. The id counts, not the DN.
    ///   - context: How long it may take.
    /// - Returns: `nil` if the directory has no entry with that id below the base.
    /// - Throws: ``AuthenticationOutage`` if the directory cannot be asked.
    public func memberships(
        of link: ExternalLink, _ context: AuthenticationContext = AuthenticationContext()
    ) async throws -> DirectoryMemberships? {
        var context = context
        // With a trace, the reader asks group by group.
        if !context.keepsSteps { context.trace = AuthenticationTrace() }
        return try await reading(context) { reader in
            guard let entry = try await reader.entry(id: link.id) else { return nil }
            let found = try await reader.groups(of: entry)
            let rules = reader.directory.rules
            let known = try await reader.directory.ruleGroups.current(reader)
            // Nothing can be decided about an entry that cannot be read as a person.
            var grantRules = Dictionary(rules.grants.map { ($0.words, Truth.unknown) }) { first, _ in first }
            if case .person(var account, let heldConditions, _) = reader.people.read(entry) {
                account.groups = found.all
                account.groupsAreComplete = found.isComplete
                grantRules = RuleDecisions(rules, known).grantRules(account, heldConditions: heldConditions)
            }
            return DirectoryMemberships(
                groups: found.all, groupsAreComplete: found.isComplete, grantRules: grantRules, rules: rules,
                known: known)
        }
    }
}
