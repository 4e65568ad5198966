import LDAPClient
import Logging
import Synchronization
import TestSupport

/// One run of one case: the clients that it makes, what came of each call, and how late the latest was.
final class Run: Sendable {
    /// A password that must turn up nowhere but in a bind.
    static let secret = "s3cret-of-the-suite"
    /// The root DSE without attributes, which any server answers (RFC 4512, 5.1).
    static let rootDSE = SearchRequest(base: DistinguishedName([]), scope: .base, attributes: .none)

    private struct State {
        var outcomes: [Outcome] = []
        var problems: [String] = []
        var lateness = Duration.zero
        var clients: [LDAPClient] = []
    }

    private let state = Mutex(State())
    private let findings = SecretWatch.Findings()

    /// Where clients log to.
    var logger: Logger { Logger(label: "faults") { _ in SecretWatch(findings: findings) } }

    /// What came of the calls, in order.
    var outcomes: [Outcome] { state.withLock { $0.outcomes } }
    /// What must not happen in any case, and did.
    var problems: [String] {
        state.withLock { $0.problems } + (findings.areEmpty ? [] : ["the log holds the password"])
    }
    /// By how much the latest call outlived its limit.
    var lateness: Duration { state.withLock { $0.lateness } }

    /// Shuts down what was made.
    func end() async {
        let clients = state.withLock { state in
            defer { state.clients = [] }
            return state.clients
        }
        for client in clients { await client.shutdown() }
    }

    /// A client that is shut down after the run.
    func keep(_ client: LDAPClient) -> LDAPClient {
        state.withLock { $0.clients.append(client) }
        return client
    }

    /// A client that is shut down after the run.
    func client(_ configuration: LDAPClientConfiguration) -> LDAPClient {
        keep(LDAPClient(configuration: configuration, logger: logger))
    }

    /// Runs a closure with a misbehaving server, shuts down the clients, and looks whether they have let the server go
    /// while it still holds on to them.
    func withToyServer(_ behaviour: ToyServer.Behaviour, _ body: (ToyServer) async throws -> Void) async throws {
        try await TestSupport.withToyServer(behaviour) { server in
            try await body(server)
            await end()
            let patience = ContinuousClock.now + .seconds(1)
            while server.openConnectionCount > 0, ContinuousClock.now < patience {
                try await Task.sleep(for: .milliseconds(5))
            }
            let count = server.openConnectionCount
            if count > 0 { state.withLock { $0.problems.append("\(count) connections to the server stay open") } }
        }
    }

    // MARK: Calls

    /// Searches, and notes what comes of it.
    ///
    /// - Parameters:
    ///   - request: What to search for; the root DSE by default.
    ///   - limit: When the call has to be over by its deadline or the configured limits.
    ///   - deadline: The deadline to give to the call, if it is to have one.
    func search(
        _ client: LDAPClient, _ request: SearchRequest = Run.rootDSE, limit: Duration, deadline: Duration? = nil
    ) async {
        await call(limit) { () async throws(LDAPError) in
            let result = try await client.search(request, deadline: deadline.map { .now + $0 })
            return .found(result.entries.count, result.completeness)
        }
    }

    /// Tests a password, and notes what comes of it.
    func bind(
        _ client: LDAPClient, dn: String = "cn=x", password: String = Run.secret, limit: Duration,
        deadline: Duration? = nil
    ) async {
        await call(limit) { () async throws(LDAPError) in
            let answer = try await client.verifyPassword(
                dn: dn, password: Array(password.utf8), deadline: deadline.map { .now + $0 })
            return .answered(answer.resultCode)
        }
    }

    /// Reads a stream of entries to its end, and notes what comes of it.
    ///
    /// - Parameter seen: Called after each entry with their number.
    func stream(
        _ client: LDAPClient, _ request: SearchRequest, limit: Duration,
        seen: @escaping @Sendable (Int) async -> Void = { _ in }
    ) async {
        await call(limit) { () async throws(LDAPError) in
            let stream = try await client.entries(request)
            var count = 0
            var iterator = stream.makeAsyncIterator()
            while try await iterator.next() != nil {
                count += 1
                await seen(count)
            }
            guard let completeness = await stream.completeness else { return .fact("an end that proves nothing") }
            return .found(count, completeness)
        }
    }

    /// Synchronizes what is below a base once, and notes what comes of it (RFC 4533).
    func changes(_ client: LDAPClient, base: String = "", cookie: SyncCookie? = nil, limit: Duration) async {
        await call(limit) { () async throws(LDAPError) in
            let request = SyncRequest(
                base: try DistinguishedName(base), filter: .present("objectClass"), attributes: .named(["cn"]),
                cookie: cookie)
            var iterator = try await client.changes(request).makeAsyncIterator()
            var isComplete = false
            while let change = try await iterator.next() {
                switch change {
                case .restart(let restart): return .fact("begin anew: `\(restart.reason)`")
                case .refreshDone: isComplete = true
                default: break
                }
            }
            return .fact(isComplete ? "a whole refresh" : "an end that proves nothing")
        }
    }

    /// Does something that has a limit, and notes what comes of it and whether it was in time.
    func call(_ limit: Duration, _ body: () async throws(LDAPError) -> Outcome) async {
        let start = ContinuousClock.now
        let work = Resources.processorTime()
        let outcome: Outcome
        var problem: String?
        do throws(LDAPError) {
            outcome = try await body()
        } catch {
            outcome = .failed(error.code, error.step)
            if "\(error)".contains(Self.secret) { problem = "the error holds the password" }
        }
        let taken = start.duration(to: .now)
        let spent = Resources.processorTime() - work
        state.withLock { state in
            state.outcomes.append(outcome)
            state.lateness = max(state.lateness, taken - limit)
            if case .failed(.timedOut, _) = outcome, taken < limit - .milliseconds(20) {
                problem = "the time was up after \(taken) instead of \(limit)"
            }
            if case .failed(.timedOut, _) = outcome, spent > taken / 2 {
                problem = "\(spent) of \(taken) were spent busily"
            }
            if let problem { state.problems.append(problem) }
        }
    }

    /// Notes something that was looked at beside the calls.
    func note(_ fact: String, _ isTrue: Bool) {
        state.withLock { $0.outcomes.append(.fact(isTrue ? fact : "NOT: " + fact)) }
    }

    // MARK: What was sent

    /// Notes how often the password has arrived at a server.
    func noteBinds(_ server: ToyServer, _ expected: Int) {
        let sent = server.receivedBytes
        let secret = Array(Self.secret.utf8)
        let count = sent.indices.count { sent[$0...].starts(with: secret) }
        note(Self.binds(expected), count == expected)
    }

    /// The fact that ``noteBinds(_:_:)`` notes.
    static func binds(_ count: Int) -> String {
        switch count {
        case 0: "the password was not sent"
        case 1: "the password was sent once"
        default: "the password was sent \(count) times"
        }
    }
}

extension Outcome {
    /// The password arrived so often.
    static func binds(_ count: Int) -> Outcome { .fact(Run.binds(count)) }
}
