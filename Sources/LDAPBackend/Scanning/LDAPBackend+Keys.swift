import AuthCore
import LDAPClient

extension LDAPBackend {
    /// How many ids one search asks for; see ``whereabouts(ofIDs:)``.
    private static let idsPerSearch = 50

    /// Reads by which names groups may know everybody, and nothing else: to see who was moved or renamed since ``scanPeople(_:)``.
    /// - Parameter body: Gets the id and the key of each, ``ScannedPerson/key``. Entries without either are passed over.
    /// - Throws: ``AuthenticationOutage`` as ``scanPeople(_:)``; what `body` throws.
    public func scanPeopleKeys(_ body: (_ id: String, _ key: String) throws -> Void) async throws {
        let configuration = try await configuration()
        var keys = MemberKeys(configuration.groups?.type)
        _ = try await scan(configuration.peopleSearches(configuration.keyAttributes)) { entry in
            if let id = entry.identity(configuration.users.idAttribute), let key = keys.key(ofPerson: entry) {
                try body(id, key.text)
            }
        }
    }

    /// Reads under which DN every group is, and nothing else. Where no groups are configured there are none.
    /// - Parameter body: Gets the id and the key of the DN of each.
    /// - Throws: ``AuthenticationOutage`` as ``scanGroups(_:)``; what `body` throws.
    public func scanGroupKeys(_ body: (_ id: String, _ key: String) throws -> Void) async throws {
        let configuration = try await configuration()
        guard let groups = configuration.groups else { return }
        let attribute = configuration.users.idAttribute
        var keys = MemberKeys(groups.type)
        _ = try await scan(groups.searches([attribute])) { entry in
            if let id = entry.identity(attribute), let key = keys.key(ofDN: entry.dn) { try body(id, key) }
        }
    }

    /// The keys of some people as they are now, ``ScannedPerson/key``. Whoever is not found is not here, whatever that means.
    /// - Parameter ids: Unchanging ids.
    /// - Throws: ``AuthenticationOutage`` if the directory cannot be asked.
    public func peopleKeys(ofIDs ids: [String]) async throws -> [String: String] {
        let configuration = try await configuration()
        let attribute = configuration.users.idAttribute
        let searches = try configuration.peopleSearches(configuration.keyAttributes)
        var keys = MemberKeys(configuration.groups?.type)
        var found: [String: String] = [:]
        for start in stride(from: 0, to: ids.count, by: Self.idsPerSearch) {
            let wanted = ids[start..<min(start + Self.idsPerSearch, ids.count)].map { Filter.identity(attribute, $0) }
            for people in searches {
                var request = people
                request.filter = .and([.or(wanted), people.filter])
                let result = try await reading(AuthenticationContext()) { [request] in
                    try await $0.search(request, for: "whereabouts")
                }
                for entry in result.entries {
                    if let id = entry.identity(attribute), let key = keys.key(ofPerson: entry) { found[id] = key.text }
                }
            }
        }
        return found
    }

    /// The ids of the groups that name a person, or are their primary one, in the directory's own judgement of what is the same name.
    /// - Parameter id: The person's unchanging id.
    /// - Returns: `nil` if there is nobody with that id any more.
    /// - Throws: ``AuthenticationOutage`` if the directory gives no complete answer.
    public func groupIDs(ofPersonWithID id: String) async throws -> Set<String>? {
        try await reading(AuthenticationContext()) { reader in
            guard let entry = try await reader.entry(id: id) else { return nil }
            return Set(try await reader.groupsNaming(entry).map(\.id))
        }
    }
}

extension LDAPBackendConfiguration {
    /// What tells by which names groups may know a person.
    fileprivate var keyAttributes: [String] { [users.idAttribute] + (groups?.personAttributes ?? []) }
}
