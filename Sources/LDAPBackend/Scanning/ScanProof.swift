/// Whether a scan came to everything there is. Only then does what it did not come to count as gone.
public struct ScanProof: Sendable, Hashable {
    /// Whether nothing is missing: all parts came, none was referred to another server, and no list of values was cut.
    public var isComplete: Bool { shortfall == nil }
    /// What may be missing, in words; `nil` if nothing is.
    public var shortfall: String?
    /// How many entries came, unusable ones included.
    public var entries: Int

    /// A proof.
    public init(shortfall: String?, entries: Int) {
        self.shortfall = shortfall
        self.entries = entries
    }
}
