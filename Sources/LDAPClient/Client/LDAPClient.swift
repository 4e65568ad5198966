public import CoreMetrics
public import Logging

/// A directory with all its servers: searches as the service account, and tests passwords.
///
/// ```swift
/// let client = LDAPClient(configuration: configuration, logger: logger)
/// let found = try await client.search(
///     SearchRequest(base: people, filter: .equal("uid", name), attributes: .named(["cn"]), sizeLimit: 2))
/// let answer = try await client.verifyPassword(dn: found.entries[0].dn, password: password)
/// await client.shutdown()
/// ```
///
/// It keeps two pools of connections, one bound as the service account for searches and one for testing passwords, and
/// connects when something is first asked. Every call ends by its time limits, whatever the servers do.
public final class LDAPClient: Sendable {
    /// How it was set up.
    public let configuration: LDAPClientConfiguration
    /// The name it goes by in logs.
    public let name: String
    private let logger: Logger
    let factory: ConnectionFactory
    private let searches: ConnectionPool
    let binds: ConnectionPool
    private let streams: ConnectionPool
    private let metrics: LDAPMetrics?
    private let longestWait: Duration

    /// Creates a client; nothing is connected yet.
    ///
    /// - Parameters:
    ///   - configuration: Servers, encryption, accounts, limits.
    ///   - name: A name for logs and metrics.
    ///   - logger: Gets debug messages, and a warning where something is not given back; never a password.
    ///   - metricsFactory: Where the numbers go that ``LDAPMetricName`` lists; `nil` for the one that the program set up
    ///     with `MetricsSystem.bootstrap` before this.
    public convenience init(
        configuration: LDAPClientConfiguration, name: String = "ldap", logger: Logger,
        metricsFactory: (any MetricsFactory)? = nil
    ) {
        self.init(
            configuration: configuration, name: name, logger: logger, resolver: nil, metricsFactory: metricsFactory)
    }

    init(
        configuration: LDAPClientConfiguration, name: String, logger: Logger, resolver: Resolver?,
        discovery: ServerDiscovery? = nil, metricsFactory: (any MetricsFactory)? = nil,
        now: @escaping @Sendable () -> ContinuousClock.Instant = { ContinuousClock.now }
    ) {
        var logger = logger
        logger[metadataKey: "ldap.client"] = "\(name)"
        self.configuration = configuration
        self.name = name
        self.logger = logger
        let timeouts = configuration.connection.timeouts
        longestWait = timeouts.connect * 3 + timeouts.operation
        let metrics = LDAPMetrics(client: name, factory: metricsFactory ?? MetricsSystem.factory)
        self.metrics = metrics
        let factory = ConnectionFactory(
            configuration: configuration, logger: logger, resolver: resolver, discovery: discovery, metrics: metrics,
            now: now)
        self.factory = factory
        func pool(_ purpose: ConnectionPool.Purpose, _ limits: PoolState.Limits) -> ConnectionPool {
            ConnectionPool(
                purpose, limits: limits, servers: factory, logger: logger, metrics: metrics?.pool(purpose), now: now)
        }
        let options = configuration.pool
        searches = pool(
            .search,
            options.limits(
                connections: configuration.searchPoolSize, leasesPerConnection: options.searchesPerConnection))
        binds = pool(.bind, options.limits(connections: configuration.bindPoolSize, leasesPerConnection: 1))
        streams = pool(
            .stream, options.limits(connections: options.streams, leasesPerConnection: 1, reportsLeaks: false))
    }

    /// The executor on which connections live. A task that prefers it talks to a directory without changing threads.
    public var executor: LDAPExecutor { .shared }

    /// The servers that are known: the configured ones, and those that DNS named when it was last asked.
    @LDAPActor
    public var knownServers: [LDAPURL] { factory.knownServers }

    /// Searches as the service account.
    ///
    /// Sent once more, on a new connection, if a connection that had been used before turned out to be dead, or if the
    /// server said that it is busy or not available and there is another.
    ///
    /// - Parameters:
    ///   - request: What to search for.
    ///   - deadline: When to give up; each step's own time limit holds as well.
    ///   - trace: Told about each step.
    /// - Returns: The entries, and whether they are all.
    /// - Throws: ``LDAPError``. A refused service account has the step ``LDAPStep/serviceBind``.
    @LDAPActor
    public func search(
        _ request: SearchRequest, deadline: ContinuousClock.Instant? = nil, trace: LDAPTrace? = nil
    ) async throws(LDAPError) -> SearchResult {
        if request.pageSize != nil { return try await searchPaged(request, deadline: deadline, trace: trace) }
        return try await withServiceConnection(
            .search, Self.description(of: request), isRepeatable: true, deadline: deadline, trace: trace,
            result: { ($0.resultCode, nil, $0.entries.count) }
        ) { connection throws(LDAPError) in
            try await connection.search(request, deadline: deadline)
        }
    }

