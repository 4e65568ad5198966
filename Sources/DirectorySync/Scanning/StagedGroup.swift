/// A group as a scan saw it, without its members.
struct StagedGroup: Sendable {
    /// The unchanging id.
    var id: String
    /// Its DN.
    var dn: String?
    /// Its name.
    var name: String
}
