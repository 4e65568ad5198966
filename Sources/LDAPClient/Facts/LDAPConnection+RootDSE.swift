extension LDAPConnection {
    /// Reads what the server says about itself.
    ///
    /// - Parameter deadline: When to give up; the operation's time limit at the latest.
    /// - Throws: ``LDAPError``; a server that shows no root DSE to this identity is ``LDAPError/Code/noSuchObject``.
    public func rootDSE(deadline: ContinuousClock.Instant? = nil) async throws(LDAPError) -> RootDSE {
        let request = SearchRequest(
            base: DistinguishedName([]), scope: .base, filter: .present("objectClass"),
            attributes: .named(RootDSE.attributeNames))
        let found = try await search(request, deadline: deadline)
        guard let entry = found.entries.first else {
            throw LDAPError(
                .noSuchObject, step: .search, operation: "read the root DSE at \(url)",
                reason: "the server shows none to this identity",
                remedy: "let the service account read the entry with the empty DN")
        }
        guard found.entries.count == 1, entry.dn.isEmpty else {
            throw LDAPError(
                .unexpectedResponse, step: .search, operation: "read the root DSE at \(url)",
                reason: "the server answered with another entry")
        }
        return RootDSE(entry)
    }
}
