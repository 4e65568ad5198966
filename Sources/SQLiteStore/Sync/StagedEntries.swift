/// A person as a scan saw them, on the way into the staging tables.
package struct StagedPerson: Sendable {
    /// The unchanging id.
    package var id: String
    /// The canonical key of the entry's DN, by which groups name it.
    package var key: String
    /// The username, by which two people who want the same one are found.
    package var username: String
    /// Everything else, in a form that only the scan's side reads.
    package var payload: [UInt8]

    package init(id: String, key: String, username: String, payload: [UInt8]) {
        self.id = id
        self.key = key
        self.username = username
        self.payload = payload
    }
}

/// What the staging tables hold after a scan.
package struct StagingSummary: Sendable {
    /// How many people.
    package var people: Int
    /// Folded usernames that more than one of the people have.
    package var sharedNames: Set<String>

    package init(people: Int = 0, sharedNames: Set<String> = []) {
        self.people = people
        self.sharedNames = sharedNames
    }
}
