/// The entries of a search as they come, on a connection of their own.
///
/// ```swift
/// let stream = try await client.entries(request)
/// for try await entry in stream { … }
/// guard await stream.completeness == .complete else { … }
/// ```
///
/// Reading stops while the loop is busy, so memory does not grow with the directory. Iterate once. The connection is
/// closed after the last entry, or when the stream is let go.
public struct LDAPEntryStream: AsyncSequence, Sendable {
    /// An entry.
    public typealias Element = LDAPEntry
    /// What ends the stream early.
    public typealias Failure = LDAPError

    private let source: EntrySource

    init(_ connection: LDAPConnection, _ request: SearchRequest, deadline: ContinuousClock.Instant?) {
        source = EntrySource(connection, request, deadline: deadline)
    }

    /// Whether all entries came. `nil` until the loop has ended by itself: a stream that failed or was left early
    /// proves nothing.
    public var completeness: SearchCompleteness? {
        get async { await source.result?.completeness }
    }

    /// Everything but the entries, once the loop has ended by itself.
    public var result: SearchResult? {
        get async { await source.result }
    }

    /// Closes the connection without reading further.
    public func cancel() async {
        await source.close()
    }

    /// Starts reading.
    public func makeAsyncIterator() -> Iterator {
        Iterator(source: source)
    }

    /// Reads the stream.
    public struct Iterator: AsyncIteratorProtocol {
        let source: EntrySource
        private var batch: ArraySlice<LDAPEntry> = []

        init(source: EntrySource) {
            self.source = source
        }

        /// The next entry, `nil` after the last.
        public mutating func next() async throws(LDAPError) -> LDAPEntry? {
            try await next(isolation: nil)
        }

        /// The next entry, `nil` after the last.
        public mutating func next(
            isolation actor: isolated (any Actor)?
        ) async throws(LDAPError) -> LDAPEntry? {
            while batch.isEmpty {
                guard let next = try await source.next() else { return nil }
                batch = next[...]
            }
            return batch.removeFirst()
        }
    }
}

/// The one reader behind a stream and its copies.
@LDAPActor
final class EntrySource {
    private let connection: LDAPConnection
    private var reader: SearchReader
    private(set) var result: SearchResult?

    nonisolated init(_ connection: LDAPConnection, _ request: SearchRequest, deadline: ContinuousClock.Instant?) {
        self.connection = connection
        reader = SearchReader(connection, request, deadline: deadline)
    }

    isolated deinit {
        connection.close()
    }

    func next() async throws(LDAPError) -> [LDAPEntry]? {
        // A mutating call must not keep the property borrowed while it waits.
        var reader = reader
        do throws(LDAPError) {
            let batch = try await reader.next()
            self.reader = reader
            if batch == nil {
                result = reader.result([])
                connection.close()
            }
            return batch
        } catch {
            connection.close()
            throw error
        }
    }

    func close() {
        connection.close()
    }
}
