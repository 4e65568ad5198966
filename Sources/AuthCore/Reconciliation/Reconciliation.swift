/// What reconciling an external account with the local store came to.
public enum Reconciliation: Sendable, Hashable {
    /// These changes make the local account what the external one says; none if it is so already.
    case changes([AccountChange], warnings: [String])
    /// The external account cannot become a local one.
    case refused(Refusal)
}

/// Why an external account cannot be mirrored.
public struct Refusal: Sendable, Hashable {
    /// The verdict that follows: a denial, or a rejection where the account's name cannot be anybody's.
    public var verdict: AuthenticationVerdict
    /// The exact circumstances and the remedy, for administrators.
    public var explanation: String
    /// Another account of the same source that has the wanted name. If the source says that it no longer goes by it
    /// (``ExternalAccount/releasedIDs``), it makes room when the pair is reconciled again.
    public var contestedBy: ExternalLink?

    /// A refusal.
    public init(_ verdict: AuthenticationVerdict, _ explanation: String, contestedBy: ExternalLink? = nil) {
        self.verdict = verdict
        self.explanation = explanation
        self.contestedBy = contestedBy
    }
}
