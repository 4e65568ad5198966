/// A group as a scan saw it, without its members.
struct StagedGroup: Sendable {
    /// The unchanging id.
    var id: String
    /// The canonical key of its DN.
    var key: String
    /// Its DN.
    var dn: String?
    /// Its name.
    var name: String
    /// The name that its mirror is to have.
    var localName: String
}
