internal import Logging

/// Connections that are kept and lent, for one purpose each: what ``PoolState`` decides is done here.
///
/// No connection moves from one pool to another: whose identity it has after a bind, refused or not, differs from
/// server to server.
@LDAPActor
final class ConnectionPool {
    /// What the connections are for.
    enum Purpose: String {
        /// Bound as the service account, many operations at a time on each.
        case search
        /// Testing passwords, one at a time on each, and nothing else ever.
        case bind
        /// Bound as the service account, for one reader who keeps it to the end.
        case stream
    }

    /// A connection that is lent until it is given back with ``giveBack(_:isUsable:)``.
    struct Lease {
        let connection: LDAPConnection
        /// Whether it has been used before.
        let isReused: Bool
        fileprivate let state: PoolState.Lease
    }

    typealias Connect = @LDAPActor (ContinuousClock.Instant, LDAPTrace?) async throws(LDAPError) -> LDAPConnection

    let purpose: Purpose
    private let connect: Connect
    private let servers: ConnectionFactory
    private let logger: Logger
    /// The time for ages and idleness. Deadlines are those of the callers, and of the real clock.
    private let clock: @Sendable () -> ContinuousClock.Instant
    private let start: ContinuousClock.Instant
    private var state: PoolState
    /// The open connections.
    private var connections: [PoolState.ConnectionID: LDAPConnection] = [:]
    private var promises: [PoolState.Waiter: Promise<Result<PoolState.Grant, LDAPError>>] = [:]
    private var lastFailure: LDAPError?
    private var armedTick: PoolState.Instant?
    private let metrics: PoolMetrics?

    nonisolated init(
        _ purpose: Purpose, limits: PoolState.Limits, servers: ConnectionFactory, logger: Logger,
        metrics: PoolMetrics? = nil, now: @escaping @Sendable () -> ContinuousClock.Instant = { .now }
    ) {
        self.purpose = purpose
        self.servers = servers
        self.logger = logger
        self.metrics = metrics
        clock = now
        start = now()
        state = PoolState(limits: limits)
        connect = { deadline, trace throws(LDAPError) in
            try await servers.connect(asServiceAccount: purpose != .bind, until: deadline, trace: trace)
        }
    }

    /// How many connections there are, and how many callers wait.
    var counts: PoolState.Counts { state.counts }

    private var now: PoolState.Instant { start.duration(to: clock()) }

    /// Lends a connection that nobody uses, if there is one. Whoever gets none can wait for one.
    func leaseIdle() -> Lease? {
        guard let lease = apply({ state, now, _ in state.leaseIdle(now: now) }) else { return nil }
        if let connection = connections[lease.connection], isGood(connection) {
            return Lease(connection: connection, isReused: true, state: lease)
        }
        giveBack(lease, isUsable: false)
        return nil
    }

    /// Lends a connection, waiting for it or making it if need be.
    ///
    /// - Parameters:
    ///   - deadline: When to give up.
    ///   - isFresh: Whether a new connection is better than one that has been used.
    func lease(
        until deadline: ContinuousClock.Instant, isFresh: Bool = false, trace: LDAPTrace?
    ) async throws(LDAPError) -> Lease {
        var answer = apply { state, now, actions in state.lease(now: now, fresh: isFresh, &actions) }
        while true {
            let grant: PoolState.Grant
            switch answer {
            case .granted(let granted): grant = granted
            case .wait(let waiter): grant = try await wait(waiter, until: deadline)
            case .tooManyWait: throw error(.tooManyWaiting, "\(state.limits.waiting) others wait already")
            case .shutDown: throw error(.clientShutDown, nil)
            case .noConnection: throw lastFailure ?? error(.serverDown, nil)
            }
            switch grant {
            case .use(let lease):
                if let connection = connections[lease.connection], isGood(connection) {
                    return Lease(connection: connection, isReused: true, state: lease)
                }
                giveBack(lease, isUsable: false)
            case .check(let lease):
                if let connection = connections[lease.connection],
                    try await works(connection, lease, until: deadline)
                {
                    return Lease(connection: connection, isReused: true, state: lease)
                }
                giveBack(lease, isUsable: false)
            case .connect(let lease):
                switch try await open(lease, until: deadline, trace: trace) {
                case .success(let connection):
                    return Lease(connection: connection, isReused: false, state: lease)
                case .failure(let next):
                    answer = next.answer
                    continue
                }
            }
            answer = apply { state, now, actions in state.lease(now: now, &actions) }
        }
    }

