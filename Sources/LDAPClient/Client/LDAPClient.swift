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
    private let factory: ConnectionFactory
    let searches: SearchPool
    let rootDSEs = RootDSECache()
    private let binds: BindPool

    /// Creates a client; nothing is connected yet.
    ///
    /// - Parameters:
    ///   - configuration: Servers, encryption, accounts, limits.
    ///   - name: A name for logs.
    ///   - logger: Gets debug messages; never a password.
    public convenience init(configuration: LDAPClientConfiguration, name: String = "ldap", logger: Logger) {
        self.init(configuration: configuration, name: name, logger: logger, resolver: nil)
    }

    init(configuration: LDAPClientConfiguration, name: String, logger: Logger, resolver: Resolver?) {
        var logger = logger
        logger[metadataKey: "ldap.client"] = "\(name)"
        self.configuration = configuration
        self.name = name
        self.logger = logger
        factory = ConnectionFactory(configuration: configuration, logger: logger, resolver: resolver)
        searches = SearchPool(factory: factory, size: configuration.searchPoolSize)
        binds = BindPool(factory: factory, size: configuration.bindPoolSize)
    }

    /// The executor on which connections live. A task that prefers it talks to a directory without changing threads.
    public var executor: LDAPExecutor { .shared }

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
        var (connection, isReused) = try await searches.connection(until: limit(deadline), trace: trace)
        for attempt in 1...2 {
            do throws(LDAPError) {
                return try await trace.step(step, connection.url, detail(), result: result) {
                    () async throws(LDAPError) in
                    try await body(connection)
                }
            } catch {
                let isStale = error.code.isConnectionLoss && isReused
                let isInTrouble = error.code.isServerTrouble && factory.hasAlternatives
                if error.code == .timedOut || isInTrouble { searches.discard(connection) }
                if isInTrouble { factory.avoid(connection.url) }
                let mayRepeat = isRepeatable || !error.requestWasSent
                guard attempt == 1, mayRepeat, isStale || isInTrouble else { throw error }
                logger.debug(
                    "Request is sent once more",
                    metadata: ["ldap.step": "\(step.rawValue)", "ldap.error": "\(error.code)"])
            }
            (connection, isReused) = try await searches.connection(until: limit(deadline), trace: trace)
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
        var attempts = 0
        while true {
            attempts += 1
            let connection = try await binds.take(until: limit(deadline), trace: trace)
            defer { binds.giveBack(connection) }
            do throws(LDAPError) {
                return try await trace.step(
                    .bind, connection.url, dn, result: { ($0.resultCode, $0.diagnosticMessage, nil) }
                ) { () async throws(LDAPError) in
                    try await connection.bind(dn: dn, password: password, deadline: deadline)
                }
            } catch {
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
        let connection = try await searches.dedicated(until: deadline, trace: trace)
        return LDAPEntryStream(connection, request, deadline: deadline)
    }

    /// A new connection of the service account, for one caller, who closes it. ``shutdown()`` does too.
    @LDAPActor
    func dedicatedConnection(
        until deadline: ContinuousClock.Instant?, trace: LDAPTrace?
    ) async throws(LDAPError) -> LDAPConnection {
        try await searches.dedicated(until: deadline, trace: trace)
    }

    /// Closes every connection. Calls that are under way fail; later ones do too.
    @LDAPActor
    public func shutdown() async {
        searches.close()
        binds.close()
    }

    private static func description(of request: SearchRequest) -> String {
        "\(request.filter) below “\(request.base)”"
    }

    @LDAPActor
    private func searchPaged(
        _ request: SearchRequest, deadline: ContinuousClock.Instant?, trace: LDAPTrace?
    ) async throws(LDAPError) -> SearchResult {
        let connection = try await searches.dedicated(until: deadline, trace: trace)
        defer { connection.close() }
        return try await trace.step(
            .search, connection.url, Self.description(of: request), result: { ($0.resultCode, nil, $0.entries.count) }
        ) { () async throws(LDAPError) in
            try await connection.search(request, deadline: deadline)
        }
    }

    /// How long to wait for a connection. Each step of making one has its own limit below this.
    func limit(_ deadline: ContinuousClock.Instant?) -> ContinuousClock.Instant {
        let timeouts = configuration.connection.timeouts
        let own = ContinuousClock.now.advanced(by: timeouts.connect * 3 + timeouts.operation)
        return deadline.map { min($0, own) } ?? own
    }
}
