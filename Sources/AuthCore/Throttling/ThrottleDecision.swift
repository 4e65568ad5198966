/// Whether an attempt is made.
public enum ThrottleDecision: Sendable {
    /// It is. Whoever asked says how it ended: ``Throttle/settle(_:_:)``.
    case admitted(ThrottleTicket)
    /// It is not.
    case refused(ThrottleRefusal)
}

/// How an attempt ended that was let through.
public enum ThrottledEnd: Sendable, Hashable {
    /// What was presented is right. The device it came from is known from now on.
    case succeeded
    /// What was presented is wrong, or may be.
    case failed
    /// Nobody learned whether it is right, as in an outage. It costs nothing.
    case undecided
}

/// That an attempt is not made.
public struct ThrottleRefusal: Sendable, Hashable {
    /// Whose budget is used up.
    public var kind: ThrottleKind
    /// After how long an attempt will be let through, if there are no others meanwhile.
    public var retryAfter: Duration
    /// Whether it is the first refusal since the budget last let an attempt through. Only these are worth a line in the audit trail.
    public var isFirst: Bool

    /// For administrators.
    public var explanation: String {
        let what =
            switch kind {
            case .address: "from this address"
            case .strangers: "to come in by this name from elsewhere than known devices"
            case .knownDevice: "to come in by this name from this device"
            }
        // Rounded up: who comes back then must not be too early.
        let seconds = retryAfter.components.seconds + (retryAfter.components.attoseconds > 0 ? 1 : 0)
        return "Too many attempts \(what) have failed; the next is let through in \(seconds) s."
    }
}

/// An attempt that is under way.
public struct ThrottleTicket: Sendable {
    let charges: [ThrottleState.Charge]
    /// The devices that are known once the attempt succeeds, unless that was noted not long ago.
    let devices: [KnownDevice]
}

extension AuthenticationReport {
    /// The report of an attempt that was not made.
    init(_ refusal: ThrottleRefusal) {
        self.init(outcome: .denied(.throttled), explanation: refusal.explanation)
        retryAfter = refusal.retryAfter
    }
}
