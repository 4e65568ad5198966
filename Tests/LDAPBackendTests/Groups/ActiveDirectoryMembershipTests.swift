import AuthCore
import LDAPBackend
import LDAPClient
import Logging
import TestSupport
import Testing

/// Memberships as Active Directory works them out.
@Suite struct ActiveDirectoryMembershipTests {
    private typealias Toy = ToyActiveDirectory

    private static let strategies: [MembershipStrategy] = [.search, .memberOf(), .inChain, .tokenGroups]

    private static func person(_ name: String) -> String { "CN=\(name),\(Toy.people)" }
    private static func group(_ name: String) -> String { "CN=\(name),\(Toy.groups)" }

    /// `ann` is in `team`, which is in `unit`, which is in `team` again; her primary group is Domain Users, which is in `everybody`.
    private static let entries: [Toy.Entry] = [
        Toy.person("ann", 1001), Toy.person("bob", 1002, primary: 1105), Toy.person("cid", 1003, primary: 9999),
        Toy.group("Domain Users", 513, []), Toy.group("team", 1101, [person("ann"), group("unit")]),
        Toy.group("unit", 1102, ["cn=TEAM, ou=groups, dc=corp, dc=test"]),
        Toy.group("everybody", 1103, [group("Domain Users")]), Toy.group("others", 1104, [person("bob")]),
        Toy.group("empty", 1105, []),
    ]

    private func on(
        _ toy: ToyActiveDirectory, _ strategy: MembershipStrategy,
        adjust: (inout LDAPBackendConfiguration) throws -> Void = { _ in },
        _ body: (LDAPBackend, Authenticator) async throws -> Void
    ) async throws {
        try await withToyServer(toy.behaviour) { server async throws in
            let client = LDAPClient(
                configuration: try Company.clientConfiguration(server.uri), logger: Logger(label: "test"))
            var configuration = LDAPBackendConfiguration(
                name: "corp",
                users: UserSearch(
                    .search(
                        base: try DistinguishedName(Toy.people),
                        filter: try FilterTemplate("(&(objectClass=user)(sAMAccountName={username}))")),
                    idAttribute: "objectGUID"),
                attributes: AttributeMap(username: "sAMAccountName", fields: [:]),
                groups: GroupSearch(
                    base: try DistinguishedName(Toy.groups), type: .activeDirectory, strategy: strategy))
            try adjust(&configuration)
            let store = InMemoryAccountStore()
            let backend = LDAPBackend(configuration: configuration, client: client, memory: store)
            do {
                try await body(
                    backend,
                    Authenticator(backends: [backend], store: store, deadline: LoginDeadline(.seconds(120))))
            } catch {
                await client.shutdown()
                throw error
            }
            await client.shutdown()
        }
    }

    private func logIn(_ chain: Authenticator, _ name: String, traced: Bool = false) async -> AuthenticationReport {
        await chain.authenticate(
            PasswordCredentials(username: name, password: "secret"),
            context: AuthenticationContext(trace: traced ? AuthenticationTrace() : nil))
    }

    @Test(arguments: strategies) func nestedAndPrimaryGroupsAreFoundInEveryWay(_ strategy: MembershipStrategy)
        async throws
    {
        try await on(ToyActiveDirectory(Self.entries), strategy) { backend, chain async throws in
            let expected: [String: Set<String>] = [
                "ann": ["team", "unit", "everybody", "Domain Users"], "bob": ["others", "empty"], "cid": [],
            ]
            for (name, groups) in expected {
                let external = try #require(await logIn(chain, name).external)
                #expect(Set(external.groups.map(\.name)) == groups, "\(name)")
                #expect(external.groups.count == groups.count && external.groupsAreComplete, "\(name)")
                let traced = try #require(await logIn(chain, name, traced: true).external)
                #expect(Set(traced.groups.map(\.id)) == Set(external.groups.map(\.id)), "\(name)")
            }
        }
    }

