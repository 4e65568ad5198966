extension LDAPConnection {
    /// Has the server confirm that it took a bind for what it was meant: a server may answer an empty or malformed
    /// bind with success and regard the connection as anonymous (RFC 4513, 5.1.2 and 6.3.1).
    ///
    /// Asks Who am I? (RFC 4532) where the root DSE offers it, and reads the account's own entry otherwise; without
    /// either there is nothing to ask.
    func confirmIdentity(
        of account: ServiceAccount, rootDSEs: RootDSECache, deadline: ContinuousClock.Instant?
    ) async throws(LDAPError) {
        if try await offersWhoAmI(rootDSEs, deadline: deadline),
            let identity = try await authorizationIdentity(deadline: deadline)
        {
            guard identity.isEmpty || identity == "dn:" else { return }
            throw unconfirmed(
                account, "the server regards the connection as anonymous",
                "check why the server ignores the bind")
        }
        guard !account.dn.relativeNames.isEmpty else { return }
        let own = SearchRequest(base: account.dn, scope: .base, attributes: .none)
        if try await entry(own, deadline: deadline) != nil { return }
        throw unconfirmed(
            account, "it cannot read its own entry, and nothing else shows that the server took the bind",
            "let the service account read its own entry")
    }

    private func offersWhoAmI(
        _ rootDSEs: RootDSECache, deadline: ContinuousClock.Instant?
    ) async throws(LDAPError) -> Bool {
        do throws(LDAPError) {
            return try await rootDSEs.rootDSE(on: self, deadline: deadline).offersWhoAmI
        } catch {
            return try error.code == .noSuchObject ? false : Self.unanswered(error) ?? false
        }
    }

    /// The one entry, `nil` if the server does not show it.
    private func entry(
        _ request: SearchRequest, deadline: ContinuousClock.Instant?
    ) async throws(LDAPError) -> LDAPEntry? {
        do throws(LDAPError) {
            return try await search(request, deadline: deadline).entries.first
        } catch {
            return try Self.unanswered(error)
        }
    }

    /// `nil` if the server does not say.
    private func authorizationIdentity(deadline: ContinuousClock.Instant?) async throws(LDAPError) -> String? {
        do throws(LDAPError) {
            return try await whoAmI(deadline: deadline)
        } catch {
            return try Self.unanswered(error)
        }
    }

    /// An answer is one, whatever it says; trouble and silence are none.
    private nonisolated static func unanswered<Value>(_ error: LDAPError) throws(LDAPError) -> Value? {
        if error.resultCode != nil, !error.code.isServerTrouble { return nil }
        var error = error
        error.step = .serviceBind
        throw error
    }

    private func unconfirmed(_ account: ServiceAccount, _ reason: String, _ remedy: String) -> LDAPError {
        LDAPError(
            .insufficientAccess, step: .serviceBind, operation: "bind as the service account \(account.name) at \(url)",
            resultCode: 0, reason: reason, remedy: remedy)
    }
}
