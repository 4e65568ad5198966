import AuthCore
import LDAPClient

extension LDAPBackend {
    /// How many ids one search asks for; see ``whereabouts(ofIDs:)``.
    private static let idsPerSearch = 50

    /// Reads under which DN everybody is, and nothing else: to see who was moved since ``scanPeople(_:)``.
    /// - Parameter body: Gets the id and the key of the DN of each. Entries without either are passed over.
    /// - Throws: ``AuthenticationOutage`` as ``scanPeople(_:)``; what `body` throws.
    public func scanPeopleKeys(_ body: (_ id: String, _ key: String) throws -> Void) async throws {
        try await scanKeys(configuration.peopleSearches([configuration.users.idAttribute]), body)
    }

    /// Reads under which DN every group is, and nothing else. Where no groups are configured there are none.
    /// - Parameter body: Gets the id and the key of the DN of each.
    /// - Throws: ``AuthenticationOutage`` as ``scanGroups(_:)``; what `body` throws.
    public func scanGroupKeys(_ body: (_ id: String, _ key: String) throws -> Void) async throws {
        guard let groups = configuration.groups else { return }
        let request = SearchRequest(
            base: groups.base, scope: .subtree, filter: .equal("objectClass", groups.type.objectClass),
            attributes: .named([configuration.users.idAttribute]))
        try await scanKeys([request], body)
    }

    /// The keys of the DNs under which some people are now. Whoever is not found is not here, whatever that means.
    /// - Parameter ids: Unchanging ids.
    /// - Throws: ``AuthenticationOutage`` if the directory cannot be asked.
    public func peopleKeys(ofIDs ids: [String]) async throws -> [String: String] {
        let attribute = configuration.users.idAttribute
        let searches = try configuration.peopleSearches([attribute])
        var keys = DistinguishedNameKeys()
        var found: [String: String] = [:]
        for start in stride(from: 0, to: ids.count, by: Self.idsPerSearch) {
            let wanted = ids[start..<min(start + Self.idsPerSearch, ids.count)].map { Filter.equal(attribute, $0) }
            for people in searches {
                var request = people
                request.filter = .and([.or(wanted), people.filter])
                let result = try await reading(AuthenticationContext()) { [request] in
                    try await $0.search(request, for: "whereabouts")
                }
                for entry in result.entries {
                    if let id = entry.identity(attribute), let key = keys.key(for: entry.dn) { found[id] = key }
                }
            }
        }
        return found
    }

    /// The ids of the groups that name an entry, in the directory's own judgement of what is the same name.
    /// - Parameter dn: The entry's DN.
    /// - Throws: ``AuthenticationOutage`` if the directory gives no complete answer.
    public func groupIDs(naming dn: String) async throws -> Set<String> {
        try await reading(AuthenticationContext()) { reader in
            Set(try await reader.groupsNaming(dn).map(\.id))
        }
    }

    private func scanKeys(_ searches: [SearchRequest], _ body: (String, String) throws -> Void) async throws {
        let attribute = configuration.users.idAttribute
        var keys = DistinguishedNameKeys()
        _ = try await scan(searches) { entry in
            if let id = entry.identity(attribute), let key = keys.key(for: entry.dn) { try body(id, key) }
        }
    }
}
