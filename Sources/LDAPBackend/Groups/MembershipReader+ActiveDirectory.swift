import AuthCore
import LDAPClient

extension MembershipReader {
    /// LDAP_MATCHING_RULE_IN_CHAIN (MS-ADTS 3.1.1.3.4.4.3).
    private static var inChain: String { "1.2.840.113556.1.4.1941" }

    /// ``MembershipStrategy/inChain``: the directory follows the nesting from the person upwards, and from the primary group, which does not
    /// name the person.
    mutating func searchInChain() async throws {
        try await reader.requireActiveDirectory(groups.strategy)
        person.gaps.forEach { doubt($0) }
        var filters = [chain(from: person.dn)]
        if let primary = person.primary { filters.append(primary.filter) }
        let found = take(
            try await entries(.anyOf(filters), groups.type.groupAttributes).map { try group($0, .listed) })
        for primary in found where primary.path == .primary {
            guard let dn = primary.dn else { continue }
            _ = take(try await entries(chain(from: dn)).map { try group($0, MembershipPath(through: primary)) })
        }
    }

    private func chain(from dn: String) -> Filter {
        .extensible(groups.type.memberAttribute, rule: Self.inChain, dn)
    }

    /// ``MembershipStrategy/tokenGroups``: the security identifiers that the directory would put into the person's token, and the groups that
    /// have them. Those that are not below the bases, such as the built-in ones, are none of ours.
    mutating func readTokenGroups() async throws {
        try await reader.requireActiveDirectory(groups.strategy)
        // The attribute is computed, and only for a search of the entry itself.
        let result = try await reader.search(
            SearchRequest(
                base: try DistinguishedName(person.dn), scope: .base, filter: .present("objectClass"),
                attributes: .named(["tokenGroups"])),
            for: "groups")
        let values = result.entries.first?["tokenGroups"] ?? []
        let identifiers = values.compactMap { SecurityIdentifier($0.bytes) }
        // Everybody has a primary group, so nobody's token is empty.
        guard result.completeness.isComplete, !values.isEmpty, identifiers.count == values.count else {
            return doubt(
                "The tokenGroups of \(person.dn) could not be read; give the service account the right to read them, as the group Windows Authorization Access has it, or use strategy search."
            )
        }
        for batch in SearchBatch.split(identifiers, octets: { $0.bytes.count }) {
            let found = try await entries(.anyOf(batch.map(\.filter)), groups.type.groupAttributes)
            _ = take(try found.map { try group($0, .listed) })
        }
    }
}

extension DirectoryReader {
    /// Makes sure that the directory can be asked for memberships in the way that is configured.
    func requireAnswers(to groups: GroupSearch) async throws {
        if let problem = groups.problem { throw AuthenticationOutage(.searchRefused, problem) }
        switch groups.strategy {
        case .search, .memberOf: break
        case .inChain, .tokenGroups: try await requireActiveDirectory(groups.strategy)
        }
    }

    /// Makes sure that the directory is one that works memberships out as Active Directory does. Others do not refuse to: OpenLDAP, for one,
    /// answers a filter whose rule it does not know with success and no entries.
    func requireActiveDirectory(_ strategy: MembershipStrategy) async throws {
        let guess = try await client.rootDSE(deadline: context.deadline).vendor
        guard guess.vendor == .activeDirectory || guess.vendor == .samba else {
            throw AuthenticationOutage(
                .searchRefused,
                "groups: strategy \(strategy) is only for Active Directory, and '\(configuration.name)' is another directory as far as can be told (\(guess.ground)); use search."
            )
        }
    }
}
