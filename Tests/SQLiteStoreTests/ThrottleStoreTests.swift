import AuthCore
import Foundation
import SQLiteStore
import Synchronization
import TestSupport
import Testing

/// What is particular to throttling over a file.
struct ThrottleStoreTests {
    private let noon = Date(timeIntervalSince1970: 1_800_000_000)

    /// A directory that refuses every password, and counts them.
    private final class Guarded: AuthenticationBackend {
        let name = "corp"
        private let seen = Atomic(0)
        var passwords: Int { seen.load(ordering: .relaxed) }
        func lookUp(_ request: AuthenticationRequest) async throws -> Lookup { .known(0) }
        func authenticate(_ request: AuthenticationRequest) async throws -> AuthenticationVerdict {
            seen.add(1, ordering: .relaxed)
            return .rejected(.wrongPassword)
        }
    }

    private func chain(
        _ backend: Guarded, _ store: SQLiteAccountStore, at time: Date
    ) -> (Authenticator, Throttle) {
        let throttle = Throttle(store: store, now: { time })
        return (Authenticator(backends: [backend], store: store, throttle: throttle, now: { time }), throttle)
    }

    @Test func aRestartForgetsNoFailure() async throws {
        try await withDatabaseFile { file in
            let corp = Guarded()
            for restart in 0..<5 {
                let (chain, throttle) = chain(corp, try file.open(), at: noon + Double(restart))
                for number in 0..<20 {
                    let context = AuthenticationContext(clientAddress: "192.0.2.\(number)")
                    _ = await chain.authenticate(
                        PasswordCredentials(username: "ann", password: "guess"), context: context)
                }
                try await throttle.flush()
            }
            #expect(corp.passwords == 10)
            let (later, _) = chain(corp, try file.open(), at: noon + 120)
            _ = await later.authenticate(PasswordCredentials(username: "ann", password: "guess"))
            #expect(corp.passwords == 11)
        }
    }

    @Test func aStormIsOneTransactionForEachInterval() async throws {
        try await withDatabaseFile { file in
            let (chain, throttle) = chain(Guarded(), try file.open(), at: noon)
            let version = try file.version()
            for number in 0..<300 {
                let context = AuthenticationContext(clientAddress: "192.0.2.\(number % 3)")
                _ = await chain.authenticate(
                    PasswordCredentials(username: "user\(number % 30)", password: "guess"), context: context)
            }
            #expect(try file.version() == version)
            try await throttle.flush()
            // Thirty names and three addresses, whatever the number of attempts.
            #expect(try file.count("SELECT count(*) FROM bridge_throttle") == 33)
            let written = try file.version()
            #expect(written != version)
            try await throttle.flush()
            try await throttle.trim()
            #expect(try file.version() == written)
        }
    }

    @Test func theTableStaysSmall() async throws {
        try await withDatabaseFile { file in
            let store = try file.open()
            let costs = (0..<3000).compactMap { number -> ThrottleCost? in
                let bytes = (0..<16).map { UInt8(truncatingIfNeeded: number >> ($0 * 8)) }
                return ThrottleKey(bytes: bytes).map {
                    ThrottleCost(key: $0, kind: .strangers, since: 0, cost: Int64(number))
                }
            }
            _ = try await store.recordThrottling(ThrottleBatch(costs: costs), keepingDevices: 16)
            try await store.trimThrottling(wholeAt: 1000, devicesSeenBefore: noon, maximum: 500)
            #expect(try file.count("SELECT count(*) FROM bridge_throttle") == 500)
            #expect(try file.count("SELECT min(whole_at) FROM bridge_throttle") == 2500)
        }
    }

    @Test func aRowThatCannotBeReadIsLeftOut() async throws {
        try await withDatabaseFile { file in
            let store = try file.open()
            try file.execute(
                "INSERT INTO bridge_throttle VALUES (x'00', 1, 5), (zeroblob(16), 99, 5), (randomblob(16), 1, 5)")
            #expect(try await store.throttleBudgets(notWholeAt: 0, limit: 10).count == 1)
        }
    }
}
