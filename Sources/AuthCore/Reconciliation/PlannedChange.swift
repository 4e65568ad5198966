/// One line of a sync's plan, as people read it and as it is kept: about whom, what, from what to what.
public struct PlannedChange: Sendable, Hashable {
    /// The unchanging id that the person or group has in the source.
    public var account: String
    /// The person's or group's name when the plan was made.
    public var name: String
    /// What would happen, in the words of the audit trail: `user.create`, `membership.add`.
    public var event: String
    /// The particulars, as keys and values. Never a secret.
    public var details: [String: String]

    /// A line.
    public init(account: String, name: String, event: String, details: [String: String]) {
        self.account = account
        self.name = name
        self.event = event
        self.details = details
    }

    /// The line for a change.
    public init(account: String, name: String, _ change: AccountChange) {
        self.init(account: account, name: name, event: change.auditEvent, details: change.auditDetails)
    }
}
