import AuthCore

/// The rules of a configuration, with all that is the same for everybody worked out beforehand.
struct PreparedRules: Sendable {
    /// A rule that gives permissions.
    struct Grant: Sendable {
        let rule: Rule
        let words: String
        let permissions: [Permission]
        /// What is said where it cannot be decided.
        let withheld: String
    }

    /// A rule that decides a flag.
    struct FlagRule: Sendable {
        let flag: UserFlag
        let rule: Rule
        /// What is said where it cannot be decided.
        let withheld: String
    }

    /// Who must come in.
    let require: Rule?
    /// Who must not.
    let deny: Rule?
    /// Whose account is active.
    let active: Rule?
    let grants: [Grant]
    /// The rules for staff and superuser.
    let flags: [FlagRule]
    /// The patterns for names of groups.
    let patterns: [Rule.Leaf: GlobPattern]
    /// The conditions that a person's own entry decides, by their place in ``LDAPBackendConfiguration/attributeConditions``.
    let attributeConditions: [Rule.Leaf: Int]

    init(_ configuration: LDAPBackendConfiguration) {
        require = configuration.require
        deny = configuration.deny
        active = configuration.flags[.isActive]
        grants = configuration.permissions.map { given in
            Grant(
                rule: given.rule, words: given.rule.description, permissions: given.grant,
                withheld: Self.withheld(given.rule, given.grant.map(\.description).joined(separator: ", ")))
        }
        flags = [UserFlag.isStaff, .isSuperuser].compactMap { flag in
            configuration.flags[flag].map {
                FlagRule(flag: flag, rule: $0, withheld: Self.withheld($0, flag.rawValue))
            }
        }
        var patterns: [Rule.Leaf: GlobPattern] = [:]
        for leaf in configuration.rules.flatMap(\.leaves) {
            if case .pattern(let pattern) = leaf { patterns[leaf] = GlobPattern(pattern) }
        }
        self.patterns = patterns
        attributeConditions = Dictionary(
            uniqueKeysWithValues: configuration.attributeConditions.enumerated().map { ($0.element, $0.offset) })
    }

    private static func withheld(_ rule: Rule, _ what: String) -> String {
        "It cannot be decided whether \(rule) holds; \(what) is withheld."
    }
}
