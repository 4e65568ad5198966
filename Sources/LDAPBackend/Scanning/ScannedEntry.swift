/// One entry that a scan of people came to.
public enum ScannedEntry: Sendable, Hashable {
    /// A person, and which of their values could not be used. One without a usable name comes as ``unusable(_:)`` too.
    case person(ScannedPerson, warnings: [AttributeWarning])
    /// An entry that is nobody's account.
    case unusable(UnusableEntry)
}

/// An entry among people that cannot become an account of its own. It is there all the same: whoever is linked to it is not absent.
public struct UnusableEntry: Sendable, Hashable {
    /// Its DN.
    public var dn: String
    /// Its unchanging id; `nil` if that cannot be read.
    public var id: String?
    /// What is wrong with it, and the remedy, in a sentence.
    public var reason: String

    /// An entry.
    public init(dn: String, id: String?, reason: String) {
        self.dn = dn
        self.id = id
        self.reason = reason
    }
}
