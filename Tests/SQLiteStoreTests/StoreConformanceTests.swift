import AuthTesting
import SQLiteStore
import Synchronization
import TestSupport
import Testing

struct StoreConformanceTests {
    @Test func theSQLiteStoreConforms() async throws {
        try await withStores { makeStore in try await StoreConformance { try makeStore() }.run() }
    }

    @Test func theSQLiteStoreKeepsSessions() async throws {
        try await withStores { makeStore in try await SessionConformance { try makeStore() }.run(histories: 20) }
    }

    @Test func theSQLiteStoreKeepsWhatThrottlingCounts() async throws {
        try await withStores { makeStore in try await ThrottleConformance { try makeStore() }.run() }
    }

    /// Runs a test with a function that makes a fresh store each time.
    private func withStores(
        _ body: (@escaping @Sendable () throws -> SQLiteAccountStore) async throws -> Void
    ) async throws {
        try await withTemporaryFolder { folder in
            let numbers = Numbers()
            try await body { try SQLiteAccountStore(path: "\(folder)/\(numbers.next()).db") }
        }
    }

    private final class Numbers: Sendable {
        private let last = Atomic(0)
        func next() -> Int { last.add(1, ordering: .relaxed).newValue }
    }
}
