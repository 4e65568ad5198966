/// Remembers which groups the leaves of rules stood for.
///
/// A group that a rule names and that was never seen is a mistake in the configuration; one that was seen may have been renamed since, and
/// is found by its id. Only a memory can tell the two apart.
public protocol RuleGroupMemory: Sendable {
    /// The groups that the leaves of a source's rules last stood for, by ``Rule/Leaf/key``.
    func rememberedRuleGroups(source: String) async throws -> [String: [ExternalGroup]]

    /// Keeps what leaves of a source's rules stand for now. Leaves not mentioned keep what they had.
    func rememberRuleGroups(_ groups: [String: [ExternalGroup]], source: String) async throws
}
