package import AuthCore

/// A person of the source beside what the store knows that bears on them: what a reconciliation takes, read for many people at once.
package struct SyncPair: Sendable {
    /// The person's place in the staging tables.
    package var position: Int64
    /// What the scan saw of them.
    package var payload: [UInt8]
    /// The username, folded.
    package var folded: String
    /// The account linked to the person.
    package var linked: LocalAccount?
    /// The other accounts that go by the name the person should have.
    package var nameHolders: [LocalAccount]
}

/// An account of the source whose person the scan did not see.
package struct AbsentAccount: Sendable, Hashable {
    /// The tie.
    package var link: ExternalLink
    /// The username.
    package var username: String
    /// Whether it is active.
    package var isActive: Bool
}

/// How much of what a source gave there is to lose.
package struct SourceHoldings: Sendable, Hashable {
    /// Active accounts.
    package var activeAccounts = 0
    /// Memberships.
    package var memberships = 0
    /// Permissions.
    package var grants = 0
    /// Active accounts that are staff or superuser.
    package var administrators = 0

    package init() {}
}
