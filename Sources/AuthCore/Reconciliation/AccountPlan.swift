/// A list of changes to one account, ready to be applied.
public struct AccountPlan: Sendable, Hashable {
    /// Whose account it is.
    public enum Subject: Sendable, Hashable {
        /// Somebody from elsewhere. The plan keeps what the changes were computed from, so that they can be computed again.
        case external(ExternalAccount, basis: LocalState, policy: MirrorPolicy)
        /// A local account that exists, changed by an administrator or its owner.
        case account(User.ID)
        /// No account yet (the first change creates it), or none at all (a permission is registered).
        case none
    }

    /// Whose account it is.
    public var subject: Subject
    /// The changes, in the order in which they are applied.
    public var changes: [AccountChange]

    /// A plan.
    public init(subject: Subject, changes: [AccountChange]) {
        self.subject = subject
        self.changes = changes
    }
}

/// What became of a plan.
public struct AppliedPlan: Sendable, Hashable {
    /// The account as it is now; `nil` for a plan about no account.
    public var user: User?
    /// What was really changed: the plan's list, or the list that reconciling again gave.
    public var changes: [AccountChange]
    /// Set where reconciling again, inside the transaction, refused. Then nothing was changed.
    public var refusal: Refusal?

    /// The result of applying a plan.
    public init(user: User?, changes: [AccountChange], refusal: Refusal? = nil) {
        self.user = user
        self.changes = changes
        self.refusal = refusal
    }
}
