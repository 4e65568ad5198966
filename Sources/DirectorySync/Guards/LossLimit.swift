/// How much of something a run may take away before somebody must approve it.
public struct LossLimit: Sendable, Hashable {
    /// So many may always be lost.
    public var minimum: Int
    /// More than so many never, unless ``minimum`` is higher.
    public var count: Int
    /// More than so many of a hundred never, unless ``minimum`` allows it.
    public var percent: Int

    /// A limit.
    public init(minimum: Int, count: Int, percent: Int) {
        self.minimum = minimum
        self.count = count
        self.percent = percent
    }

    /// The most that may be lost of `total`: the higher of ``minimum`` and the lower of ``count`` and ``percent`` (rounded down).
    public func allowance(of total: Int) -> Int {
        max(minimum, min(count, Int((Double(total) * Double(percent) / 100).rounded(.down))))
    }
}

/// The limits of a source.
public struct LossLimits: Sendable, Hashable {
    /// Accounts that are deactivated, of the active ones. Default: 5, else at most 50 and 5 %.
    public var deactivations = LossLimit(minimum: 5, count: 50, percent: 5)
    /// Memberships that people who stay lose, of those the source gave. Default: 50, else at most 1,000 and 5 %.
    public var memberships = LossLimit(minimum: 50, count: 1000, percent: 5)
    /// Permissions that people who stay lose, of those the source's rules gave. Default: 50, else at most 500 and 5 %.
    public var permissions = LossLimit(minimum: 50, count: 500, percent: 5)
    /// Staff and superusers who are no longer, deactivated ones included, of the active ones. Default: 1, else at most 5 and 20 %.
    public var administrators = LossLimit(minimum: 1, count: 5, percent: 20)
    /// People who lose values of fields or of the profile, of the active ones: an attribute that can no longer be read looks like one that was
    /// removed. Default: 20, else at most 500 and 5 %.
    public var values = LossLimit(minimum: 20, count: 500, percent: 5)

    /// The default limits.
    public init() {}
}
