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
        try await withServiceConnection(.search, "root DSE", isRepeatable: true, deadline: deadline, trace: trace) {
            connection throws(LDAPError) in
            try await factory.rootDSEs.rootDSE(on: connection, maximumAge: maximumAge, deadline: deadline)
        }
    }
}
