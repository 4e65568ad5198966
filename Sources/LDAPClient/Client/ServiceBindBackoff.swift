/// When a service account may be tried: a value, so that its rules can be tested without any server or clock.
///
/// A directory locks accounts after a few wrong passwords, and a pool would try again with every login. So after a
/// refusal the same password is not offered again for a while, to no server; another one is, at once.
///
/// A password that some server took is the right one: whoever refuses it then has lost the account, or not heard of it
/// yet, and speaks for itself only.
struct ServiceBindBackoff {
    /// How long a refused password rests.
    static let pause = Duration.seconds(60)

    private typealias Refusal = (at: ContinuousClock.Instant, error: LDAPError)

    /// The secret that was offered last; what is below concerns this one only.
    private var secret: Int?
    /// The servers that took it the last time it was offered there.
    private var takers: Set<LDAPURL> = []
    private var refusals: [LDAPURL: Refusal] = [:]

    /// Whether some server takes the secret that was offered last.
    var isTaken: Bool { !takers.isEmpty }

    /// Whether some server takes this secret.
    func isTaken(_ secret: Int) -> Bool { isTaken && self.secret == secret }

    /// Whether this server takes this secret, so that several connections may offer it at once.
    func isTaken(_ secret: Int, by server: LDAPURL) -> Bool { self.secret == secret && takers.contains(server) }

    /// Why this secret is not to be offered to this server now; `nil` if it may be.
    func refusal(of secret: Int, by server: LDAPURL, at now: ContinuousClock.Instant) -> LDAPError? {
        guard self.secret == secret,
            let refusal = isTaken ? refusals[server] : refusals.values.max(by: { $0.at < $1.at })
        else { return nil }
        let rest = now.duration(to: refusal.at.advanced(by: Self.pause))
        guard rest > .zero else { return nil }
        var error = refusal.error
        error.reason += ", and it is not offered again for \(rest.components.seconds + 1) s unless it changes"
        return error
    }

    mutating func succeeded(_ secret: Int, at server: LDAPURL) {
        begin(secret)
        takers.insert(server)
        refusals[server] = nil
    }

    mutating func failed(_ secret: Int, _ error: LDAPError, at server: LDAPURL, _ now: ContinuousClock.Instant) {
        begin(secret)
        takers.remove(server)
        refusals = refusals.filter { $0.value.at.advanced(by: Self.pause) > now }
        refusals[server] = (now, error)
    }

    private mutating func begin(_ secret: Int) {
        if self.secret != secret { (takers, refusals) = ([], [:]) }
        self.secret = secret
    }
}
