internal import Logging

/// Makes connections for the pools: picks a server, connects, and binds as the service account where that is asked for.
@LDAPActor
final class ConnectionFactory {
    let configuration: LDAPClientConfiguration
    private var servers: ServerList
    private let logger: Logger
    private let resolver: Resolver?

    nonisolated init(configuration: LDAPClientConfiguration, logger: Logger, resolver: Resolver?) {
        self.configuration = configuration
        self.logger = logger
        self.resolver = resolver
        servers = ServerList(servers: configuration.servers, backups: configuration.backupServers)
    }

    /// Whether there is another server to try.
    var hasAlternatives: Bool { servers.count > 1 }

    /// A server said that it is in trouble: others come first for a while.
    func avoid(_ url: LDAPURL) {
        servers.failed(url, at: .now)
    }

    /// A new connection to the first server that gives one.
    ///
    /// A refused service account ends the attempt: the next server would refuse it too, and trying on could lock it.
    func connect(
        asServiceAccount: Bool, until deadline: ContinuousClock.Instant?, trace: LDAPTrace?
    ) async throws(LDAPError) -> LDAPConnection {
        var lastError: LDAPError?
        for url in servers.candidates(at: .now) {
            if let deadline, ContinuousClock.now >= deadline { break }
            do throws(LDAPError) {
                let connection = try await LDAPConnector.connect(
                    to: url, options: configuration.connection, deadline: deadline, trace: trace,
                    resolver: resolver ?? .shared)
                if asServiceAccount { try await bindServiceAccount(connection, until: deadline, trace: trace) }
                servers.succeeded(url)
                return connection
            } catch {
                if error.code == .cancelled || (error.step == .serviceBind && error.resultCode != nil) { throw error }
                servers.failed(url, at: .now)
                logger.debug(
                    "Server failed", metadata: ["ldap.server": "\(url)", "ldap.error": "\(error.code)"])
                lastError = error
            }
        }
        throw lastError
            ?? LDAPError(
                .timedOut, step: .connect, operation: "connect to a directory server",
                reason: servers.count == 0 ? "no server is configured" : nil)
    }

    private func bindServiceAccount(
        _ connection: LDAPConnection, until deadline: ContinuousClock.Instant?, trace: LDAPTrace?
    ) async throws(LDAPError) {
        guard let account = configuration.serviceAccount else { return }
        let dn = account.dn.description
        let operation = "bind as the service account \(dn) at \(connection.url)"
        let password: [UInt8]
        do {
            password = try account.password()
        } catch {
            connection.close()
            throw LDAPError(
                .invalidArgument, step: .serviceBind, operation: operation, reason: "its password cannot be read",
                remedy: "check the password's file or variable", cause: error)
        }
        let answer = try await trace.step(
            .serviceBind, connection.url, dn,
            result: { (answer: BindResult) in
                (answer.resultCode, answer.diagnosticMessage, nil)
            }
        ) { () async throws(LDAPError) in
            try await connection.bind(dn: dn, password: password, step: .serviceBind, deadline: deadline)
        }
        if answer.isSuccess, answer.passwordPolicy?.error == nil { return }
        connection.close()
        if answer.isSuccess {
            throw LDAPError(
                .insufficientAccess, step: .serviceBind, operation: operation, resultCode: answer.resultCode,
                reason: "its password has to be changed first", remedy: "set a new password for the service account")
        }
        throw LDAPError(
            LDAPError.Code(resultCode: answer.resultCode), step: .serviceBind, operation: operation,
            resultCode: answer.resultCode, diagnosticMessage: answer.diagnosticMessage)
    }
}
