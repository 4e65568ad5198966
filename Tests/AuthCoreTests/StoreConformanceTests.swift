import AuthCore
import AuthTesting
import Testing

struct StoreConformanceTests {
    @Test func theInMemoryStoreConforms() async throws {
        try await StoreConformance { InMemoryAccountStore() }.run()
    }
}
