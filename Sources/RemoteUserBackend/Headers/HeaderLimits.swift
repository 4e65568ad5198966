/// How much a trusted proxy may say. What is more is refused and never cut: a list of groups that was cut would take memberships away.
public struct HeaderLimits: Sendable, Hashable {
    /// The most bytes of the user's name, the full name and the e-mail address, each. Default: 1,024.
    public var valueBytes: Int
    /// The most bytes of the list of groups. Default: 32 KiB.
    public var groupBytes: Int
    /// The most groups. Default: 1,000.
    public var groups: Int

    /// Limits.
    public init(valueBytes: Int = 1024, groupBytes: Int = 32 * 1024, groups: Int = 1000) {
        self.valueBytes = valueBytes
        self.groupBytes = groupBytes
        self.groups = groups
    }
}
