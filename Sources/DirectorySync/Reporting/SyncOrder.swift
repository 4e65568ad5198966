/// What a run is asked to do.
public enum SyncOrder: Sendable, Hashable {
    /// Compute a plan and apply it, if no guard holds it.
    case apply
    /// Compute a plan and keep it for approval, and change nothing else.
    case plan
    /// Apply the kept plan of this number, whatever the guards say, if it is still exactly what a plan made now would be.
    case approved(Int64)
}
