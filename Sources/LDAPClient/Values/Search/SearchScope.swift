/// How deep a search looks (RFC 4511, 4.5.1.2).
public enum SearchScope: Sendable, Hashable {
    /// The base entry only.
    case base
    /// The entries directly below the base.
    case oneLevel
    /// The base and everything below it.
    case subtree
}
