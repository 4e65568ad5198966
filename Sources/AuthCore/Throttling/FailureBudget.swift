/// How many attempts may fail: a token bucket.
///
/// A whole budget has ``failures`` tokens. A failed attempt takes one, and one comes back each ``refill``, continuously, until the budget is
/// whole. An attempt is let through if a whole token is left, and if fewer attempts are under way than tokens are left, or than ``parallel``.
/// One that is refused takes nothing, and neither does one that succeeds or ends in an outage. Attempts under way that all fail can leave the
/// budget up to ``parallel`` tokens below zero, which have to come back first; so in any time *t* at most
/// `failures + parallel + t / refill` attempts fail.
public struct FailureBudget: Sendable, Hashable {
    /// The tokens of a whole budget: 1 to 10,000.
    public let failures: Int
    /// The time in which one token comes back: 1 ms to a day.
    public let refill: Duration
    /// How many attempts may be under way at once even where fewer tokens are left: 1 to 10,000.
    public let parallel: Int

    /// A budget. Numbers outside their ranges are taken for the nearest in them.
    public init(failures: Int, refill: Duration, parallel: Int) {
        self.failures = min(max(failures, 1), 10_000)
        self.refill = min(max(refill, .milliseconds(1)), .seconds(86_400))
        self.parallel = min(max(parallel, 1), 10_000)
    }

    /// ``refill`` in microseconds.
    var token: Int64 { refill.microseconds }

    /// How long it takes at the most until a budget is whole.
    var longestRecovery: Int64 { Int64(failures + parallel) * token }
}

/// How many attempts may fail, and for whom that is counted.
public struct ThrottleSettings: Sendable, Hashable {
    /// For all attempts from an address (IPv4: each; IPv6: each /64), whatever the names. Default: 100, one back each 5 s, 256 at once.
    public var address: FailureBudget
    /// For all attempts to come in by a name from where nobody came in by it before. Default: 10, one back each 2 minutes, 2 at once.
    public var strangers: FailureBudget
    /// For attempts to come in by a name from one address or device that somebody came in from by it before. Default: 20, one back each
    /// 30 s, 4 at once.
    public var knownDevice: FailureBudget
    /// How many budgets that are not whole are remembered. Beyond it those go that are nearest to being whole. Default: 100,000, which takes
    /// about 10 MB.
    public var maximumBudgets: Int

    /// Settings.
    public init(
        address: FailureBudget = FailureBudget(failures: 100, refill: .seconds(5), parallel: 256),
        strangers: FailureBudget = FailureBudget(failures: 10, refill: .seconds(120), parallel: 2),
        knownDevice: FailureBudget = FailureBudget(failures: 20, refill: .seconds(30), parallel: 4),
        maximumBudgets: Int = 100_000
    ) {
        self.address = address
        self.strangers = strangers
        self.knownDevice = knownDevice
        self.maximumBudgets = max(maximumBudgets, 1)
    }

    /// The budget of a kind.
    func budget(_ kind: ThrottleKind) -> FailureBudget {
        switch kind {
        case .address: address
        case .strangers: strangers
        case .knownDevice: knownDevice
        }
    }
}

/// For whom failures are counted.
public enum ThrottleKind: Int, Sendable, Hashable, CaseIterable {
    /// All attempts from an address.
    case address = 0
    /// All attempts by a name from elsewhere than known devices.
    case strangers = 1
    /// All attempts by a name from one known device.
    case knownDevice = 2
}

extension Duration {
    /// In microseconds, rounded down.
    var microseconds: Int64 { components.seconds * 1_000_000 + components.attoseconds / 1_000_000_000_000 }
}
