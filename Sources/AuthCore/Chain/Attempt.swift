/// One attempt to authenticate, on its way through the chain.
struct Attempt {
    let chain: Authenticator
    let credentials: any Credentials
    let context: AuthenticationContext
    /// Whether the local store may be changed. Without it, local accounts have no say in who is asked, and the plan is only shown.
    let writes: Bool

    let clock = ContinuousClock()
    let started: ContinuousClock.Instant
    var answers: [BackendAnswer] = []
    var outages: [BackendOutage] = []
    var warnings: [String] = []
    var explanation: String?
    var external: ExternalAccount?
    var changes: [AccountChange] = []
    var answeredBy: String?
    var localWasAsked = false
    /// The account as it was before or while the credentials were proved, where its password column says by which password they were.
    var seen: AccountRecord?

    init(chain: Authenticator, credentials: any Credentials, context: AuthenticationContext, writes: Bool) {
        self.chain = chain
        self.credentials = credentials
        self.context = context.collecting
        self.writes = writes
        self.started = ContinuousClock().now
    }

    mutating func run() async -> AuthenticationReport {
        let outcome = await decide()
        if case .unavailable = outcome {
        } else if outcome.user == nil, !localWasAsked, credentials.flaw == nil, writes {
            await spendDecoyWork()
        }
        var report = AuthenticationReport(
            outcome: outcome, backend: answeredBy, external: external, changes: changes, answers: answers,
            steps: context.trace?.steps ?? [], warnings: warnings + (context.trace?.warnings ?? []),
            explanation: explanation ?? context.trace?.explanation(of: answeredBy), outages: outages,
            duration: clock.now - started)
        report.seen = seen
        return report
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
                case .account(let found):
                    account = found
                    // A usable one may be hashed anew by the login itself; then it counts as it is after that.
                    if !found.password.isUsable { seen = found }
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

    // MARK: Time and notes

    func timed<Answer: Sendable>(
        _ backend: any AuthenticationBackend, _ request: AuthenticationRequest, others: Int, localFollows: Bool,
        _ question: @escaping @Sendable (any AuthenticationBackend, AuthenticationRequest) async throws -> Answer
    ) async throws -> Answer {
        let budget = chain.deadline.share(
            elapsed: clock.now - started, others: others, localFollows: localFollows)
        var request = request
        request.context.deadline = clock.now + budget
        request.context.trace = context.trace?.scoped(to: backend.name)
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
                    "'\(backend.name)' did not answer within its share of the deadline of \(chain.deadline.total); look at its servers, or raise login_deadline."
                )
            }
            return answer
        }
    }

    mutating func note(_ backend: any AuthenticationBackend, _ answer: String) {
        answers.append(BackendAnswer(backend: backend.name, answer: answer))
    }

    /// Ends the attempt with an outage.
    mutating func unavailable(
        _ backend: String, _ error: any Error, or reason: OutageReason = .serverDown
    ) -> AuthenticationOutcome {
        let outage = noteOutage(backend, error, or: reason)
        answeredBy = backend
        explanation = outage.message
        return .unavailable(outage.reason)
    }

    /// Notes an outage that need not decide the attempt.
    @discardableResult
    mutating func noteOutage(
        _ backend: String, _ error: any Error, or reason: OutageReason = .serverDown
    ) -> AuthenticationOutage {
        let outage =
            error as? AuthenticationOutage
            ?? AuthenticationOutage(
                error is CancellationError ? .timedOut : reason, "'\(backend)' failed: \(error)", underlying: error)
        answers.append(BackendAnswer(backend: backend, answer: "unavailable: " + outage.reason.rawValue))
        outages.append(BackendOutage(backend: backend, outage: outage))
        return outage
    }
}

extension AuthenticationContext {
    /// The same with a trace, so that what backends say about the attempt is not lost.
    fileprivate var collecting: AuthenticationContext {
        var context = self
        context.trace = trace ?? AuthenticationTrace(keepsSteps: false)
        return context
    }
}
