/// When a service account may be tried: a value, so that its rules can be tested without any server or clock.
///
/// A directory locks accounts after a few wrong passwords, and a pool would try again with every login. So after a
/// refusal the same password is not offered again for a while; another one is, at once.
struct ServiceBindBackoff {
    /// How long a refused password rests.
    static let pause = Duration.seconds(60)

    private var refused: (secret: Int, at: ContinuousClock.Instant, error: LDAPError)?
    private var proven: Int?

    /// Whether this secret was taken the last time it was offered, so that several connections may offer it at once.
    func isProven(_ secret: Int) -> Bool { proven == secret }

    /// Why this secret is not to be offered now; `nil` if it may be.
    func refusal(of secret: Int, at now: ContinuousClock.Instant) -> LDAPError? {
        guard let refused, refused.secret == secret else { return nil }
        let rest = now.duration(to: refused.at.advanced(by: Self.pause))
        guard rest > .zero else { return nil }
        var error = refused.error
        error.reason += ", and it is not offered again for \(rest.components.seconds + 1) s unless it changes"
        return error
    }

    mutating func succeeded(_ secret: Int) {
        proven = secret
        refused = nil
    }

    mutating func failed(_ secret: Int, _ error: LDAPError, at now: ContinuousClock.Instant) {
        if proven == secret { proven = nil }
        refused = (secret, now, error)
    }
}
