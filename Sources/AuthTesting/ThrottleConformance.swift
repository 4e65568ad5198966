public import AuthCore
import Foundation

/// The rules every ``AuthCore/ThrottleStore`` follows, as a suite that any test framework can run.
public struct ThrottleConformance: Sendable {
    private let makeStore: @Sendable () async throws -> any ThrottleStore

    /// A suite.
    /// - Parameter makeStore: Makes a fresh, empty store. Called once for each check.
    public init(_ makeStore: @escaping @Sendable () async throws -> any ThrottleStore) {
        self.makeStore = makeStore
    }

    /// Runs all checks, one after the other.
    /// - Throws: ``ConformanceFailure`` for the first rule that is broken; what the store throws where it should not.
    public func run() async throws {
        for check in Self.checks { try await check(makeStore()) }
    }

    private typealias Check = @Sendable (any ThrottleStore) async throws -> Void

    private static let checks: [Check] = [costsAddUp, theMostUsedUpComeFirst, devicesAreKnown, whatIsOverIsRemoved]

    private static let minute: Int64 = 60_000_000
    private static let noon: Int64 = 1_800_000_000_000_000
    private static let date = Date(timeIntervalSince1970: 1_800_000_000)

    private static func key(_ number: UInt8) throws -> ThrottleKey {
        try require(
            "Sixteen bytes are a key.", some: ThrottleKey(bytes: Array(repeating: number, count: 16)))
    }

    private static func add(
        _ cost: Int64, to number: UInt8, since: Int64 = noon, _ store: any ThrottleStore
    ) async throws -> Int64? {
        let cost = ThrottleCost(key: try key(number), kind: .strangers, since: since, cost: cost)
        let whole = try await store.recordThrottling(ThrottleBatch(costs: [cost]), keepingDevices: 3)
        try require("A batch's budgets are answered.", whole.map(\.key), is: [cost.key])
        return whole.first?.wholeAt
    }

    @Sendable private static func costsAddUp(_ store: any ThrottleStore) async throws {
        try require("The first failure.", try await add(minute, to: 1, store), is: noon + minute)
        try require("The second, of another process.", try await add(minute, to: 1, store), is: noon + 2 * minute)
        let late = noon + 10 * minute
        try require("One long after.", try await add(minute, to: 1, since: late, store), is: late + minute)
        let empty = try await store.recordThrottling(ThrottleBatch(), keepingDevices: 3)
        try require("Nothing is nothing.", empty, is: [])
    }

    @Sendable private static func theMostUsedUpComeFirst(_ store: any ThrottleStore) async throws {
        for number in 1...4 as ClosedRange<UInt8> { _ = try await add(Int64(number) * minute, to: number, store) }
        let found = try await store.throttleBudgets(notWholeAt: noon + minute, limit: 2)
        try require("Those most used up come first.", found.map(\.key), is: [try key(4), try key(3)])
        try require("With what they are for.", Set(found.map(\.kind)), is: [.strangers])
        try require("And when they are whole.", found.map(\.wholeAt), is: [noon + 4 * minute, noon + 3 * minute])
        let all = try await store.throttleBudgets(notWholeAt: noon + minute, limit: 100)
        try require("What is whole is left out.", all.count, is: 3)
    }

    @Sendable private static func devicesAreKnown(_ store: any ThrottleStore) async throws {
        func note(_ device: UInt8, of person: UInt8, _ seconds: TimeInterval) async throws {
            let device = KnownDevice(key: try key(device), person: try key(person), seen: date + seconds)
            _ = try await store.recordThrottling(ThrottleBatch(devices: [device]), keepingDevices: 3)
        }
        func known(_ devices: UInt8...) async throws -> [ThrottleKey: Date] {
            try await store.knownDevices(among: try devices.map(key))
        }
        try require("Nothing is known at first.", try await known(1, 2), is: [:])
        for (device, seconds) in [(1, 1), (2, 2), (3, 3), (1, 4)] as [(UInt8, TimeInterval)] {
            try await note(device, of: 101, seconds)
        }
        try await note(9, of: 102, 0)
        try require("What was seen is known.", try await known(1, 2), is: [try key(1): date + 4, try key(2): date + 2])
        try await note(4, of: 101, 5)
        try require(
            "Those last seen are kept.", Set(try await known(1, 2, 3, 4).keys),
            is: [try key(1), try key(3), try key(4)])
        try require("Other people's are left alone.", try await known(9), is: [try key(9): date])
        try require("No question, no answer.", try await known(), is: [:])
    }

    @Sendable private static func whatIsOverIsRemoved(_ store: any ThrottleStore) async throws {
        for number in 1...5 as ClosedRange<UInt8> { _ = try await add(Int64(number) * minute, to: number, store) }
        for (device, seconds) in [(1, 0), (2, 1)] as [(UInt8, TimeInterval)] {
            let device = KnownDevice(key: try key(device), person: try key(101), seen: date + seconds)
            _ = try await store.recordThrottling(ThrottleBatch(devices: [device]), keepingDevices: 3)
        }
        try await store.trimThrottling(wholeAt: noon + minute, devicesSeenBefore: date, maximum: 3)
        let left = try await store.throttleBudgets(notWholeAt: 0, limit: 100)
        try require("The most used up are left.", left.map(\.key), is: [try key(5), try key(4), try key(3)])
        let devices = try await store.knownDevices(among: [try key(1), try key(2)])
        try require("Devices not seen for long are forgotten.", devices, is: [try key(2): date + 1])
    }
}
