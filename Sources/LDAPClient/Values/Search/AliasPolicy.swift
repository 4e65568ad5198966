/// Which alias entries a search follows (RFC 4511, 4.5.1.3).
public enum AliasPolicy: Sendable, Hashable, CaseIterable {
    /// None: an alias is an entry like any other.
    case never
    /// Those below the base, in place of which the entries that they name are searched.
    case inSearching
    /// One that is the base.
    case findingBase
    /// All.
    case always
}
