/// The connections that test passwords: one bind at a time on each, and nothing else ever.
///
/// No connection moves from here to the searches: whose identity it has after a bind, refused or not, differs from
/// server to server.
@LDAPActor
final class BindPool {
    private let factory: ConnectionFactory
    private let size: Int
    /// The connections that nobody uses, the one used last at the end.
    private var idle: [LDAPConnection] = []
    private var inUse = 0
    private var waiting: [Promise<Void>] = []
    private var isClosed = false

    nonisolated init(factory: ConnectionFactory, size: Int) {
        self.factory = factory
        self.size = max(1, size)
    }

    /// Lends a connection; it goes back with ``giveBack(_:)``.
    func take(
        until deadline: ContinuousClock.Instant, trace: LDAPTrace?
    ) async throws(LDAPError) -> LDAPConnection {
        try await takePlace(until: deadline)
        while let connection = idle.popLast() {
            if connection.isAlive() { return connection }
            connection.close()
        }
        do throws(LDAPError) {
            let connection = try await factory.connect(asServiceAccount: false, until: deadline, trace: trace)
            if !isClosed { return connection }
            connection.close()
            throw shutDown
        } catch {
            givePlaceBack()
            throw error
        }
    }

    /// Takes a connection back. One that was closed meanwhile is forgotten.
    func giveBack(_ connection: LDAPConnection) {
        if connection.isOpen, connection.load == 0, !isClosed {
            idle.append(connection)
        } else {
            connection.close()
        }
        givePlaceBack()
    }

    func close() {
        isClosed = true
        for connection in idle { connection.close() }
        idle = []
        for promise in waiting { promise.fulfill(()) }
        waiting = []
    }

    private var shutDown: LDAPError { LDAPError(.clientShutDown, step: .bind, operation: "test a password") }

    private func takePlace(until deadline: ContinuousClock.Instant) async throws(LDAPError) {
        guard !isClosed else { throw shutDown }
        if inUse < size {
            inUse += 1
            return
        }
        let promise = Promise<Void>()
        waiting.append(promise)
        do throws(Promise<Void>.Failure) {
            // Whoever gives a place back leaves `inUse` as it is: the place passes on.
            try await promise.value(until: deadline)
        } catch {
            throw LDAPError(
                error.code, step: .bind, operation: "get a connection to test a password on",
                reason: error.code == .timedOut ? "all \(size) are busy" : nil)
        }
        if isClosed {
            givePlaceBack()
            throw shutDown
        }
    }

    private func givePlaceBack() {
        while !waiting.isEmpty {
            let next = waiting.removeFirst()
            if !next.isSettled { return next.fulfill(()) }
        }
        inUse -= 1
    }
}
