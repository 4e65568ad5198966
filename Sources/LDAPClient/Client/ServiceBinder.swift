/// Binds connections as the service account, without ever hammering a directory with a wrong password.
///
/// A refused password is read once more and tried if it has changed; after that ``ServiceBindBackoff`` holds. While a
/// password has not been accepted yet, one connection tries it and the others wait for what comes of it.
@LDAPActor
final class ServiceBinder {
    private let account: ServiceAccount
    private let rootDSEs: RootDSECache
    private let now: @Sendable () -> ContinuousClock.Instant
    private var backoff = ServiceBindBackoff()
    private var isTrying = false
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
        while !backoff.isProven(secret), isTrying { try await wait(connection, until: deadline) }
        if let refusal = backoff.refusal(of: secret, at: now()) { throw refusal }
        let isFirst = !backoff.isProven(secret)
        if isFirst { isTrying = true }
        defer {
            if isFirst {
                isTrying = false
                for promise in waiting { promise.fulfill(()) }
                waiting = []
            }
        }
        let answer = try await trace.step(
            .serviceBind, connection.url, account.name,
            result: { (answer: BindResult) in (answer.resultCode, answer.diagnosticMessage, nil) }
        ) { () async throws(LDAPError) in
            try await send(password, on: connection, until: deadline)
        }
        guard let error = failure(answer, connection.url) else { return backoff.succeeded(secret) }
        // A server in trouble says nothing about the password.
        if !error.code.isServerTrouble, error.code != .other { backoff.failed(secret, error, at: now()) }
        throw error
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
