/// What is left of one ``FailureBudget``: a value, told what happened and when. Times are microseconds since 1970.
///
/// Tokens that come back continuously need one number: the time at which the budget is whole again (the generic cell rate algorithm).
struct FailureBucket: Sendable, Hashable {
    /// When the budget is whole again.
    private(set) var wholeAt: Int64
    /// How many attempts are under way.
    private(set) var underWay = 0
    /// Whether the last attempt was refused.
    private(set) var isRefusing = false
    /// What failures have cost that are not written yet.
    private(set) var unwritten: Int64 = 0
    /// When the first of those was.
    private(set) var unwrittenSince: Int64 = 0

    init(wholeAt: Int64 = 0) {
        self.wholeAt = wholeAt
    }

    /// Whether there is nothing to remember.
    func isIdle(at now: Int64) -> Bool { wholeAt <= now && underWay == 0 && unwritten == 0 }

    /// The time until the budget is whole. Never longer than it takes an empty one, also where the clock was set back or the budget was smaller.
    private func debt(at now: Int64, _ budget: FailureBudget) -> Int64 {
        min(max(wholeAt - now, 0), budget.longestRecovery)
    }

    /// For how long no attempt is let through, in microseconds; `nil` if one is. At least a second where it depends on attempts under way.
    func wait(at now: Int64, _ budget: FailureBudget) -> Int64? {
        let debt = debt(at: now, budget)
        let shortage = debt - Int64(budget.failures - 1) * budget.token
        if shortage > 0 { return shortage }
        let tokens = budget.failures - Int((debt + budget.token - 1) / budget.token)
        return underWay < max(tokens, budget.parallel) ? nil : 1_000_000
    }

    /// An attempt is let through.
    mutating func begin() {
        underWay += 1
        isRefusing = false
    }

    /// An attempt is refused.
    /// - Returns: Whether it is the first one since one was let through.
    mutating func refuse() -> Bool {
        defer { isRefusing = true }
        return !isRefusing
    }

    /// An attempt has ended.
    mutating func end(failed: Bool, at now: Int64, _ budget: FailureBudget) {
        underWay -= 1
        guard failed else { return }
        wholeAt = now + min(debt(at: now, budget) + budget.token, budget.longestRecovery)
        if unwritten == 0 { unwrittenSince = now }
        unwritten = min(unwritten + budget.token, budget.longestRecovery)
    }

    /// What was there to be written is about to be.
    mutating func takeUnwritten() { unwritten = 0 }

    /// What was taken could not be written.
    mutating func putBack(_ cost: Int64, since: Int64) {
        unwrittenSince = unwritten == 0 ? since : min(since, unwrittenSince)
        unwritten += cost
    }

    /// Another process, or one before this, knows of more failures.
    mutating func learn(wholeAt: Int64) { self.wholeAt = max(self.wholeAt, wholeAt) }
}
