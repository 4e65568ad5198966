import AuthCore
import LDAPClient

/// The groups of a person, with the proof that these are all.
struct GroupFinding: Sendable {
    var all: [ExternalGroup] = []
    var isComplete = true
    var warnings: [String] = []
}

extension DirectoryReader {
    /// The groups an entry is in, nested ones included where nesting counts.
    ///
    /// Only names and ids of groups are read, never the members: a group of thousands would cross the wire at each login.
    /// - Parameter entry: The entry, read with ``personAttributes``.
    /// - Throws: ``AuthenticationOutage`` if a search did not come to an end, since a missing group could be the one that keeps people out.
    func groups(of entry: LDAPEntry) async throws -> GroupFinding {
        guard let groups = configuration.groups else { return GroupFinding() }
        if let problem = groups.problem { throw AuthenticationOutage(.searchRefused, problem) }
        var memberships = MembershipReader(self, groups, entry)
        switch groups.strategy {
        case .search: try await memberships.searchUpward()
        case .memberOf(let attribute): try await memberships.readMemberOf(attribute)
        case .inChain: try await memberships.searchInChain()
        case .tokenGroups: try await memberships.readTokenGroups()
        }
        return memberships.finding
    }

    /// The groups that name an entry itself, and its primary one, in the directory's own judgement of what is the same name.
    func groupsNaming(_ entry: LDAPEntry) async throws -> [ExternalGroup] {
        guard let groups = configuration.groups else { return [] }
        var memberships = MembershipReader(self, groups, entry)
        let found = try await memberships.groupsNamingPerson()
        guard memberships.finding.isComplete else {
            throw AuthenticationOutage(
                .searchRefused,
                "Which groups name \(entry.dn) could not be read to the end: \(memberships.finding.warnings.joined())")
        }
        return found
    }
}

/// Finds out which groups one person is in. Each strategy is an extension of this in a file of its own.
struct MembershipReader: Sendable {
    let reader: DirectoryReader
    let groups: GroupSearch
    let entry: LDAPEntry
    let person: MemberIdentity
    private(set) var finding = GroupFinding()
    private var seen: Set<String> = []

    init(_ reader: DirectoryReader, _ groups: GroupSearch, _ entry: LDAPEntry) {
        self.reader = reader
        self.groups = groups
        self.entry = entry
        person = MemberIdentity(entry, groups.type)
    }

    // MARK: What was found

    /// Takes in groups.
    /// - Returns: Those that were not there yet.
    mutating func take(_ found: [ExternalGroup]) -> [ExternalGroup] {
        let new = found.filter { seen.insert($0.id).inserted }
        finding.all += new
        return new
    }

    /// Says that groups may be missing, and why.
    mutating func doubt(_ reason: String) {
        finding.isComplete = false
        if !finding.warnings.contains(reason) { finding.warnings.append(reason) }
    }

    /// Says something that does not put the groups in doubt.
    mutating func warn(_ words: String) {
        finding.warnings.append(words)
    }

    /// Whether a group was taken in.
    func has(_ id: String) -> Bool { seen.contains(id) }

    // MARK: Searching

    /// The entries of groups that match.
    /// - Parameters:
    ///   - filter: What they must match beside being groups.
    ///   - attributes: What is read of them beside ids and names.
    mutating func entries(_ filter: Filter, _ attributes: [String] = []) async throws -> [LDAPEntry] {
        let names = [groups.type.nameAttribute, reader.configuration.users.idAttribute] + attributes
        var found: [LDAPEntry] = []
        for request in groups.searches(.and([groups.filter, filter]), names) {
            let result = try await reader.search(request, for: "groups")
            guard result.isConclusive else {
                throw AuthenticationOutage(
                    .searchRefused,
                    "The groups of \(person.dn) could not be read to the end (\(result.shortfall)); raise the limits of the service account.",
                    underlying: result.failure)
            }
            if !result.references.isEmpty {
                doubt("Below \(request.base) \(result.shortfall); no membership is taken away.")
            }
            found += result.entries
        }
        return found
    }

    /// A group's entry as a value.
    func group(_ entry: LDAPEntry, _ path: MembershipPath) throws -> ExternalGroup {
        try reader.externalGroup(entry, groups.type, path: isPrimary(entry) ? .primary : path)
    }

    /// Whether a group, read with ``GroupType/groupAttributes``, is the person's primary one.
    func isPrimary(_ group: LDAPEntry) -> Bool {
        guard let kind = groups.type.primary, let primary = person.primary else { return false }
        return MemberIdentity.Primary(ofGroup: group, kind) == primary
    }
}