    /// Takes a step on a connection of the service account.
    ///
    /// A repeatable one is taken once more if a connection that had been used before turned out to be dead, or if the
    /// server said that it is busy or not available and there is another; others only if nothing has been sent.
    @LDAPActor
    func withServiceConnection<Value>(
        _ step: LDAPStep, _ detail: @autoclosure () -> String, isRepeatable: Bool,
        deadline: ContinuousClock.Instant?, trace: LDAPTrace?,
        result: (Value) -> (code: Int32?, text: String?, entries: Int?) = { _ in (0, nil, nil) },
        _ body: @LDAPActor (LDAPConnection) async throws(LDAPError) -> Value
    ) async throws(LDAPError) -> Value {
        let trace = observed(trace)
        var isFresh = false
        for attempt in 1...2 {
            let lease: ConnectionPool.Lease
            if !isFresh, let idle = searches.leaseIdle() {
                lease = idle
            } else {
                lease = try await self.lease(searches, deadline, isFresh: isFresh, trace)
            }
            let connection = lease.connection
            let start = trace.start
            do throws(LDAPError) {
                let value = try await body(connection)
                trace.taken(step, connection.url, detail(), since: start) { result(value) }
                searches.giveBack(lease)
                factory.answered(connection.url, .search)
                return value
            } catch {
                trace.failed(step, connection.url, detail(), since: start, error)
                // A server says goodbye with a result code of its own.
                let isLost = error.code.isConnectionLoss || (error.code.isServerTrouble && !connection.isOpen)
                let isStale = isLost && lease.isReused
                let isInTrouble = error.code.isServerTrouble && factory.hasAlternatives
                if error.code == .timedOut { factory.operationTimedOut(connection.url, .search) }
                if isInTrouble { factory.avoid(connection.url) }
                // What others still wait for on it may yet come; the last of them lets it go.
                searches.giveBack(lease, isUsable: error.code != .timedOut && !isInTrouble)
                let mayRepeat = isRepeatable || !error.requestWasSent
                guard attempt == 1, mayRepeat, isStale || isInTrouble else { throw error }
                logger.debug(
                    "Request is sent once more",
                    metadata: ["ldap.step": "\(step.rawValue)", "ldap.error": "\(error.code)"])
                isFresh = true
            }
        }
        preconditionFailure("the second attempt returns or throws")
    }

    /// Asks the directory whether this is the person's password, by a bind (RFC 4513, 5.1.3).
    ///
    /// Sent to one server only, once. Another server is asked only while nothing has been sent.
    ///
    /// - Parameters:
    ///   - dn: The person's DN, best as a search returned it.
    ///   - password: What the person typed, as UTF-8.
    ///   - deadline: When to give up; each step's own time limit holds as well.
    ///   - trace: Told about each step.
    /// - Returns: The server's answer. Look at more than its result code.
    /// - Throws: ``LDAPError/Code/invalidArgument`` before anything is sent if the password or the DN is empty or
    ///   contains NUL; other codes if there is no answer.
    @LDAPActor
    public func verifyPassword(
        dn: String, password: [UInt8], deadline: ContinuousClock.Instant? = nil, trace: LDAPTrace? = nil
    ) async throws(LDAPError) -> BindResult {
        try LDAPConnection.check(dn: dn, password: password, step: .bind)
        let (lease, answer) = try await bind(dn: dn, deadline: deadline, trace: trace) { connection throws(LDAPError) in
            try await connection.bind(dn: dn, password: password, step: .bind, deadline: deadline)
        }
        binds.giveBack(lease)
        return answer
    }

