/// The time a whole chain has, and how it is shared: a directory that answers nothing must not use up the time of those after it.
public struct LoginDeadline: Sendable, Hashable {
    /// What directories leave to the local backend where it comes after them. (An account that it owns is its own with the whole time.)
    public static let localReserve: Duration = .seconds(1)

    /// The time for the whole chain. Default in configurations: 10 s.
    public var total: Duration

    /// A deadline.
    public init(_ total: Duration) {
        self.total = total
    }

    /// The share of the backend that is asked next.
    /// - Parameters:
    ///   - elapsed: The time used so far.
    ///   - others: How many directories may still have to be asked after this one.
    ///   - localFollows: Whether the local backend may still have to be asked.
    /// - Returns: An equal part of what is left, never negative.
    public func share(elapsed: Duration, others: Int, localFollows: Bool) -> Duration {
        var left = total - elapsed
        if localFollows { left -= min(Self.localReserve, total / 2) }
        return max(.zero, left / (others + 1))
    }
}
