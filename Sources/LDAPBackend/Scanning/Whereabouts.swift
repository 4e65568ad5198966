import AuthCore
import LDAPClient

/// Where the entry with an id is now. Only the directory's own complete answer says so.
public enum Whereabouts: Sendable, Hashable {
    /// A login would find it, under this DN.
    case inScope(dn: String)
    /// It is below the base of people under this DN, and what tells people apart does not hold for it any more.
    case excluded(dn: String)
    /// It is in the directory under this DN, and not among people.
    case elsewhere(dn: String)
    /// It is nowhere that the service account can see.
    case absent

    /// Whether a login would find it.
    public var isInScope: Bool {
        if case .inScope = self { true } else { false }
    }
}

extension LDAPBackend {
    /// How many ids one search asks for. Longer filters are slow to evaluate and may be refused.
    private static let idsPerSearch = 50

    /// How servers answer a search at a place that they do not hold or do not show.
    private static let refusals: Set<LDAPError.Code> = [
        .noSuchObject, .referral, .insufficientAccess, .unwillingToPerform, .operationsError, .invalidDN,
    ]

    /// Asks where entries are now: whether those that a scan did not see are gone, and whether those that it saw are still seen.
    ///
    /// People are looked for as a scan does, then without the filter, then from as far up as the service account can search. A place above
    /// the base that cannot be searched proves nothing and is passed over.
    /// - Parameter ids: Unchanging ids, as in ``ExternalLink/id``.
    /// - Returns: An answer for each id.
    /// - Throws: ``AuthenticationOutage`` if the directory gives no complete answer.
    public func whereabouts(ofIDs ids: [String]) async throws -> [String: Whereabouts] {
        try await reading(AuthenticationContext()) { reader in
            let configuration = reader.configuration
            let searches = try configuration.peopleSearches([configuration.users.idAttribute])
            let all = Array(Set(ids))
            var answers: [String: Whereabouts] = [:]
            for start in stride(from: 0, to: all.count, by: Self.idsPerSearch) {
                var missing = Set(all[start..<min(start + Self.idsPerSearch, all.count)])
                for people in searches {
                    for (id, dn) in try await find(missing, people, reader) { answers[id] = .inScope(dn: dn) }
                    missing.subtract(answers.keys)
                }
                for people in searches {
                    let search = SearchRequest(base: people.base, scope: .subtree, attributes: .none)
                    for (id, dn) in try await find(missing, search, reader) { answers[id] = .excluded(dn: dn) }
                    missing.subtract(answers.keys)
                }
                for people in searches {
                    let above = try await findAbove(people.base, missing, reader)
                    for (id, dn) in above { answers[id] = .elsewhere(dn: dn) }
                    missing.subtract(answers.keys)
                }
                for id in missing { answers[id] = .absent }
            }
            return answers
        }
    }

    /// The DNs of the entries with the given ids among those that a search finds.
    private func find(
        _ ids: Set<String>, _ search: SearchRequest, _ reader: DirectoryReader
    ) async throws -> [String: String] {
        if ids.isEmpty { return [:] }
        let attribute = reader.configuration.users.idAttribute
        let wanted = ids.sorted().map { Filter.identity(attribute, $0) }
        var request = search
        request.filter = .and([wanted.count == 1 ? wanted[0] : .or(wanted), search.filter])
        request.attributes = .named([attribute])
        let result = try await reader.search(request, for: "whereabouts")
        guard result.completeness.isComplete else {
            throw AuthenticationOutage(
                .searchRefused,
                "The search below \(search.base) for entries by their id did not come to an end (\(result.shortfall)); look at the limits of the service account."
            )
        }
        // Directories compare ids without regard to case, and answer with their own spelling.
        let spellings = Dictionary(ids.map { ($0.lowercased(), $0) }) { first, _ in first }
        var found: [String: String] = [:]
        for entry in result.entries {
            guard let id = entry.identity(attribute), let asked = spellings[id.lowercased()] else {
                throw AuthenticationOutage(
                    .searchRefused,
                    "The entry \(entry.dn) shows no \(attribute); give the service account the right to read it.")
            }
            found[asked] = entry.dn
        }
        return found
    }

    /// Looks from the highest place down, since all that can be seen from a lower one can be seen from it; the first that gives a complete
    /// answer settles it.
    private func findAbove(
        _ base: DistinguishedName, _ ids: Set<String>, _ reader: DirectoryReader
    ) async throws -> [String: String] {
        var places: [DistinguishedName] = []
        var place = base.parent
        while let next = place, !next.relativeNames.isEmpty {
            places.append(next)
            place = next.parent
        }
        for place in places.reversed() where !ids.isEmpty {
            let search = SearchRequest(base: place, scope: .subtree, attributes: .none)
            do {
                return try await find(ids, search, reader)
            } catch let error as LDAPError where error.step == .search && Self.refusals.contains(error.code) {
                continue
            } catch is AuthenticationOutage {
                // Not a complete answer.
                continue
            }
        }
        return [:]
    }
}
