/// One attempt to authenticate, on its way through the chain.
struct Attempt {
    let chain: Authenticator
    let credentials: any Credentials
    let context: AuthenticationContext
    /// Whether the local store may be changed. Without it, local accounts have no say in who is asked, and the plan is only shown.
    let writes: Bool

    private let clock = ContinuousClock()
    private let started: ContinuousClock.Instant
    private var answers: [BackendAnswer] = []
    private var outages: [(backend: String, outage: AuthenticationOutage)] = []
    private var warnings: [String] = []
    private var explanation: String?
    private var external: ExternalAccount?
    private var changes: [AccountChange] = []
    private var answeredBy: String?
    private var localWasAsked = false

    init(chain: Authenticator, credentials: any Credentials, context: AuthenticationContext, writes: Bool) {
        self.chain = chain
        self.credentials = credentials
        self.context = context
        self.writes = writes
        self.started = ContinuousClock().now
    }

    mutating func run() async -> AuthenticationReport {
        let outcome = await decide()
        if case .unavailable = outcome {
        } else if outcome.user == nil, !localWasAsked, credentials.flaw == nil, writes {
            await spendDecoyWork()
        }
        return AuthenticationReport(
            outcome: outcome, backend: answeredBy, external: external, changes: changes, answers: answers,
            steps: context.trace?.steps ?? [], warnings: warnings + (context.trace?.warnings ?? []),
            explanation: explanation ?? context.trace?.explanation)
    }

    /// Within what is left of the deadline: a chain that answers late because of it would tell more than it hides.
    private func spendDecoyWork() async {
        let request = AuthenticationRequest(credentials: credentials, context: context)
        for backend in chain.backends {
            try? await timed(backend, request, others: 0, localFollows: false) { await $0.spendDecoyWork($1) }
        }
    }

    private mutating func decide() async -> AuthenticationOutcome {
        if let flaw = credentials.flaw {
            explanation = (credentials as? PasswordCredentials)?.username.problem.map {
                "Refused unasked: \($0.rawValue)."
            }
            return .rejected(flaw)
        }
        var account: AccountRecord?
        if let name = credentials.loginName, writes {
            do {
                switch try await chain.store.resolve(name) {
                case .none: break
                case .account(let found): account = found
                case .ambiguous(let names):
                    explanation = "The name stands for several local accounts: \(names.joined(separator: ", "))."
                    return .denied(.ambiguousUser)
                }
            } catch {
                return unavailable("local", error, or: .databaseUnavailable)
            }
        }
        switch account?.owner {
        case .local: return await askOwner(chain.backends.first(where: \.ownsLocalAccounts), named: "local", account)
        case .external(let source):
            return await askOwner(chain.backends.first { $0.name == source }, named: source, account)
        case .nobody, nil: return await askAround(account)
        }
    }

    // MARK: Asking

    private mutating func askOwner(
        _ owner: (any AuthenticationBackend)?, named name: String, _ account: AccountRecord?
    ) async -> AuthenticationOutcome {
        guard let owner else {
            explanation = "The account belongs to '\(name)', which is not in the chain."
            return .notFound
        }
        let request = AuthenticationRequest(credentials: credentials, context: context, account: account)
        do {
            return try await present(request, to: owner, others: 0, localFollows: false)
        } catch {
            return unavailable(owner.name, error)
        }
    }

