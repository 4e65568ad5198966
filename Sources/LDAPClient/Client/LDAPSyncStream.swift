/// The changes of a synchronization as they come (RFC 4533), on a connection of their own.
///
/// ```swift
/// let stream = try await client.changes(request)
/// var tracker = SyncPhaseTracker(sentCookie: request.cookie)
/// for try await change in stream {
///     tracker.note(change)
///     …
/// }
/// ```
///
/// A refresh counts only if ``SyncChange/refreshDone(_:)`` came: whatever else ends the stream, an error above all,
/// leaves a part of the picture that proves nothing. Reading stops while the loop is busy, so memory does not grow with
/// the directory. Iterate once. The connection is closed after the last change, when the task is cancelled, or when the
/// stream is let go.
public struct LDAPSyncStream: AsyncSequence, Sendable {
    /// A change.
    public typealias Element = SyncChange
    /// What ends the stream early.
    public typealias Failure = LDAPError

    /// The session: which server it is, and, asked before the first change, who it is bound as
    /// (``LDAPConnection/whoAmI(deadline:)``).
    public let connection: LDAPConnection
    private let source: SyncSource

    @LDAPActor
    init(_ connection: LDAPConnection, _ request: SyncRequest) {
        self.connection = connection
        source = SyncSource(connection, request)
    }

    /// When the server was last heard in this synchronization; `nil` before its first message. For checks that the
    /// caller makes by itself instead of waiting for ``SyncChange/idle``.
    public var lastHeard: ContinuousClock.Instant? {
        get async { await source.lastHeard }
    }

    /// Ends the synchronization and closes the connection. Whoever waits for a change gets an error.
    public func cancel() async {
        await source.close()
    }

    /// Starts reading.
    public func makeAsyncIterator() -> Iterator {
        Iterator(source: source)
    }

    /// Reads the stream.
    public struct Iterator: AsyncIteratorProtocol {
        let source: SyncSource
        private var batch: ArraySlice<SyncChange> = []

        init(source: SyncSource) {
            self.source = source
        }

        /// The next change, `nil` after the last.
        public mutating func next() async throws(LDAPError) -> SyncChange? {
            try await next(isolation: nil)
        }

        /// The next change, `nil` after the last.
        public mutating func next(
            isolation actor: isolated (any Actor)?
        ) async throws(LDAPError) -> SyncChange? {
            while batch.isEmpty {
                guard let next = try await source.next() else { return nil }
                batch = next[...]
            }
            return batch.removeFirst()
        }

        /// All changes that have come, waiting for the first; `nil` after the last. For consumers that store many at
        /// once: during the persist stage these are few, and no later one is waited for.
        public mutating func nextBatch() async throws(LDAPError) -> [SyncChange]? {
            guard let first = try await next() else { return nil }
            defer { batch = [] }
            return [first] + batch
        }
    }
}

/// The one reader behind a stream and its copies.
@LDAPActor
final class SyncSource {
    private let connection: LDAPConnection
    private let request: SyncRequest
    private let operation: PendingOperation
    private var interpreter: SyncInterpreter
    private var isStarted = false
    private var isEnded = false
    private(set) var lastHeard: ContinuousClock.Instant?

    init(_ connection: LDAPConnection, _ request: SyncRequest) {
        self.connection = connection
        self.request = request
        operation = PendingOperation(.sync(request.search), step: .search, isStreaming: true, deadline: nil)
        interpreter = SyncInterpreter(request, operation: operation.description(at: connection.url))
    }

    isolated deinit {
        connection.close()
    }

    /// The next changes, `nil` after the last.
    func next() async throws(LDAPError) -> [SyncChange]? {
        if isEnded { return nil }
        do throws(LDAPError) {
            switch try await reply() {
            case .messages(let messages) where messages.isEmpty:
                return [.idle]
            case .messages(let messages):
                lastHeard = .now
                var changes: [SyncChange] = []
                for message in messages { changes += try interpreter.changes(of: message) }
                return changes
            case .search(let outcome):
                close()
                return try interpreter.end(outcome.result)
            case .bind, .simple, .entries:
                preconditionFailure("a synchronization has no answer to another request")
            }
        } catch {
            close()
            throw error
        }
    }

    private func reply() async throws(LDAPError) -> PendingOperation.Reply {
        let limit = interpreter.isPersisting ? request.idleInterval : request.progressLimit
        operation.isPatient = interpreter.isPersisting
        let deadline = limit.map { ContinuousClock.now.advanced(by: $0) }
        if isStarted { return try await connection.next(of: operation, until: deadline) }
        isStarted = true
        operation.deadline = deadline
        return try await connection.perform(operation)
    }

    func close() {
        isEnded = true
        connection.close()
    }
}