    /// Takes a connection back.
    ///
    /// - Parameter isUsable: Whether others can use it. A closed one, or a bind's that has not ended, never is.
    func giveBack(_ lease: Lease, isUsable: Bool = true) {
        let isClean = purpose == .search || lease.connection.load == 0
        giveBack(lease.state, isUsable: isUsable && isClean && lease.connection.isOpen)
    }

    /// Closes every connection; those who wait are told.
    func close() {
        lastFailure = error(.clientShutDown, nil)
        apply { state, _, actions in state.shutDown(&actions) }
    }

    /// Lets go of the connections to these servers as soon as nobody uses them.
    func drain(where isUnwanted: (LDAPURL) -> Bool) {
        for (id, connection) in connections where isUnwanted(connection.url) {
            apply { state, now, actions in state.condemn(id, now: now, &actions) }
        }
    }

    private func giveBack(_ lease: PoolState.Lease, isUsable: Bool) {
        apply { state, now, actions in state.returned(lease, isUsable: isUsable, now: now, &actions) }
    }

    // MARK: Connections

    /// A closed connection is never handed out. What is to be read on one that nobody uses is the server's goodbye.
    private func isGood(_ connection: LDAPConnection) -> Bool {
        connection.load == 0 ? connection.isAlive() : connection.isOpen
    }

    /// Whether a connection that was idle for long gets an answer: the root DSE (RFC 4512, 5.1) without attributes,
    /// or a refusal to show it.
    private func works(
        _ connection: LDAPConnection, _ lease: PoolState.Lease, until deadline: ContinuousClock.Instant
    ) async throws(LDAPError) -> Bool {
        guard connection.isAlive() else { return false }
        let limit = min(deadline, .now.advanced(by: min(.seconds(1), connection.timeouts.operation)))
        do throws(LDAPError) {
            _ = try await connection.search(
                SearchRequest(base: DistinguishedName([]), scope: .base, attributes: .none), deadline: limit)
        } catch {
            if error.resultCode == nil || !connection.isOpen {
                if error.code == .timedOut {
                    servers.operationTimedOut(connection.url, .search)
                    // The others were idle for longer, and to try them one by one takes longer than anybody waits.
                    drain { $0 == connection.url }
                }
                guard error.code != .cancelled else {
                    giveBack(lease, isUsable: false)
                    throw error
                }
                return false
            }
        }
        apply { state, now, actions in state.checked(lease, now: now, &actions) }
        return true
    }

    /// How to go on after a connection could not be made.
    private struct Failure: Error {
        var answer: PoolState.Answer
    }

    private func open(
        _ lease: PoolState.Lease, until deadline: ContinuousClock.Instant, trace: LDAPTrace?
    ) async throws(LDAPError) -> Result<LDAPConnection, Failure> {
        do throws(LDAPError) {
            let connection = try await connect(deadline, trace)
            guard keep(connection, lease) else {
                connection.close()
                throw self.error(.clientShutDown, nil)
            }
            return .success(connection)
        } catch {
            if error.code == .cancelled || ContinuousClock.now >= deadline {
                // The next in line may have more time.
                apply { state, now, actions in state.abandoned(lease, now: now, &actions) }
                throw error
            }
            guard error.code != .clientShutDown else { throw error }
            lastFailure = error
            return .failure(Failure(answer: apply { $0.failed(lease, now: $1, &$2) }))
        }
    }

    private func keep(_ connection: LDAPConnection, _ lease: PoolState.Lease) -> Bool {
        let id = lease.connection
        let lifetime = servers.lifetime(of: connection.url)
        if purpose != .stream { servers.keeps(self) }
        // Ahead of what follows: others may share it at once.
        connections[id] = connection
        guard apply({ $0.connected(lease, lifetime: lifetime, now: $1, &$2) }) else {
            connections[id] = nil
            return false
        }
        connection.onClose = { [weak self] in
            _ = self?.apply { state, now, actions in state.condemn(id, now: now, &actions) }
        }
        return true
    }