    private mutating func askAround(_ account: AccountRecord?) async -> AuthenticationOutcome {
        let asked = writes ? chain.backends : chain.backends.filter { !$0.ownsLocalAccounts }
        var known: [(backend: any AuthenticationBackend, candidate: (any Sendable)?)] = []
        var possible: [(backend: any AuthenticationBackend, candidate: (any Sendable)?)] = []
        var denial: DenialReason?

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
                    answeredBy = backend.name
                    denial = denial ?? reason
                }
            } catch {
                let outcome = unavailable(backend.name, error)
                if backend.onOutage == .stop { return outcome }
            }
        }
        if let denial { return .denied(denial) }
        if known.count > 1 {
            explanation =
                "The name is known to \(known.map(\.backend.name).joined(separator: " and ")); let the realm decide, or make it unique."
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
                let outcome = unavailable(backend.name, error)
                if candidate != nil || backend.onOutage == .stop { return outcome }
            }
        }
        return concluded(rejection)
    }

    private mutating func concluded(_ rejection: RejectionReason?) -> AuthenticationOutcome {
        if let (backend, outage) = outages.first {
            answeredBy = backend
            explanation = outage.message
            return .unavailable(outage.reason)
        }
        return rejection.map { .rejected($0) } ?? .notFound
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

    // MARK: Mirroring

    private mutating func admit(
        _ identity: ProvenIdentity, of backend: any AuthenticationBackend
    ) async throws -> AuthenticationOutcome {
        switch identity {
        case .local(let id):
            guard let record = try await chain.store.account(id: id) else { return .notFound }
            let isOwner =
                switch record.owner {
                case .local: backend.ownsLocalAccounts
                case .external(let source): source == backend.name
                case .nobody: false
                }
            guard isOwner else { return overreach(backend, "the account '\(record.user.username)'") }
            guard record.user.isActive else { return .denied(.accountDisabled) }
            return .authenticated(record.user, backend: backend.name)
        case .external(let account):
            external = account
            guard account.link.source == backend.name else {
                return overreach(backend, "the accounts of '\(account.link.source)'")
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
                return .authenticated((before ?? blank).applying(planned), backend: backend.name)
            }
            let plan = AccountPlan(subject: .external(account, basis: basis, policy: policy), changes: planned)
            let applied = try await chain.store.apply([plan], cause: .login(source: backend.name)).first
            changes = applied?.changes ?? []
            if let refusal = applied?.refusal { return refused(refusal) }
            guard let user = applied?.user else {
                throw AuthenticationOutage(.databaseUnavailable, "The store applied a login and returned no account.")
            }
            return .authenticated(user, backend: backend.name)
        }
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

    // MARK: Time and notes

    private func timed<Answer: Sendable>(
        _ backend: any AuthenticationBackend, _ request: AuthenticationRequest, others: Int, localFollows: Bool,
        _ question: @escaping @Sendable (any AuthenticationBackend, AuthenticationRequest) async throws -> Answer
    ) async throws -> Answer {
        let budget = chain.deadline.share(
            elapsed: clock.now - started, others: others, localFollows: localFollows)
        var request = request
        request.context.deadline = clock.now + budget
        let limited = request
        let sleep = chain.sleep
        return try await withThrowingTaskGroup(of: Answer?.self) { group in
            group.addTask { try await question(backend, limited) }
            group.addTask {
                try await sleep(budget)
                return nil
            }
            defer { group.cancelAll() }
            guard let answer = try await group.next() ?? nil else {
                throw AuthenticationOutage(
                    .timedOut,
                    "'\(backend.name)' did not answer within \(budget); look at its servers, or raise login_deadline.")
            }
            return answer
        }
    }

    private mutating func note(_ backend: any AuthenticationBackend, _ answer: String) {
        answers.append(BackendAnswer(backend: backend.name, answer: answer))
    }

    private mutating func unavailable(
        _ backend: String, _ error: any Error, or reason: OutageReason = .serverDown
    ) -> AuthenticationOutcome {
        let outage =
            error as? AuthenticationOutage
            ?? AuthenticationOutage(
                error is CancellationError ? .timedOut : reason, "'\(backend)' failed: \(error)", underlying: error)
        answers.append(BackendAnswer(backend: backend, answer: "unavailable: " + outage.reason.rawValue))
        outages.append((backend, outage))
        answeredBy = backend
        explanation = outage.message
        return .unavailable(outage.reason)
    }
}
