/// The connections that search, bound as the service account. A connection serves many searches at a time.
@LDAPActor
final class SearchPool {
    private let factory: ConnectionFactory
    private let size: Int
    private var connections: [LDAPConnection] = []
    private var dedicated: [LDAPConnection] = []
    private var opening = 0
    private var waiting: [Promise<Result<LDAPConnection, LDAPError>>] = []
    private var isClosed = false

    nonisolated init(factory: ConnectionFactory, size: Int) {
        self.factory = factory
        self.size = max(1, size)
    }

    /// A connection to search on, and whether it has been used before.
    ///
    /// An idle one is best; while there is none, new ones are opened up to the pool's size, and then the least busy one
    /// takes one more.
    func connection(
        until deadline: ContinuousClock.Instant, trace: LDAPTrace?
    ) async throws(LDAPError) -> (connection: LDAPConnection, isReused: Bool) {
        guard !isClosed else { throw Self.shutDown }
        connections.removeAll { !$0.isOpen }
        if let idle = connections.first(where: { $0.load == 0 && $0.isAlive() }) { return (idle, true) }
        connections.removeAll { !$0.isOpen }
        guard connections.count + opening < size else {
            if let leastBusy { return (leastBusy, true) }
            return (try await wait(until: deadline), true)
        }
        do throws(LDAPError) {
            return (try await open(until: deadline, trace: trace), false)
        } catch {
            // The server may have had enough of new connections while the old ones work.
            if error.code != .cancelled, !isClosed, let leastBusy { return (leastBusy, true) }
            throw error
        }
    }

    private var leastBusy: LDAPConnection? {
        connections.filter(\.isOpen).min { $0.load < $1.load }
    }

    /// A connection that nobody else uses, for a stream. It does not count among the pool's and closes after use.
    func dedicated(
        until deadline: ContinuousClock.Instant?, trace: LDAPTrace?
    ) async throws(LDAPError) -> LDAPConnection {
        guard !isClosed else { throw Self.shutDown }
        let connection = try await factory.connect(asServiceAccount: true, until: deadline, trace: trace)
        dedicated.removeAll { !$0.isOpen }
        if isClosed {
            connection.close()
            throw Self.shutDown
        }
        dedicated.append(connection)
        return connection
    }

    /// Takes a connection out for good.
    func discard(_ connection: LDAPConnection) {
        connections.removeAll { $0 === connection }
        // What others still wait for on it may yet come; the last of them lets it go.
        if connection.load == 0 { connection.close() }
    }

    func close() {
        isClosed = true
        for connection in connections + dedicated { connection.close() }
        (connections, dedicated) = ([], [])
        settle(.failure(Self.shutDown))
    }

    private static var shutDown: LDAPError { LDAPError(.clientShutDown, step: .search, operation: "search") }

    private func open(
        until deadline: ContinuousClock.Instant, trace: LDAPTrace?
    ) async throws(LDAPError) -> LDAPConnection {
        opening += 1
        let outcome: Result<LDAPConnection, LDAPError>
        do throws(LDAPError) {
            outcome = .success(try await factory.connect(asServiceAccount: true, until: deadline, trace: trace))
        } catch {
            outcome = .failure(error)
        }
        opening -= 1
        switch outcome {
        case .success(let connection) where isClosed:
            connection.close()
            throw Self.shutDown
        case .success(let connection):
            connections.append(connection)
            settle(outcome)
            return connection
        case .failure(let error):
            // Those who wait asked for the same thing; only the caller's own cancellation is no news for them while
            // somebody else is still trying.
            if opening == 0 || error.code != .cancelled { settle(outcome) }
            throw error
        }
    }

    private func wait(until deadline: ContinuousClock.Instant) async throws(LDAPError) -> LDAPConnection {
        let promise = Promise<Result<LDAPConnection, LDAPError>>()
        waiting.append(promise)
        let outcome: Result<LDAPConnection, LDAPError>
        do throws(Promise<Result<LDAPConnection, LDAPError>>.Failure) {
            outcome = try await promise.value(until: deadline)
        } catch {
            throw LDAPError(error.code, step: .search, operation: "get a connection to search on")
        }
        return try outcome.get()
    }

    private func settle(_ result: Result<LDAPConnection, LDAPError>) {
        let promises = waiting
        waiting = []
        for promise in promises { promise.fulfill(result) }
    }
}
