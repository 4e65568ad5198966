import AuthCore
import AuthTesting
import Testing

struct SessionConformanceTests {
    @Test func theInMemoryStoreKeepsSessions() async throws {
        try await SessionConformance { InMemoryAccountStore() }.run(histories: 300)
    }
}
