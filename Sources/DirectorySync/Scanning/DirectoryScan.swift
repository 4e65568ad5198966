import AuthCore
import LDAPBackend
import SQLiteStore

/// Reads the whole directory into the staging tables.
struct DirectoryScan: Sendable {
    let directory: LDAPBackend
    /// By what the directory's entries are told apart.
    let idAttribute: String
    let database: SyncDatabase
    let progress: @Sendable (SyncProgress) -> Void

    /// What a scan came to.
    struct Outcome: Sendable {
        /// Why something may be missing, in sentences; empty if the scan is provably complete.
        var shortfalls: [String] = []
        /// Whether the groups are provably all.
        var groupsAreComplete = true
        var unusable: [UnusableEntry] = []
        /// For how many people each attribute condition of a rule holds, by its place.
        var conditions: [Int: Int] = [:]
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
        outcome.conditions = people.conditions
        outcome.summary = try database.summary()
        outcome.memberships.settle(try database.read { try $0.keys() })
        try await askAboutDoubtful(&outcome)
        return outcome
    }

    /// Only the directory knows whether two spellings are one name to it. Where they are many, they are left in doubt.
    private func askAboutDoubtful(_ outcome: inout Outcome) async throws {
        let doubtful = outcome.memberships.doubtful.sorted()
        guard !doubtful.isEmpty, doubtful.count <= Self.maximumWords, outcome.groupsAreComplete else { return }
        let places = Dictionary(outcome.groups.map { ($0.value.id, $0.key) }) { first, _ in first }
        for pair in try database.read({ try $0.pairs(doubtful) }) {
            guard let id = ScannedPerson(encoded: pair.payload)?.link.id,
                let ids = try await directory.groupIDs(ofPersonWithID: id)
            else { continue }
            outcome.memberships.answer(pair.position, ids.compactMap { places[$0] }.sorted())
        }
    }

    /// Groups name each other by DN, so one that is moved while they are read may be taken for another. Then they are read again.
    private func readSteadyGroups() async throws -> Outcome {
        var attempts = 3
        while true {
            attempts -= 1
            let before = try await groupKeys()
            var outcome = try await readGroups()
            let after = try await groupKeys()
            let isSteady = outcome.groups.values.allSatisfy { group in
                [before, after].allSatisfy { ($0[group.id] ?? group.key) == group.key }
            }
            if isSteady { return outcome }
            if attempts == 0 {
                outcome.groupsAreComplete = false
                outcome.shortfalls.append(
                    "Groups of '\(directory.name)' were moved again and again while they were read.")
                return outcome
            }
        }
    }

    private func groupKeys() async throws -> [String: String] {
        var keys: [String: String] = [:]
        try await directory.scanGroupKeys { keys[$0] = $1 }
        return keys
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
            groups[place] = StagedGroup(
                id: group.link.id, key: group.key, dn: group.link.dn, name: group.name, localName: group.localName)
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
        var attributes = AttributeWarningTally()
        var nameless = 0
        var count = 0
        let proof = try await directory.scanPeople { entry in
            switch entry {
            case .person(let person, let warnings):
                attributes.add(warnings)
                for condition in person.heldConditions { found.conditions[condition, default: 0] += 1 }
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
        outcome.warnings += attributes.sentences
        for id in try database.setAsideDoubled() {
            let reason =
                "The id \(id) was seen at two entries. If it was not moved while people were read, give one of them an id of its own."
            outcome.unusable.append(UnusableEntry(dn: id, id: id, reason: reason))
        }
        if let shortfall = proof.shortfall {
            outcome.shortfalls.append("The people of '\(directory.name)' could not all be read: \(shortfall).")
        }
        if nameless > 0 {
            outcome.shortfalls.append(
                "Entries that show no \(idAttribute), so that nobody can tell who they are: \(nameless); "
                    + "give the service account the right to read it.")
        }
        return outcome
    }
}
