import AuthCore

/// What somebody approved: the changes of one plan, and no others.
struct Approval: Sendable {
    private struct Key: Sendable, Hashable {
        var account: String
        var event: String
        var details: [String: String]
    }

    private let allowed: Set<Key>

    /// An approval of these changes.
    init(_ changes: [PlannedChange]) {
        allowed = Set(changes.map(Self.key))
    }

    /// Names and evidence are there to be read; what is approved is the change.
    private static func key(_ change: PlannedChange) -> Key {
        var details = change.details
        details["evidence"] = nil
        if change.event == "membership.remove" { details["group"] = nil }
        return Key(account: change.account, event: change.event, details: details)
    }

    /// The accounts and groups about which this plan and another differ: what only one of them has, in words.
    /// - Parameter isDone: Whether a change was made since, by a login or by a run that was interrupted. What is done already is no difference.
    func differences(
        from changes: [PlannedChange], approved: [PlannedChange], isDone: (PlannedChange) throws -> Bool
    ) rethrows -> [String] {
        let now = Set(changes.map(Self.key))
        let new = changes.filter { !allowed.contains(Self.key($0)) }.map { "\($0.name): \($0.event) is new" }
        let old = try approved.filter { try !now.contains(Self.key($0)) && !isDone($0) }
            .map { "\($0.name): \($0.event) no longer applies" }
        return old + new
    }

    /// Refuses what was not approved.
    /// - Throws: ``PlanOutdated``.
    func check(_ changes: [PlannedChange]) throws {
        for change in changes where !allowed.contains(Self.key(change)) {
            throw PlanOutdated(explanation: "\(change.name): \(change.event) is new")
        }
    }
}

/// The world has moved on since a plan was approved.
struct PlanOutdated: Error {
    /// What is different, in words.
    var explanation: String
}
