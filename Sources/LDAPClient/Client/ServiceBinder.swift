/// Binds connections as the service account, without ever hammering a directory with a wrong password.
///
/// A refused password is read once more and tried if it has changed; after that ``ServiceBindBackoff`` holds. While no
/// server has accepted a password yet, one connection tries it and the others wait for what comes of it; later that
/// holds for the connections to a server that has not.
@LDAPActor
final class ServiceBinder {
    private let account: ServiceAccount
    private let rootDSEs: RootDSECache
    private let now: @Sendable () -> ContinuousClock.Instant
    private var backoff = ServiceBindBackoff()
    /// The servers where somebody finds out whether they take the password.
    private var trials: Set<LDAPURL> = []
    private var waiting: [Promise<Void>] = []

    /// - Parameters:
    ///   - account: Who searches.
    ///   - rootDSEs: Where it is read which servers answer Who am I?
    ///   - now: The clock of the back-off.
    nonisolated init(
        account: ServiceAccount, rootDSEs: RootDSECache,
        now: @escaping @Sendable () -> ContinuousClock.Instant = { ContinuousClock.now }
    ) {
        self.account = account
        self.rootDSEs = rootDSEs
        self.now = now
    }

    /// Whether some server takes the password, so that one which refuses it speaks for itself only.
    var isTakenSomewhere: Bool { backoff.isTaken }

    /// Makes the service account the connection's identity, and has the server confirm it.
    ///
    /// - Throws: ``LDAPError`` with the step ``LDAPStep/serviceBind``; the connection is closed then.
    func bind(
        _ connection: LDAPConnection, until deadline: ContinuousClock.Instant?, trace: LDAPTrace?
    ) async throws(LDAPError) {
        do throws(LDAPError) {
            let password = try readPassword(connection.url)
            do throws(LDAPError) {
                try await attempt(password, on: connection, until: deadline, trace: trace)
            } catch {
                // Somebody may have changed the password on both sides after it was read.
                guard error.code == .invalidCredentials, connection.isOpen else { throw error }
                let again = try readPassword(connection.url)
                guard again != password else { throw error }
                try await attempt(again, on: connection, until: deadline, trace: trace)
            }
            try await connection.confirmIdentity(of: account, rootDSEs: rootDSEs, deadline: deadline)
        } catch {
            connection.close()
            throw error
        }
    }

    private func readPassword(_ url: LDAPURL) throws(LDAPError) -> [UInt8] {
        if case .external = account.method { return [] }
        do {
            return try account.password()
        } catch {
            throw LDAPError(
                .invalidArgument, step: .serviceBind, operation: operation(url), reason: "its password cannot be read",
                remedy: "check the password's file or variable", cause: error)
        }
    }

    private func attempt(
        _ password: [UInt8], on connection: LDAPConnection, until deadline: ContinuousClock.Instant?,
        trace: LDAPTrace?
    ) async throws(LDAPError) {
        // Told apart by a hash with a seed of this process: what was refused need not be kept.
        let secret = password.hashValue
        let url = connection.url
        while mustWait(secret, url) { try await wait(connection, until: deadline) }
        if let refusal = backoff.refusal(of: secret, by: url, at: now()) { throw refusal }
        let isTrial = !backoff.isTaken(secret, by: url)
        if isTrial { trials.insert(url) }
        defer {
            if isTrial {
                trials.remove(url)
                for promise in waiting { promise.fulfill(()) }
                waiting = []
            }
        }
        let answer = try await trace.step(
            .serviceBind, url, account.name,
            result: { (answer: BindResult) in (answer.resultCode, answer.diagnosticMessage, nil) }
        ) { () async throws(LDAPError) in
            try await send(password, on: connection, until: deadline)
        }
        guard let error = failure(answer, url) else { return backoff.succeeded(secret, at: url) }
        // A server in trouble says nothing about the password.
        if !error.code.isServerTrouble, error.code != .other { backoff.failed(secret, error, at: url, now()) }
        throw error
    }

    /// Whether somebody else offers this secret, and what comes of that decides about this server as well.
    private func mustWait(_ secret: Int, _ url: LDAPURL) -> Bool {
        guard !backoff.isTaken(secret, by: url) else { return false }
        return backoff.isTaken(secret) ? trials.contains(url) : !trials.isEmpty
    }

    private func send(
        _ password: [UInt8], on connection: LDAPConnection, until deadline: ContinuousClock.Instant?
    ) async throws(LDAPError) -> BindResult {
        switch account.method {
        case .simple:
            try await connection.bind(
                dn: account.dn.description, password: password, step: .serviceBind, deadline: deadline)
        case .external(let identity):
            try await connection.bindExternal(
                authorizationIdentity: identity, step: .serviceBind, deadline: deadline)
        case .scram(let mechanism, let user):
            try await connection.bindSCRAM(
                mechanism, user: user, password: password, step: .serviceBind, deadline: deadline)
        }
    }

    private func failure(_ answer: BindResult, _ url: LDAPURL) -> LDAPError? {
        if answer.isSuccess {
            guard answer.passwordPolicy?.error != nil else { return nil }
            return LDAPError(
                .insufficientAccess, step: .serviceBind, operation: operation(url), resultCode: answer.resultCode,
                reason: "its password has to be changed first", remedy: "set a new password for the service account")
        }
        return LDAPError(
            LDAPError.Code(resultCode: answer.resultCode), step: .serviceBind, operation: operation(url),
            resultCode: answer.resultCode, diagnosticMessage: answer.diagnosticMessage, reason: answer.accountProblem,
            remedy: answer.accountProblem == nil ? nil : "put the service account right in the directory")
    }

    private func wait(_ connection: LDAPConnection, until deadline: ContinuousClock.Instant?) async throws(LDAPError) {
        let promise = Promise<Void>()
        waiting.append(promise)
        do throws(Promise<Void>.Failure) {
            try await promise.value(until: connection.limit(deadline))
        } catch {
            throw LDAPError(error.code, step: .serviceBind, operation: operation(connection.url))
        }
    }

    private func operation(_ url: LDAPURL) -> String { "bind as the service account \(account.name) at \(url)" }
}
