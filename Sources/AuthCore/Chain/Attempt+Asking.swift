extension Attempt {
    mutating func askOwner(
        _ owner: (any AuthenticationBackend)?, named name: String, _ account: AccountRecord?
    ) async -> AuthenticationOutcome {
        guard let owner else {
            explanation = "The account belongs to '\(name)', which is not in the chain."
            return .notFound
        }
        let request = AuthenticationRequest(credentials: credentials, context: context, account: account)
        do {
            let outcome = try await present(request, to: owner, others: 0, localFollows: false)
            if outcome == .notFound, explanation == nil, context.trace?.explanation(of: owner.name) == nil {
                explanation =
                    "The account '\(account?.user.username ?? "")' belongs to '\(owner.name)', which knows nobody by these credentials."
            }
            return outcome
        } catch {
            return unavailable(owner.name, error)
        }
    }

    mutating func askAround(_ account: AccountRecord?) async -> AuthenticationOutcome {
        let asked = writes ? chain.backends : chain.backends.filter { !$0.ownsLocalAccounts }
        var known: [(backend: any AuthenticationBackend, candidate: (any Sendable)?)] = []
        var possible: [(backend: any AuthenticationBackend, candidate: (any Sendable)?)] = []
        var denial: (backend: String, reason: DenialReason)?

        for (index, backend) in asked.enumerated() {
            let rest = asked[(index + 1)...]
            let request = AuthenticationRequest(credentials: credentials, context: context, account: account)
            do {
                let lookup = try await timed(
                    backend, request, others: rest.count { !$0.ownsLocalAccounts },
                    localFollows: rest.contains(where: \.ownsLocalAccounts)
                ) { try await $0.lookUp($1) }
                switch lookup {
                case .unknown: note(backend, "unknown")
                case .known(let candidate):
                    note(backend, "known")
                    known.append((backend, candidate))
                case .possible: possible.append((backend, nil))
                case .denied(let reason):
                    note(backend, "denied: " + reason.rawValue)
                    denial = denial ?? (backend.name, reason)
                }
            } catch {
                if backend.onOutage == .stop { return unavailable(backend.name, error) }
                noteOutage(backend.name, error)
            }
        }
        if let denial {
            answeredBy = denial.backend
            return .denied(denial.reason)
        }
        if known.count > 1 {
            explanation =
                "The name is known to \(known.map(\.backend.name).joined(separator: " and ")); make it unique, or narrow the filter of one of them."
            return .denied(.ambiguousUser)
        }
        return await tryInOrder(known + possible, account)
    }

    private mutating func tryInOrder(
        _ candidates: [(backend: any AuthenticationBackend, candidate: (any Sendable)?)], _ account: AccountRecord?
    ) async -> AuthenticationOutcome {
        var rejection: RejectionReason?
        for (index, (backend, candidate)) in candidates.enumerated() {
            let request = AuthenticationRequest(
                credentials: credentials, context: context, account: account, candidate: candidate)
            do {
                let outcome = try await present(
                    request, to: backend, others: candidates.count - index - 1, localFollows: false)
                switch outcome {
                case .notFound where candidate == nil: continue
                case .notFound: return concluded(rejection)
                case .rejected(let reason):
                    rejection = rejection ?? reason
                    // The one that knows the name has spoken; nobody else is shown the secret.
                    if candidate != nil { return concluded(rejection) }
                default: return outcome
                }
            } catch {
                if candidate != nil || backend.onOutage == .stop { return unavailable(backend.name, error) }
                noteOutage(backend.name, error)
            }
        }
        return concluded(rejection)
    }

    private mutating func concluded(_ rejection: RejectionReason?) -> AuthenticationOutcome {
        if let first = outages.first {
            answeredBy = first.backend
            explanation = first.outage.message
            return .unavailable(first.outage.reason)
        }
        if let rejection { return .rejected(rejection) }
        // Nobody knew the name, so everybody's explanation counts.
        answeredBy = nil
        return .notFound
    }

    /// Shows a backend the credentials, and mirrors whom it names.
    private mutating func present(
        _ request: AuthenticationRequest, to backend: any AuthenticationBackend, others: Int, localFollows: Bool
    ) async throws -> AuthenticationOutcome {
        if backend.ownsLocalAccounts { localWasAsked = true }
        let verdict = try await timed(backend, request, others: others, localFollows: localFollows) {
            try await $0.authenticate($1)
        }
        answeredBy = backend.name
        switch verdict {
        case .notFound:
            note(backend, "notFound")
            return .notFound
        case .rejected(let reason):
            note(backend, "rejected: " + reason.rawValue)
            return .rejected(reason)
        case .denied(let reason):
            note(backend, "denied: " + reason.rawValue)
            return .denied(reason)
        case .authenticated(let identity):
            note(backend, "authenticated")
            return try await admit(identity, of: backend)
        }
    }
}
