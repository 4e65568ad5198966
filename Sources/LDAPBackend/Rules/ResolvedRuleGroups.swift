public import AuthCore

/// A condition of a rule that names no group, or several.
public struct UnresolvedRuleGroup: Sendable, Hashable {
    /// The condition.
    public let leaf: Rule.Leaf
    /// What is wrong, in a sentence.
    public let explanation: String
}

/// What the groups that rules name stand for, as of now.
struct ResolvedRuleGroups: Sendable {
    /// The ids, by condition. Empty for a group that was seen and is gone.
    var groups: [Rule.Leaf: Set<String>] = [:]
    /// Conditions that stand for nothing.
    var unresolved: [UnresolvedRuleGroup] = []
    /// Groups that are gone.
    var warnings: [String] = []
}
