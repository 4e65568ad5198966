internal import Logging

/// Makes connections for the pools: picks a server, connects, and binds as the service account where that is asked for.
@LDAPActor
final class ConnectionFactory {
    let configuration: LDAPClientConfiguration
    private var servers: ServerList
    private let logger: Logger
    private let resolver: Resolver?
    private let binder: ServiceBinder?

    nonisolated init(
        configuration: LDAPClientConfiguration, logger: Logger, resolver: Resolver?,
        now: @escaping @Sendable () -> ContinuousClock.Instant = { ContinuousClock.now }
    ) {
        self.configuration = configuration
        self.logger = logger
        self.resolver = resolver
        binder = configuration.serviceAccount.map { ServiceBinder(account: $0, now: now) }
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
                if asServiceAccount { try await binder?.bind(connection, until: deadline, trace: trace) }
                servers.succeeded(url)
                return connection
            } catch {
                if error.code == .cancelled || error.isServiceAccountRefused { throw error }
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
}

extension LDAPError {
    /// Whether a server has looked at the service account and does not take it, as any other server would, or there is
    /// nothing to show to one.
    fileprivate var isServiceAccountRefused: Bool {
        guard step == .serviceBind else { return false }
        return code == .invalidArgument || (resultCode != nil && !code.isServerTrouble && code != .other)
    }
}
