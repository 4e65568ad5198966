internal import Logging

/// Makes connections for the pools: picks a server, connects, and binds as the service account where that is asked for.
@LDAPActor
final class ConnectionFactory {
    let configuration: LDAPClientConfiguration
    private var servers: ServerList
    private let logger: Logger
    private let resolver: Resolver?
    private let discovery: ServerDiscovery?
    private let metrics: LDAPMetrics?
    private let binder: ServiceBinder?
    /// Whether DNS did not name any servers the last time, and others are known: nobody waits for it again.
    private var hasServersWithoutDNS = false
    /// What servers say about themselves.
    let rootDSEs = RootDSECache()
    private let now: @Sendable () -> ContinuousClock.Instant
    /// Those that keep connections.
    private var pools: [PoolReference] = []

    private struct PoolReference {
        weak var pool: ConnectionPool?
    }

    nonisolated init(
        configuration: LDAPClientConfiguration, logger: Logger, resolver: Resolver?,
        discovery: ServerDiscovery? = nil, metrics: LDAPMetrics? = nil,
        now: @escaping @Sendable () -> ContinuousClock.Instant = { ContinuousClock.now }
    ) {
        self.configuration = configuration
        self.logger = logger
        self.resolver = resolver
        self.discovery = discovery ?? configuration.discovery.map { ServerDiscovery($0, lookup: .shared) }
        self.metrics = metrics
        self.now = now
        binder = configuration.serviceAccount.map { [rootDSEs] in
            ServiceBinder(account: $0, rootDSEs: rootDSEs, now: now)
        }
        servers = ServerList(
            tiers: [configuration.servers, configuration.backupServers], options: configuration.breaker)
    }

    /// Whether there is another server to try.
    var hasAlternatives: Bool { servers.count > 1 }

    /// The servers that are known so far, the preferred ones first.
    var knownServers: [LDAPURL] { servers.states.map(\.url) }

    /// A server said that it is in trouble: others come first for a while.
    func avoid(_ url: LDAPURL) {
        servers.isInTrouble(url, at: now(), chance: .random(in: 0...1))
        relocate(from: url)
    }

    /// A server did not answer an operation in time.
    func operationTimedOut(_ url: LDAPURL, _ work: Breaker.Work) {
        servers.operationTimedOut(url, work, at: now(), chance: .random(in: 0...1))
        relocate(from: url)
    }

    /// Connections to a server that is left alone now would only make their users wait, if there is another one.
    private func relocate(from url: LDAPURL) {
        report(url)
        if servers.isLeftAlone(url), servers.hasOther(than: url, at: now()) { letGo { $0 == url } }
    }

    /// A pool keeps connections, and lets go of those to servers for which others serve.
    func keeps(_ pool: ConnectionPool) {
        if !pools.contains(where: { $0.pool === pool }) { pools.append(PoolReference(pool: pool)) }
    }

    private func letGo(where isUnwanted: (LDAPURL) -> Bool) {
        for reference in pools { reference.pool?.drain(where: isUnwanted) }
    }

    /// A server answered an operation.
    func answered(_ url: LDAPURL, _ work: Breaker.Work) {
        servers.answered(url, work)
    }

    /// For how long a new connection to a server may be used.
    func lifetime(of url: LDAPURL) -> Duration {
        configuration.pool.lifetime(isBackup: servers.tier(of: url) != 0, chance: .random(in: 0...1))
    }

    /// A new connection to the first server that gives one.
    ///
    /// A refused service account ends the attempt: the next server would refuse it too, and trying on could lock it. Not
    /// so if one of the servers takes it.
    func connect(
        asServiceAccount: Bool, until deadline: ContinuousClock.Instant?, trace: LDAPTrace?
    ) async throws(LDAPError) -> LDAPConnection {
        try await discover(until: deadline, trace: trace)
        var lastError: LDAPError?
        var tried: [LDAPURL] = []
        while deadline.map({ ContinuousClock.now < $0 }) ?? true {
            guard let attempt = servers.next(except: tried, at: now()) else { break }
            let url = attempt.url
            tried.append(url)
            do throws(LDAPError) {
                let connection = try await LDAPConnector.connect(
                    to: url, options: configuration.connection, deadline: deadline, trace: trace,
                    resolver: resolver ?? .shared)
                if asServiceAccount { try await binder?.bind(connection, until: deadline, trace: trace) }
                servers.succeeded(attempt)
                report(url)
                if let metrics, let expiry = connection.serverCertificateExpiry {
                    metrics.certificate(of: url, expiresAt: expiry)
                }
                letGo { servers.isWorse($0, than: url) }
                return connection
            } catch {
                let isRefusal = error.isServiceAccountRefused && binder?.isTakenSomewhere != true
                let isOurs = [.cancelled, .invalidArgument, .cleartextRefused].contains(error.code)
                guard !isRefusal, !isOurs else {
                    // A server that refuses somebody works.
                    if isRefusal { servers.succeeded(attempt) } else { servers.gaveUp(attempt, at: now()) }
                    report(url)
                    throw error
                }
                if error.code == .timedOut, !attempt.isProbe, let deadline, ContinuousClock.now >= deadline {
                    // Whoever came with little time left says little about the server; several of them do.
                    operationTimedOut(url, asServiceAccount ? .search : .bind)
                } else {
                    servers.failed(attempt, at: now(), chance: .random(in: 0...1))
                    report(url)
                }
                logger.debug(
                    "Server failed", metadata: ["ldap.server": "\(url)", "ldap.error": "\(error.code)"])
                lastError = error
            }
        }
        if let lastError { throw lastError }
        if let deadline, ContinuousClock.now >= deadline {
            throw LDAPError(.timedOut, step: .connect, operation: "connect to a directory server")
        }
        guard servers.count > 0 else {
            throw LDAPError(
                .serverDown, step: .connect, operation: "connect to a directory server",
                reason: "no server is configured", remedy: "name a server in the configuration")
        }
        throw LDAPError(.serversLeftAlone, step: .connect, operation: "connect to a directory server")
    }

    /// Asks DNS for servers, where the configuration says so. Configured servers do without an answer.
    private func discover(until deadline: ContinuousClock.Instant?, trace: LDAPTrace?) async throws(LDAPError) {
        guard let discovery else { return }
        let isNeeded = configuration.servers.isEmpty && !(hasServersWithoutDNS && servers.count > 0)
        let patience = isNeeded ? configuration.connection.timeouts.connect : LookupLimits.patience
        let own = ContinuousClock.now.advanced(by: patience)
        do throws(LDAPError) {
            let found = try await discovery.servers(until: deadline.map { min($0, own) } ?? own)
            hasServersWithoutDNS = false
            guard let found else { return }
            var tiers = found
            if tiers.isEmpty { tiers = [[]] }
            tiers[0] = configuration.servers + tiers[0]
            servers.update(tiers: tiers + [configuration.backupServers])
        } catch {
            if error.code == .cancelled || servers.count == 0 { throw error }
            hasServersWithoutDNS = true
            logger.debug("Servers were not found in DNS", metadata: ["ldap.error": "\(error.code)"])
        }
    }

    private func report(_ url: LDAPURL) {
        guard let metrics, let state = servers.states.first(where: { $0.url == url })?.state else { return }
        metrics.breaker(of: url, is: state)
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