    private func closeConnection(_ id: PoolState.ConnectionID) {
        connections.removeValue(forKey: id)?.close()
    }

    // MARK: Waiting

    private func wait(
        _ waiter: PoolState.Waiter, until deadline: ContinuousClock.Instant
    ) async throws(LDAPError) -> PoolState.Grant {
        let promise = Promise<Result<PoolState.Grant, LDAPError>>()
        promises[waiter] = promise
        defer { promises[waiter] = nil }
        let outcome: Result<PoolState.Grant, LDAPError>
        do throws(Promise<Result<PoolState.Grant, LDAPError>>.Failure) {
            outcome = try await promise.value(until: deadline)
        } catch {
            apply { state, _, _ in state.withdraw(waiter) }
            throw self.error(error.code, error.code == .timedOut ? busyReason : nil)
        }
        return try outcome.get()
    }

    private var busyReason: String {
        let limits = state.limits
        var reason = "all \(limits.connections) connections of the \(purpose.rawValue) pool are busy"
        if limits.leasesPerConnection > 1 { reason += ", each with up to \(limits.leasesPerConnection) operations" }
        if let lastFailure, state.total < limits.connections {
            reason = "no further connection could be made (\(lastFailure.reason)), and those that exist are busy"
        }
        return reason
    }

    private func error(_ code: LDAPError.Code, _ reason: String?) -> LDAPError {
        let step: LDAPStep =
            switch (code, purpose) {
            case (.tooManyWaiting, _): .connect
            case (_, .bind): .bind
            default: .search
            }
        let remedy =
            code == .timedOut
            ? "raise the limit of the \(purpose.rawValue) pool, or find out why the directory is slow" : nil
        return LDAPError(
            code, step: step, operation: "get a connection of the \(purpose.rawValue) pool", reason: reason,
            remedy: remedy)
    }

    // MARK: Doing what the state says

    @discardableResult
    private func apply<Result>(
        _ input: (inout PoolState, PoolState.Instant, inout [PoolState.Action]) -> Result
    ) -> Result {
        var actions: [PoolState.Action] = []
        let result = input(&state, now, &actions)
        for action in actions { perform(action) }
        if let next = state.nextTick, armedTick.map({ next < $0 }) ?? true { arm(next) }
        metrics?.update(state.counts)
        return result
    }

    private func perform(_ action: PoolState.Action) {
        switch action {
        case .close(let id):
            closeConnection(id)
        case .grant(let waiter, let grant):
            if let promise = promises[waiter], !promise.isSettled { return promise.fulfill(.success(grant)) }
            // Whoever waited has just given up.
            switch grant {
            case .connect(let lease): apply { $0.abandoned(lease, now: $1, &$2) }
            case .use(let lease):
                giveBack(lease, isUsable: connections[lease.connection]?.isOpen ?? false)
            case .check(let lease):
                // Nobody has checked it, and as one that was used just now nobody would.
                giveBack(lease, isUsable: false)
            }
        case .refuse(let waiter):
            promises[waiter]?.fulfill(.failure(lastFailure ?? error(.serverDown, nil)))
        case .reportLeak(let lease, let since):
            let connection = connections[lease.connection]
            logger.warning(
                "A connection was lent and has not been given back",
                metadata: [
                    "ldap.pool": "\(purpose.rawValue)",
                    "ldap.server": "\(connection.map { "\($0.url)" } ?? "")",
                    "ldap.lent.for": "\(now - since)",
                    "ldap.operations": "\(connection?.load ?? 0)",
                ])
        }
    }

    private func arm(_ time: PoolState.Instant) {
        armedTick = time
        // The event loop's clock may be another one: what counts is how far away the time is.
        LDAPExecutor.shared.reactor.schedule(at: .now + (time - now)) { [weak self] in
            LDAPActor.assumeIsolated { self?.tick(time) }
        }
    }

    private func tick(_ time: PoolState.Instant) {
        guard armedTick == time else { return }
        armedTick = nil
        apply { $0.tick(now: $1, &$2) }
    }
}
