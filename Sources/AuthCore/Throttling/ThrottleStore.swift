public import Foundation

/// Keeps what throttling must not forget when the process ends.
///
/// A store throws ``AuthenticationOutage`` with ``OutageReason/databaseUnavailable`` when it cannot answer. `ThrottleConformance` checks a
/// store.
public protocol ThrottleStore: Sendable {
    /// The budgets that are not whole, the most used up first.
    /// - Parameters:
    ///   - now: The present time, in microseconds since 1970.
    ///   - limit: How many at the most.
    func throttleBudgets(notWholeAt now: Int64, limit: Int) async throws -> [ThrottleBudget]

    /// When people last came in from those of some devices that are known. One read, whatever the answer; it runs for each attempt.
    func knownDevices(among keys: [ThrottleKey]) async throws -> [ThrottleKey: Date]

    /// Writes a batch, in one transaction: adds what failures have cost, and notes devices.
    ///
    /// A budget that is known here is whole at the later of the known time and ``ThrottleCost/since``, plus the cost: so several processes add
    /// up.
    /// - Parameter maximum: How many devices are kept of a person, those last seen.
    /// - Returns: When the budgets of the batch are whole now.
    func recordThrottling(_ batch: ThrottleBatch, keepingDevices maximum: Int) async throws -> [ThrottleBudget]

    /// Removes what means nothing any more: budgets that are whole, and devices last seen then or before; and of the other budgets the least
    /// used up, where there are more than `maximum`.
    func trimThrottling(wholeAt now: Int64, devicesSeenBefore: Date, maximum: Int) async throws
}

/// A budget as a store keeps it.
public struct ThrottleBudget: Sendable, Hashable {
    /// Whose.
    public var key: ThrottleKey
    /// For whom it is counted.
    public var kind: ThrottleKind
    /// When it is whole again, in microseconds since 1970.
    public var wholeAt: Int64

    /// A budget.
    public init(key: ThrottleKey, kind: ThrottleKind, wholeAt: Int64) {
        self.key = key
        self.kind = kind
        self.wholeAt = wholeAt
    }
}

/// What failures have cost a budget.
public struct ThrottleCost: Sendable, Hashable {
    /// Whose.
    public var key: ThrottleKey
    /// For whom it is counted.
    public var kind: ThrottleKind
    /// When the first of the failures was, in microseconds since 1970.
    public var since: Int64
    /// By how many microseconds later the budget is whole.
    public var cost: Int64

    /// A cost.
    public init(key: ThrottleKey, kind: ThrottleKind, since: Int64, cost: Int64) {
        self.key = key
        self.kind = kind
        self.since = since
        self.cost = cost
    }
}

/// A device or address that somebody came in from by a name.
public struct KnownDevice: Sendable, Hashable {
    /// The name and the device.
    public var key: ThrottleKey
    /// The name.
    public var person: ThrottleKey
    /// When.
    public var seen: Date

    /// A device.
    public init(key: ThrottleKey, person: ThrottleKey, seen: Date) {
        self.key = key
        self.person = person
        self.seen = seen
    }
}

/// What is written together.
public struct ThrottleBatch: Sendable, Hashable {
    /// What failures have cost.
    public var costs: [ThrottleCost]
    /// From where people came in.
    public var devices: [KnownDevice]

    /// A batch.
    public init(costs: [ThrottleCost] = [], devices: [KnownDevice] = []) {
        self.costs = costs
        self.devices = devices
    }

    /// Whether there is nothing to write.
    public var isEmpty: Bool { costs.isEmpty && devices.isEmpty }
}
