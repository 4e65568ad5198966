extension LDAPClient {
    /// What the server that searches go to says about itself, as the service account sees it.
    ///
    /// Each server is asked once in a while and the answer is remembered. It comes over the encrypted connection that searches use.
    ///
    /// - Parameters:
    ///   - maximumAge: How old a remembered answer may be; zero asks anew, for ``RootDSE/highestCommittedUSN`` for instance.
    ///   - deadline: When to give up; each step's own time limit holds as well.
    ///   - trace: Told about connecting, where that is needed.
    /// - Throws: ``LDAPError``, as a search does.
    @LDAPActor
    public func rootDSE(
        maximumAge: Duration = .seconds(600), deadline: ContinuousClock.Instant? = nil, trace: LDAPTrace? = nil
    ) async throws(LDAPError) -> RootDSE {
        let (connection, isReused) = try await searches.connection(until: limit(deadline), trace: trace)
        do throws(LDAPError) {
            return try await rootDSE(on: connection, maximumAge: maximumAge, deadline: deadline)
        } catch {
            // As with a search: a connection that had been used before may have been dead all along.
            guard isReused, error.code.isConnectionLoss else { throw error }
        }
        let (fresh, _) = try await searches.connection(until: limit(deadline), trace: trace)
        return try await rootDSE(on: fresh, maximumAge: maximumAge, deadline: deadline)
    }

    @LDAPActor
    private func rootDSE(
        on connection: LDAPConnection, maximumAge: Duration, deadline: ContinuousClock.Instant?
    ) async throws(LDAPError) -> RootDSE {
        let now = ContinuousClock.now
        if let known = rootDSEs.facts(of: connection.url, notOlderThan: maximumAge, at: now) { return known }
        let facts = try await connection.rootDSE(deadline: deadline)
        rootDSEs.keep(facts, of: connection.url, readAt: now)
        return facts
    }
}
