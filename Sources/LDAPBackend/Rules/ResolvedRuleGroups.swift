public import AuthCore

/// A condition of a rule whose group cannot be told.
public struct UnresolvedRuleGroup: Sendable, Hashable {
    /// The condition.
    public let leaf: Rule.Leaf
    /// Whether its group was seen before. One that never was is a mistake in the configuration.
    public let wasSeen: Bool
    /// What is wrong, and the remedy, in a sentence.
    public let explanation: String
    /// The name of a group that is probably meant; looked for only where an administrator asks.
    public var near: String?
}

/// What the groups that rules name stand for, as of now.
struct ResolvedRuleGroups: Sendable {
    /// The group's id, by condition.
    var groups: [Rule.Leaf: String] = [:]
    /// Conditions whose group cannot be told. They are unknown.
    var unresolved: [UnresolvedRuleGroup] = []
    /// Groups that go by another name now.
    var warnings: [String] = []
}
