import AuthCore
import AuthTesting
import Testing

struct ThrottleConformanceTests {
    @Test func theInMemoryStoreKeepsWhatThrottlingCounts() async throws {
        try await ThrottleConformance { InMemoryAccountStore() }.run()
    }
}
