internal import Synchronization

/// Runs the steps of one ``SASLClient``, each on a thread of its own, and waits for them on the executor.
@LDAPActor
final class SASLExchange {
    private typealias Outcome = Result<SASLClient.Output, SessionFailure>

    // Only the thread of a step touches the client, and there is one step at a time.
    private nonisolated let client = Mutex<SASLClient?>(nil)
    private let step: LDAPStep
    private let operation: String
    private let deadline: ContinuousClock.Instant

    /// - Parameters:
    ///   - step: The step of talking to the directory that this is part of, for errors.
    ///   - operation: The operation in words, for errors.
    ///   - deadline: When to stop waiting.
    init(step: LDAPStep, operation: String, until deadline: ContinuousClock.Instant) {
        self.step = step
        self.operation = operation
        self.deadline = deadline
    }

    /// The client's first message.
    func start(
        mechanism: String, host: String, user: String, password: [UInt8]
    ) async throws(LDAPError) -> SASLClient.Output {
        try await run { () throws(SessionFailure) in
            OpenLDAPLibrary.initialize()
            let client = try SASLClient(host: host, user: user, password: password)
            let output = try client.start(mechanism: mechanism)
            self.keep(client)
            return output
        }
    }

    /// The client's answer to a message of the server.
    func answer(to challenge: [UInt8]) async throws(LDAPError) -> SASLClient.Output {
        try await run { () throws(SessionFailure) in
            try self.client.withLock { client throws(SessionFailure) in
                guard let output = try client?.step(challenge) else { throw SessionFailure(code: -2) }
                return output
            }
        }
    }

    private nonisolated func keep(_ client: consuming sending SASLClient) {
        var client: SASLClient? = client
        self.client.withLock { swap(&$0, &client) }
    }

    private func run(
        _ body: @escaping @Sendable () throws(SessionFailure) -> SASLClient.Output
    ) async throws(LDAPError) -> SASLClient.Output {
        let promise = Promise<Outcome>()
        let started = DetachedThread.start {
            let outcome: Outcome
            do throws(SessionFailure) { outcome = .success(try body()) } catch { outcome = .failure(error) }
            LDAPExecutor.shared.execute { promise.fulfill(outcome) }
        }
        guard started else {
            throw LDAPError(.unexpectedResponse, step: step, operation: operation, reason: "no thread for SASL")
        }
        let outcome: Outcome
        do throws(Promise<Outcome>.Failure) {
            outcome = try await promise.value(until: deadline)
        } catch {
            throw LDAPError(error.code, step: step, operation: operation)
        }
        do throws(SessionFailure) {
            return try outcome.get()
        } catch {
            throw failure(error)
        }
    }

    private func failure(_ failure: SessionFailure) -> LDAPError {
        // -6 is libldap's LDAP_AUTH_UNKNOWN: nothing is wrong with the server.
        if failure.code == -6 {
            return LDAPError(
                .invalidArgument, step: step, operation: operation, reason: failure.diagnosticMessage,
                remedy: "install the SASL modules (Debian: libsasl2-modules), or bind another way")
        }
        return LDAPError(
            .unexpectedResponse, step: step, operation: operation,
            reason:
                "the exchange failed on this side: \(LDAPError.printable(failure.diagnosticMessage ?? failure.text))",
            remedy: "check the user name and the password, and that this is the right server")
    }
}
