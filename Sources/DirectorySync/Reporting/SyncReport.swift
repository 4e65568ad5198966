public import AuthCore

/// What became of a run.
public struct SyncReport: Sendable, Hashable {
    /// Why a run did not do all it could have done.
    public enum Reason: String, Sendable, Hashable, CaseIterable {
        /// An answer of the directory was not provably complete. People and groups were added and updated; nothing was taken away.
        case incomplete
        /// People whom the scan had seen could not be read again. As ``incomplete``.
        case canaryMissing
        /// The scan found nobody, and there are accounts.
        case emptied
        /// Too many accounts would be deactivated.
        case deactivations
        /// Too many memberships would be taken away.
        case memberships
        /// Too many permissions would be taken away.
        case permissions
        /// Too many administrators would be lost.
        case administrators
        /// Too many people would lose values of fields or profile.
        case values
        /// A condition of a rule on an attribute held for people at the last run and holds for nobody now.
        case conditions
        /// A group that a rule names cannot be told. What hangs on it was left as it is; all else was done.
        case undecided
        /// The approved plan is not what a plan made now would be.
        case planOutdated
    }

    /// The number of the run; `nil` if it had nothing to write.
    public var run: Int64?
    /// The number of the plan that was kept or applied.
    public var plan: Int64?
    /// The source.
    public var source: String
    /// How the directory was read: `full`.
    public var mode = "full"
    /// Whether every answer of the directory was provably complete.
    public var isComplete = true
    /// Whether all rules could be decided.
    public var isDecided = true
    /// Whether guards hold the plan, or the approved one was refused: nothing was changed.
    public var isHeld = false
    /// Whether the plan was applied, as far as ``isComplete`` allowed.
    public var isApplied = false
    /// Why not all was done; the first reason of several.
    public var reason: Reason?
    /// What ``reason`` means here, and the remedy, in sentences.
    public var explanations: [String] = []
    /// What the plan comes to.
    public var counts = SyncCounts()
    /// How many people the scan saw.
    public var people = 0
    /// How many groups it saw.
    public var groups = 0
    /// Entries that could not be taken over, or not in full.
    public var quarantined: [QuarantinedEntry] = []
    /// What somebody should look at, each sentence once.
    public var warnings: [String] = []
    /// The plan's changes, in order; only where a plan was asked for, or was held.
    public var changes: [PlannedChange] = []
    /// How long the run took.
    public var duration: Duration = .zero

    init(source: String) {
        self.source = source
    }
}

/// An entry that could not be taken over, or not in full.
public struct QuarantinedEntry: Sendable, Hashable {
    /// The entry's DN, else its id.
    public var entry: String
    /// The username it would have; `nil` if it has none that can be read.
    public var username: String?
    /// Why, and the remedy.
    public var reason: String
}
