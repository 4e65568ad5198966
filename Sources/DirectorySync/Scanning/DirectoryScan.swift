import AuthCore
import LDAPBackend
import SQLiteStore

/// Reads the whole directory into the staging tables.
struct DirectoryScan: Sendable {
    let directory: LDAPBackend
    let database: SyncDatabase
    let progress: @Sendable (SyncProgress) -> Void

    /// What a scan came to.
    struct Outcome: Sendable {
        /// Why something may be missing, in sentences; empty if the scan is provably complete.
        var shortfalls: [String] = []
        /// Whether the groups are provably all.
        var groupsAreComplete = true
        var unusable: [UnusableEntry] = []
        var warnings: [String] = []
        /// The groups, by their places.
        var groups: [Int64: StagedGroup] = [:]
        /// Which groups name which groups.
        var edges: [(group: Int64, member: Int64)] = []
        /// Which groups name which people.
        var memberships = MembershipIndex()
        var summary = StagingSummary()
    }

    /// How many people are written at once.
    private static let batchSize = 500
    /// The most warnings and unusable entries that are kept in words.
    private static let maximumWords = 1000

    /// Reads groups and people.
    /// - Throws: `AuthenticationOutage` if either cannot be read.
    func run() async throws -> Outcome {
        let expected = try database.read { try $0.lastPeopleCount() }
        progress(SyncProgress(phase: .reading, done: 0, expected: expected))
        // People first: whoever is under the same DN after the groups were read was so while they were read.
        let people = try await readPeople(expected)
        var outcome = try await readSteadyGroups()
        outcome.shortfalls += people.shortfalls
        outcome.warnings += people.warnings
        outcome.unusable = people.unusable
        outcome.summary = try database.summary()
        outcome.memberships.settle(try database.read { try $0.keys() })
        return outcome
    }

    /// Groups name each other by DN, so one that is moved while they are read may be taken for another. Then they are read again.
    private func readSteadyGroups() async throws -> Outcome {
        var attempts = 3
        while true {
            attempts -= 1
            var before: [String: String] = [:]
            try await directory.scanGroupKeys { before[$0] = $1 }
            var outcome = try await readGroups()
            let isSteady = outcome.groups.values.allSatisfy { before[$0.id].map { [key = $0.key] in $0 == key } ?? true }
            if isSteady { return outcome }
            if attempts == 0 {
                outcome.groupsAreComplete = false
                outcome.shortfalls.append("Groups of '\(directory.name)' were moved again and again while they were read.")
                return outcome
            }
        }
    }

    private func readGroups() async throws -> Outcome {
        var outcome = Outcome()
        var warnings: [String] = []
        var places: [String: Int64] = [:]
        var groups: [Int64: StagedGroup] = [:]
        var memberships = MembershipIndex()
        let proof = try await directory.scanGroups { group in
            warnings += group.warnings
            // One that was moved while the scan went on may be seen twice.
            let place = places[group.link.id] ?? Int64(places.count + 1)
            places[group.link.id] = place
            groups[place] = StagedGroup(id: group.link.id, key: group.key, dn: group.link.dn, name: group.name)
            memberships.add(place, key: group.key, members: group.members)
        }
        outcome.groups = groups
        outcome.edges = memberships.edges
        outcome.memberships = memberships
        outcome.warnings += warnings.prefix(Self.maximumWords)
        if let shortfall = proof.shortfall {
            outcome.groupsAreComplete = false
            outcome.shortfalls.append("The groups of '\(directory.name)' could not all be read: \(shortfall).")
        }
        return outcome
    }

    private func readPeople(_ expected: Int?) async throws -> Outcome {
        var batch: [StagedPerson] = []
        var found = Outcome()
        var nameless = 0
        var count = 0
        let proof = try await directory.scanPeople { entry in
            switch entry {
            case .person(let person, let warnings):
                if found.warnings.count < Self.maximumWords { found.warnings += warnings }
                batch.append(
                    StagedPerson(
                        id: person.link.id, key: person.key, username: person.username, payload: person.encoded))
            case .unusable(let entry):
                if found.unusable.count < Self.maximumWords { found.unusable.append(entry) }
                if let id = entry.id { try database.stage(unusableIDs: [id]) } else { nameless += 1 }
            }
            guard batch.count == Self.batchSize else { return }
            try database.stage(people: batch)
            count += batch.count
            batch.removeAll(keepingCapacity: true)
            progress(SyncProgress(phase: .reading, done: count, expected: expected))
        }
        try database.stage(people: batch)
        var outcome = found
        if let shortfall = proof.shortfall {
            outcome.shortfalls.append("The people of '\(directory.name)' could not all be read: \(shortfall).")
        }
        if nameless > 0 {
            outcome.shortfalls.append(
                "\(nameless) entries show no \(directory.configuration.users.idAttribute), so nobody can tell who they are; "
                    + "give the service account the right to read it.")
        }
        return outcome
    }
}
