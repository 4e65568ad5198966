import AuthTesting
import SQLiteStore
import Synchronization
import TestSupport
import Testing

struct StoreConformanceTests {
    @Test func theSQLiteStoreConforms() async throws {
        try await withTemporaryFolder { folder in
            let count = Atomic(0)
            try await StoreConformance {
                let number = count.add(1, ordering: .relaxed).newValue
                return try SQLiteAccountStore(path: "\(folder)/\(number).db")
            }.run()
        }
    }
}
