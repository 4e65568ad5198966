/// What failed, by kind.
struct FailureTally: Sendable {
    /// The most kinds that are told apart; a measurement that fails does so in few ways.
    private static let maximumKinds = 5

    /// How many operations failed.
    private(set) var count: UInt64 = 0
    private var kinds: [String: UInt64] = [:]

    /// Adds a failed operation.
    mutating func add(_ kind: String) {
        add(kind, 1)
    }

    /// Adds everything that another one holds.
    mutating func add(_ other: FailureTally) {
        for (kind, count) in other.kinds { add(kind, count) }
        count += other.count - other.kinds.values.reduce(0, +)
    }

    private mutating func add(_ kind: String, _ number: UInt64) {
        count += number
        if kinds[kind] != nil || kinds.count < Self.maximumKinds { kinds[kind, default: 0] += number }
    }

    /// A line for each kind, the most frequent first.
    var lines: [String] {
        kinds.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map { "\($0.value) times: \($0.key)" }
    }
}

/// Ends the command after a measurement in which operations failed. They have been told.
struct MeasuredFailures: Error {}

/// One operation that did not come out as it must.
struct OperationFailure: Error, CustomStringConvertible {
    /// In which way. Names and addresses are left out, so that the same failure of two people is one kind.
    let kind: String

    init(_ kind: String) {
        self.kind = kind
    }

    var description: String { kind }
}
