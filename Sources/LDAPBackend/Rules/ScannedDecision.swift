public import AuthCore

/// What the rules say about one person.
public struct ScannedDecision: Sendable, Hashable {
    /// Whether the person may come in.
    public enum Access: Sendable, Hashable {
        /// They may.
        case allowed
        /// They must not: for this reason, and in a sentence for an administrator.
        case refused(DenialReason, explanation: String)
        /// It cannot be told, for the reason in the sentence. Nobody is let in on a guess, and nobody's account is deactivated on one.
        case undecided(explanation: String)
    }

    /// Whether the person may come in.
    public var access: Access
    /// The person with groups, flags and grants; where they are refused, ``ExternalAccount/barred`` says why.
    public var account: ExternalAccount
    /// What was withheld since it could not be decided.
    public var warnings: [String]
}
