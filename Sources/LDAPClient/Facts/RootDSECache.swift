/// What servers said about themselves, each for as long as the asker finds good enough.
@LDAPActor
final class RootDSECache {
    private var known: [LDAPURL: (facts: RootDSE, readAt: ContinuousClock.Instant)] = [:]

    nonisolated init() {}

    /// What the connection's server says about itself, read if it is not known or older than that.
    func rootDSE(
        on connection: LDAPConnection, maximumAge: Duration = .seconds(600), deadline: ContinuousClock.Instant?
    ) async throws(LDAPError) -> RootDSE {
        let now = ContinuousClock.now
        if let known = facts(of: connection.url, notOlderThan: maximumAge, at: now) { return known }
        let facts = try await connection.rootDSE(deadline: deadline)
        keep(facts, of: connection.url, readAt: now)
        return facts
    }

    /// What was read from this server not longer ago than `maximumAge`.
    func facts(of server: LDAPURL, notOlderThan maximumAge: Duration, at now: ContinuousClock.Instant) -> RootDSE? {
        guard let (facts, readAt) = known[server], readAt.duration(to: now) < maximumAge else { return nil }
        return facts
    }

    func keep(_ facts: RootDSE, of server: LDAPURL, readAt now: ContinuousClock.Instant) {
        known[server] = (facts, now)
    }
}