    @Test(arguments: strategies) func aSyncSeesTheSameMemberships(_ strategy: MembershipStrategy) async throws {
        // A list of mail addresses is in no token, and nothing is reached through it.
        let mail: [Toy.Entry] = [
            Toy.group("mail", 1201, [Self.person("ann")], isSecurity: false),
            Toy.group("through mail", 1202, [Self.group("mail")]),
        ]
        try await on(ToyActiveDirectory(Self.entries + mail), strategy) { backend, chain async throws in
            let scan = try await Scan(backend)
            #expect(scan.groupsProof.isComplete && scan.people.count == 3)
            for name in ["ann", "bob", "cid"] {
                let external = try #require(await logIn(chain, name).external)
                let person = try #require(scan.person(name))
                #expect(person.link.id == external.link.id)
                #expect(
                    Set(scan.groups(of: person).map(\.id)) == Set(external.groups.map(\.id)), "\(name)")
                #expect(external.groups.contains { $0.name == "mail" } == (name == "ann" && strategy != .tokenGroups))
            }
        }
    }

    @Test(arguments: strategies) func eachGroupSaysHowItWasReached(_ strategy: MembershipStrategy) async throws {
        try await on(ToyActiveDirectory(Self.entries), strategy) { backend, chain async throws in
            let external = try #require(await logIn(chain, "ann", traced: true).external)
            let paths = Dictionary(uniqueKeysWithValues: external.groups.map { ($0.name, $0.path) })
            #expect(paths["Domain Users"] == .primary)
            let expected: [MembershipPath?]
            switch strategy {
            case .search: expected = [.direct, .nested(["team"]), .nested(["Domain Users"])]
            case .memberOf: expected = [.listed, .nested(["team"]), .nested(["Domain Users"])]
            case .inChain: expected = [.listed, .listed, .nested(["Domain Users"])]
            case .tokenGroups: expected = [.listed, .listed, .listed]
            }
            #expect([paths["team"], paths["unit"], paths["everybody"]] == expected)
        }
    }

    @Test func aLoginCostsFewSearches() async throws {
        let toy = ToyActiveDirectory(Self.entries)
        // The person; direct ones and the primary one, those above, those above these, none. With the chain: all, and those above the primary
        // one. With tokens: the token, and the groups.
        for (strategy, count) in [(MembershipStrategy.search, 4), (.memberOf(), 4), (.inChain, 3), (.tokenGroups, 3)] {
            try await on(toy, strategy) { backend, chain async throws in
                _ = await logIn(chain, "ann")
                _ = toy.takeSearches()
                _ = await logIn(chain, "ann")
                let searches = toy.takeSearches()
                #expect(searches.count == count, "\(strategy)")
                #expect(!searches.contains { $0.attributes.contains { $0.lowercased() == "member" } })
            }
        }
    }

    // MARK: What cannot be told

    @Test(arguments: [MembershipStrategy.inChain, .tokenGroups])
    func anotherDirectoryIsNotAskedForWhatItWouldAnswerWithNothing(_ strategy: MembershipStrategy) async throws {
        try await on(ToyActiveDirectory(Self.entries, capabilities: []), strategy) { backend, chain async throws in
            let report = await logIn(chain, "ann", traced: true)
            #expect(report.outcome == .unavailable(.searchRefused))
            let failure = await #expect(throws: AuthenticationOutage.self) { try await backend.requireReadableBases() }
            #expect(failure?.message.contains("is only for Active Directory") == true)
            #expect(failure?.message.contains("use search") == true)
        }
        try await Company.on(
            try await SharedSlapd.company.server(), adjust: { $0.groups?.strategy = strategy }
        ) { company async throws in
            #expect(await company.outcome("alice") == .unavailable(.searchRefused))
            await #expect(throws: AuthenticationOutage.self) { try await company.backend.requireReadableBases() }
            // Nothing would be found, and a sync would take everything away.
            await #expect(throws: AuthenticationOutage.self) { try await company.backend.scanGroups { _ in } }
        }
    }

    @Test(
        arguments: [
            (MembershipStrategy.search, "primarygroupid"), (.search, "objectsid"), (.memberOf(), "primarygroupid"),
            (.inChain, "primarygroupid"), (.tokenGroups, "tokengroups"),
        ])
    func anAttributeThatIsHiddenLeavesTheGroupsInDoubt(_ strategy: MembershipStrategy, _ attribute: String) async throws
    {
        let toy = ToyActiveDirectory(Self.entries, hidden: [attribute])
        try await on(toy, strategy) { backend, chain async throws in
            let report = await logIn(chain, "ann", traced: true)
            #expect(report.external?.groupsAreComplete == false)
            #expect(report.warnings.contains { $0.lowercased().contains(attribute) })
        }
        try await on(toy, strategy, adjust: { $0.deny = .leaf(.name("others")) }) { backend, chain async throws in
            #expect(await logIn(chain, "ann").outcome == .denied(.ruleUnknown))
        }
    }

    @Test func aLongListInMemberOfIsReadToItsEnd() async throws {
        let groups = (1...40).map { Toy.group("g\($0)", 2000 + UInt32($0), [Self.person("ann")]) }
        let toy = ToyActiveDirectory([Toy.person("ann", 1001)] + groups, valueLimit: 15)
        try await on(toy, .memberOf()) { backend, chain async throws in
            let external = try #require(await logIn(chain, "ann").external)
            #expect(external.groups.count == 40 && external.groupsAreComplete)
        }
    }

    @Test func memberOfThatIsHiddenIsMadeUpForByASearch() async throws {
        try await on(ToyActiveDirectory(Self.entries, hidden: ["memberof"]), .memberOf()) {
            backend, chain async throws in
            let report = await logIn(chain, "ann", traced: true)
            let external = try #require(report.external)
            #expect(Set(external.groups.map(\.name)) == ["team", "unit", "everybody", "Domain Users"])
            #expect(external.groupsAreComplete)
            #expect(report.warnings.contains { $0.contains("lists nothing in memberOf, though groups name it") })
        }
    }

    @Test func aTokenOfHundredsIsLookedUpInBatches() async throws {
        let groups = (1...120).map { Toy.group("g\($0)", 2000 + UInt32($0), [Self.person("ann")]) }
        let toy = ToyActiveDirectory([Toy.person("ann", 1001), Toy.group("Domain Users", 513, [])] + groups)
        try await on(toy, .tokenGroups) { backend, chain async throws in
            let external = try #require(await logIn(chain, "ann").external)
            #expect(external.groups.count == 121)
            let batches = toy.takeSearches().filter { $0.base == Toy.groups }
            #expect(batches.count == 3)
            #expect(
                batches.allSatisfy { $0.filter.tests.filter { $0.attribute == "objectSid" }.count <= 50 })
        }
    }
}
