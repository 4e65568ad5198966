extension LDAPClient {
    /// Keeps a copy of a part of the directory up to date (RFC 4533), as the service account, on a connection of its
    /// own.
    ///
    /// A cookie belongs to the server that gave it. Where several are configured, look at ``LDAPSyncStream/connection``
    /// before the first change, and send a cookie only to the server, and as the identity, that it came from.
    ///
    /// - Parameters:
    ///   - request: What to keep a copy of, and where the copy stands.
    ///   - deadline: When to give up connecting. The synchronization itself is limited by
    ///     ``SyncRequest/progressLimit``, and not at all once it waits for changes.
    ///   - trace: Told about the steps up to the search.
    /// - Returns: The changes. Nothing is sent before the first is asked for.
    /// - Throws: ``LDAPError`` if there is no connection, or if the request is not possible.
    @LDAPActor
    public func changes(
        _ request: SyncRequest, deadline: ContinuousClock.Instant? = nil, trace: LDAPTrace? = nil
    ) async throws(LDAPError) -> LDAPSyncStream {
        try request.check()
        return LDAPSyncStream(try await connectionForAStream(deadline, observed(trace)), request)
    }
}
