import AuthCore
import Foundation
import Synchronization

/// A store that counts what throttling asks of it, and can be down.
final class CountingThrottleStore: ThrottleStore {
    struct Counts: Equatable {
        var lookups = 0
        var writes = 0
        var rows = 0
    }

    let accounts = InMemoryAccountStore()
    private let counted = Mutex(Counts())
    private let down = Mutex(false)

    var counts: Counts { counted.withLock { $0 } }
    var isDown: Bool {
        get { down.withLock { $0 } }
        set { down.withLock { $0 = newValue } }
    }

    private func requireUp() throws {
        if isDown { throw AuthenticationOutage(.databaseUnavailable, "The database is away.") }
    }

    func throttleBudgets(notWholeAt now: Int64, limit: Int) async throws -> [ThrottleBudget] {
        try requireUp()
        return try await accounts.throttleBudgets(notWholeAt: now, limit: limit)
    }

    func knownDevices(among keys: [ThrottleKey]) async throws -> [ThrottleKey: Date] {
        try requireUp()
        counted.withLock { $0.lookups += 1 }
        return try await accounts.knownDevices(among: keys)
    }

    func recordThrottling(_ batch: ThrottleBatch, keepingDevices maximum: Int) async throws -> [ThrottleBudget] {
        try requireUp()
        counted.withLock {
            $0.writes += 1
            $0.rows += batch.costs.count + batch.devices.count
        }
        return try await accounts.recordThrottling(batch, keepingDevices: maximum)
    }

    func trimThrottling(wholeAt now: Int64, devicesSeenBefore: Date, maximum: Int) async throws {
        try requireUp()
        try await accounts.trimThrottling(wholeAt: now, devicesSeenBefore: devicesSeenBefore, maximum: maximum)
    }
}
