/// How far a run has come: for a progress bar.
public struct SyncProgress: Sendable, Hashable {
    /// What a run does, in this order.
    public enum Phase: String, Sendable, Hashable {
        /// Reads the directory.
        case reading
        /// Compares people with their accounts.
        case comparing
        /// Writes what is different.
        case applying
    }

    /// What it does now.
    public var phase: Phase
    /// How many people are done with.
    public var done: Int
    /// How many there will be; while reading, as many as the last complete run saw, or `nil` where there was none.
    public var expected: Int?
}
