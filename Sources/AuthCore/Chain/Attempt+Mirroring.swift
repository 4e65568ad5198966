extension Attempt {
    mutating func admit(
        _ identity: ProvenIdentity, of backend: any AuthenticationBackend
    ) async throws -> AuthenticationOutcome {
        switch identity {
        case .local(let id):
            guard let record = try await chain.store.account(id: id) else { return .notFound }
            guard backend.owns(record) else { return overreach(backend, "the account '\(record.user.username)'") }
            guard record.user.isActive else { return .denied(.accountDisabled) }
            seen = record
            return .authenticated(record.user, backend: backend.name)
        case .external(var account):
            external = account
            guard account.link.source == backend.name else {
                return overreach(backend, "the accounts of '\(account.link.source)'")
            }
            do {
                if let refusal = try consult(backend.mirrorHook, about: &account) { return refused(refusal) }
            } catch {
                // The password was right, so nobody else is shown it.
                return unavailable(backend.name, error)
            }
            do {
                return try await mirror(account, of: backend)
            } catch let error as AccountStoreError {
                // The backend has answered; what the store refuses is no outage of the backend's.
                throw AuthenticationOutage(
                    .databaseUnavailable, "The account store refused the login. \(error)", underlying: error)
            }
        }
    }

    /// Lets the application add what it knows.
    /// - Returns: The refusal where it keeps the person out.
    private mutating func consult(
        _ hook: MirrorHook?, about account: inout ExternalAccount
    ) throws(AuthenticationOutage) -> Refusal? {
        guard let hook else { return nil }
        let (adjusted, refusal) = try hook.applied(to: account)
        account = adjusted
        external = adjusted
        return refusal
    }

    /// A backend that speaks for accounts it does not own is not believed.
    private mutating func overreach(_ backend: any AuthenticationBackend, _ what: String) -> AuthenticationOutcome {
        explanation = "'\(backend.name)' does not own \(what) and cannot let anybody in there."
        return .denied(.nameCollision)
    }

    private mutating func mirror(
        _ account: ExternalAccount, of backend: any AuthenticationBackend
    ) async throws -> AuthenticationOutcome {
        var account = account
        let policy = backend.mirrorPolicy
        let basis = try await chain.store.localState(for: account)
        // Found under another name the person has there: by the username, only the owner would have been asked.
        if let linked = basis.linked, linked.owner == .local {
            explanation =
                "'\(linked.user.username)' is a break-glass account, which is entered with its local password only."
            return .denied(.nameCollision)
        }
        var reconciliation = reconcile(account, with: basis, under: policy)
        // Each round releases another id, or ends.
        while case .refused(let refusal) = reconciliation, let rival = refusal.contestedBy,
            try await isReleased(account.username, rival, by: backend)
        {
            account.releasedIDs.insert(rival.id)
            reconciliation = reconcile(account, with: basis, under: policy)
        }
        switch reconciliation {
        case .refused(let refusal): return refused(refusal)
        case .changes(let planned, let newWarnings):
            warnings += newWarnings
            changes = planned
            let before = basis.linked?.user ?? basis.nameHolders.first?.user
            guard writes, !planned.isEmpty else {
                let blank = User(id: .unsaved, username: account.username)
                return entering((before ?? blank).applying(planned), backend)
            }
            let plan = AccountPlan(subject: .external(account, basis: basis, policy: policy), changes: planned)
            let applied = try await chain.store.apply([plan], cause: .login(source: backend.name)).first
            changes = applied?.changes ?? []
            if let refusal = applied?.refusal { return refused(refusal) }
            guard let user = applied?.user else {
                throw AuthenticationOutage(.databaseUnavailable, "The store applied a login and returned no account.")
            }
            return entering(user, backend)
        }
    }

    /// Lets somebody in whose account is as it should be. A new one may have to wait.
    private mutating func entering(_ user: User, _ backend: any AuthenticationBackend) -> AuthenticationOutcome {
        if user.isActive { return .authenticated(user, backend: backend.name) }
        for case .create(let new) in changes where new.deactivation?.isPendingApproval == true {
            explanation = waitsForApproval(new.username)
            return .denied(.pendingApproval)
        }
        return .denied(.accountDisabled)
    }

    private mutating func refused(_ refusal: Refusal) -> AuthenticationOutcome {
        changes = []
        explanation = refusal.explanation
        if case .rejected(let reason) = refusal.verdict { return .rejected(reason) }
        if case .denied(let reason) = refusal.verdict { return .denied(reason) }
        return .notFound
    }

    private func isReleased(
        _ username: String, _ rival: ExternalLink, by backend: any AuthenticationBackend
    ) async throws -> Bool {
        let request = AuthenticationRequest(credentials: credentials, context: context)
        return try await timed(backend, request, others: 0, localFollows: false) {
            try await !$0.stillHolds(username, rival, $1.context)
        }
    }
}
