/// A rule of a protocol that an implementation breaks.
public struct ConformanceFailure: Error, Sendable, Hashable, CustomStringConvertible {
    /// The rule, as a sentence.
    public let rule: String
    /// What was found instead.
    public let found: String

    /// A broken rule.
    public init(_ rule: String, found: String) {
        self.rule = rule
        self.found = found
    }

    public var description: String { "Violated: \(rule) Found: \(found)" }
}

/// Requires two values to be equal.
func require<Value: Equatable>(_ rule: String, _ found: Value, is expected: Value) throws {
    guard found != expected else { return }
    throw ConformanceFailure(rule, found: "\(found), not \(expected)")
}

/// Requires a condition.
func require(_ rule: String, _ condition: Bool, found: @autoclosure () -> String = "the contrary") throws {
    guard !condition else { return }
    throw ConformanceFailure(rule, found: found())
}

/// Requires a value.
func require<Value>(_ rule: String, some value: Value?) throws -> Value {
    guard let value else { throw ConformanceFailure(rule, found: "nothing") }
    return value
}
