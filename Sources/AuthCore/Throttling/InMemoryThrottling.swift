public import Foundation
import Synchronization

/// The throttling tables of an ``InMemoryAccountStore``.
struct InMemoryThrottling {
    var budgets: [ThrottleKey: ThrottleBudget] = [:]
    var devices: [ThrottleKey: KnownDevice] = [:]

    mutating func add(_ cost: ThrottleCost) -> ThrottleBudget {
        let base = max(budgets[cost.key]?.wholeAt ?? cost.since, cost.since)
        let budget = ThrottleBudget(key: cost.key, kind: cost.kind, wholeAt: base + cost.cost)
        budgets[cost.key] = budget
        return budget
    }

    mutating func note(_ device: KnownDevice, keeping maximum: Int) {
        devices[device.key] = device
        let own = devices.values.filter { $0.person == device.person }.sorted { $0.seen > $1.seen }
        for former in own.dropFirst(maximum) { devices[former.key] = nil }
    }

    mutating func trim(wholeAt now: Int64, devicesSeenBefore: Date, maximum: Int) {
        budgets = budgets.filter { $0.value.wholeAt > now }
        devices = devices.filter { $0.value.seen > devicesSeenBefore }
        let least = budgets.values.sorted { $0.wholeAt < $1.wholeAt }
        for budget in least.prefix(max(0, budgets.count - maximum)) { budgets[budget.key] = nil }
    }
}

extension InMemoryAccountStore: ThrottleStore {
    public func throttleBudgets(notWholeAt now: Int64, limit: Int) async throws -> [ThrottleBudget] {
        rows.withLock { rows in
            let used = rows.throttling.budgets.values.filter { $0.wholeAt > now }
            return Array(used.sorted { $0.wholeAt > $1.wholeAt }.prefix(limit))
        }
    }

    public func knownDevices(among keys: [ThrottleKey]) async throws -> [ThrottleKey: Date] {
        rows.withLock { rows in
            let found = keys.compactMap { key in rows.throttling.devices[key].map { (key, $0.seen) } }
            return Dictionary(found) { first, _ in first }
        }
    }

    public func recordThrottling(_ batch: ThrottleBatch, keepingDevices maximum: Int) async throws -> [ThrottleBudget] {
        rows.withLock { rows in
            for device in batch.devices { rows.throttling.note(device, keeping: maximum) }
            return batch.costs.map { rows.throttling.add($0) }
        }
    }

    public func trimThrottling(wholeAt now: Int64, devicesSeenBefore: Date, maximum: Int) async throws {
        rows.withLock {
            $0.throttling.trim(wholeAt: now, devicesSeenBefore: devicesSeenBefore, maximum: maximum)
        }
    }
}