    /// Binds on a connection for binds, which the caller gives back. Sent once; another connection is taken only while nothing has been sent.
    @LDAPActor
    func bind(
        dn: String, deadline: ContinuousClock.Instant?, trace: LDAPTrace?,
        _ body: @LDAPActor (LDAPConnection) async throws(LDAPError) -> BindResult
    ) async throws(LDAPError) -> (lease: ConnectionPool.Lease, answer: BindResult) {
        let trace = observed(trace)
        var attempts = 0
        while true {
            attempts += 1
            let lease: ConnectionPool.Lease
            if attempts == 1, let idle = binds.leaseIdle() {
                lease = idle
            } else {
                lease = try await self.lease(binds, deadline, isFresh: attempts > 1, trace)
            }
            let connection = lease.connection
            let start = trace.start
            do throws(LDAPError) {
                let answer = try await body(connection)
                trace.taken(.bind, connection.url, dn, since: start) {
                    (answer.resultCode, answer.diagnosticMessage, nil)
                }
                if LDAPError.Code(resultCode: answer.resultCode).isServerTrouble, factory.hasAlternatives {
                    factory.avoid(connection.url)
                } else {
                    factory.answered(connection.url, .bind)
                }
                return (lease, answer)
            } catch {
                trace.failed(.bind, connection.url, dn, since: start, error)
                if error.code == .timedOut { factory.operationTimedOut(connection.url, .bind) }
                binds.giveBack(lease)
                guard attempts <= configuration.bindPoolSize, error.code.isConnectionLoss, !error.requestWasSent else {
                    throw error
                }
            }
        }
    }

    /// Searches as the service account and hands out entries as they come, on a connection of its own.
    ///
    /// - Parameters:
    ///   - request: What to search for. Without a page size of its own, the configuration's is used.
    ///   - deadline: When to give up altogether; the time limit of an operation holds for each part.
    ///   - trace: Told about the steps up to the search.
    /// - Returns: The entries, with the proof of completeness after the last.
    @LDAPActor
    public func entries(
        _ request: SearchRequest, deadline: ContinuousClock.Instant? = nil, trace: LDAPTrace? = nil
    ) async throws(LDAPError) -> LDAPEntryStream {
        var request = request
        if request.pageSize == nil, request.scope != .base { request.pageSize = configuration.pageSize }
        let connection = try await connectionForAStream(deadline, observed(trace))
        return LDAPEntryStream(connection, request, deadline: deadline)
    }

    /// Closes every connection. Calls that are under way fail; later ones do too.
    @LDAPActor
    public func shutdown() async {
        searches.close()
        binds.close()
        streams.close()
    }

    static func description(of request: SearchRequest) -> String {
        "\(request.filter) below “\(request.base)”"
    }

    @LDAPActor
    private func searchPaged(
        _ request: SearchRequest, deadline: ContinuousClock.Instant?, trace: LDAPTrace?
    ) async throws(LDAPError) -> SearchResult {
        let trace = observed(trace)
        let connection = try await connectionForAStream(deadline, trace)
        defer { connection.close() }
        return try await trace.step(
            .search, connection.url, Self.description(of: request), result: { ($0.resultCode, nil, $0.entries.count) }
        ) { () async throws(LDAPError) in
            try await connection.search(request, deadline: deadline)
        }
    }

    /// A connection that nobody else uses. It goes back by being closed.
    @LDAPActor
    func connectionForAStream(
        _ deadline: ContinuousClock.Instant?, _ trace: LDAPTrace?
    ) async throws(LDAPError) -> LDAPConnection {
        let lease = try await lease(streams, deadline, trace)
        lease.connection.onClose = { [streams] in streams.giveBack(lease, isUsable: false) }
        return lease.connection
    }

    @LDAPActor
    private func lease(
        _ pool: ConnectionPool, _ deadline: ContinuousClock.Instant?, isFresh: Bool = false, _ trace: LDAPTrace?
    ) async throws(LDAPError) -> ConnectionPool.Lease {
        try await pool.lease(until: limit(deadline), isFresh: isFresh, trace: trace)
    }

    /// The trace that a caller wants, and what is measured.
    func observed(_ trace: LDAPTrace?) -> LDAPTrace? {
        metrics.map { LDAPTrace(trace, metrics: $0) } ?? trace
    }

    /// How long to wait for a connection. Each step of making one has its own limit below this.
    func limit(_ deadline: ContinuousClock.Instant?) -> ContinuousClock.Instant {
        let own = ContinuousClock.now.advanced(by: longestWait)
        return deadline.map { min($0, own) } ?? own
    }
}
