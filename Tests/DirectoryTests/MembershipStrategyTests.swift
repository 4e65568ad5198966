import AuthCore
import LDAPBackend
import LDAPClient
import TestSupport
import Testing

/// Who is in which group, in every way in which a directory can be asked.
@Suite struct MembershipStrategyTests {
    /// A way to ask, and what it is asked of.
    struct Way: Sendable, CustomTestStringConvertible {
        var kind: DirectoryKind
        var strategy: MembershipStrategy
        var testDescription: String { "\(strategy) on \(kind.rawValue)" }
    }

    static let ways: [Way] =
        [.search, .memberOf(), .inChain, .tokenGroups].map { Way(kind: .activeDirectory, strategy: $0) }
        + [.search, .memberOf()].map { Way(kind: .directoryServer389, strategy: $0) }
        + [Way(kind: .openLDAP, strategy: .search)]

    /// - Parameter base: Below what people and groups are sought, if that is not as usual.
    private func on(
        _ way: Way, below base: KeyPath<any DirectoryServer, String>? = nil, _ body: (Site) async throws -> Void
    ) async throws {
        let server = try await way.kind.shared()
        let adjust = { (configuration: inout LDAPBackendConfiguration) in
            configuration.groups?.strategy = way.strategy
            if let base, case .search(_, let filter) = configuration.users.method {
                configuration.users.method = .search(base: try DistinguishedName(server[keyPath: base]), filter: filter)
                configuration.groups?.bases = [try DistinguishedName(server[keyPath: base])]
            }
        }
        try await Site.on(server, adjust: adjust, body)
    }

    @Test(arguments: ways) func nestedAndPrimaryGroupsAreFoundAndASyncAgrees(_ way: Way) async throws {
        try await on(way) { site async throws in
            try await site.backend.requireReadableBases()
            let synced = try await site.groupIDsOfAScan()
            let nested: Set<String> = ["engineers", "staff", "everyone"]
            // The plug-in of 389 Directory Server is told to pass over the crowd.
            let crowd: Set<String> = [SmallCompany.crowd.name]
            for (login, expected) in [
                ("anna", nested.union(crowd)), ("žofie", nested), ("o'neil(ops)#1", ["staff", "everyone"]),
                ("priya", way.kind == .activeDirectory ? ["everyone", "contractors"] : ["everyone"]),
            ] {
                let account = try await site.enter(login).external
                #expect(Set(account.groups.map(\.name)) == expected, "\(login)")
                #expect(account.groupsAreComplete, "\(login)")
                #expect(Set(account.groups.map(\.id)) == synced[account.link.id], "\(login)")
                let primary = account.groups.filter { $0.path == .primary }.map(\.name)
                #expect(primary == (way.kind == .activeDirectory && login == "priya" ? ["contractors"] : []))
            }
        }
    }

    @Test(arguments: ways.filter { $0.kind == .activeDirectory })
    func theRootOfADomainIsABaseLikeAnyOther(_ way: Way) async throws {
        try await on(way, below: \.suffix) { site async throws in
            try await site.backend.requireReadableBases()
            let synced = try await site.groupIDsOfAScan()
            let anna = try await site.enter("anna").external
            #expect(
                Set(anna.groups.map(\.name)) == [
                    "engineers", "staff", "everyone", "crowd", "Domain Users", "Users",
                ])
            #expect(anna.groupsAreComplete)
            #expect(Set(anna.groups.map(\.id)) == synced[anna.link.id])
            #expect(anna.groups.first { $0.name == "Domain Users" }?.path == .primary)
            #expect(await site.logIn("nobody", "correct Horse 7").outcome == .notFound)
            let absent = ExternalLink(source: "corp", id: "00000000-0000-0000-0000-000000000000", dn: nil)
            #expect(try await !site.backend.stillHolds("anna", absent, AuthenticationContext()))
            #expect(
                try await site.backend.whereabouts(ofIDs: [absent.id, anna.link.id]) == [
                    absent.id: .absent, anna.link.id: .inScope(dn: try #require(anna.link.dn)),
                ])
        }
    }

    @Test(arguments: [DirectoryKind.openLDAP, .directoryServer389], [MembershipStrategy.inChain, .tokenGroups])
    func otherDirectoriesAreNotAskedAsActiveDirectoryIs(_ kind: DirectoryKind, _ strategy: MembershipStrategy)
        async throws
    {
        try await on(Way(kind: kind, strategy: strategy)) { site async throws in
            let failure = await #expect(throws: AuthenticationOutage.self) {
                try await site.backend.requireReadableBases()
            }
            #expect(failure?.message.contains("is only for Active Directory") == true)
            let person = try SmallCompany.person("anna")
            #expect(await site.logIn("anna", person.password).outcome == .unavailable(.searchRefused))
        }
    }
}
