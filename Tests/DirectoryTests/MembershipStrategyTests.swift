import AuthCore
import LDAPBackend
import LDAPClient
import Logging
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

    private func on(
        _ way: Way, below base: KeyPath<any DirectoryServer, String> = \.groupsDN,
        _ body: (LDAPBackend, any DirectoryServer) async throws -> Void
    ) async throws {
        let server = try await way.kind.shared()
        let client = LDAPClient(
            configuration: LDAPClientConfiguration(
                servers: [try LDAPURL(#require(server.ldapsURI))],
                tls: LDAPTLSOptions(caFile: try await Certificates.shared().authority),
                serviceAccount: ServiceAccount(
                    dn: try DistinguishedName(server.serviceDN),
                    password: { [password = server.servicePassword] in Array(password.utf8) }),
                timeouts: LDAPTimeouts(connect: .seconds(30), operation: .seconds(60))),
            logger: Logger(label: "test"))
        let isActiveDirectory = way.kind == .activeDirectory
        let name = isActiveDirectory ? "sAMAccountName" : "uid"
        let id = [.activeDirectory: "objectGUID", .directoryServer389: "nsUniqueId"][way.kind] ?? "entryUUID"
        let backend = LDAPBackend(
            configuration: LDAPBackendConfiguration(
                name: "corp",
                users: UserSearch(
                    .search(
                        base: try DistinguishedName(server.peopleDN),
                        filter: try FilterTemplate("(&(objectClass=person)(\(name)={username}))")),
                    idAttribute: id),
                attributes: AttributeMap(username: name),
                groups: GroupSearch(
                    base: try DistinguishedName(server[keyPath: base]),
                    type: isActiveDirectory ? .activeDirectory : .groupOfNames, strategy: way.strategy)),
            client: client, memory: InMemoryAccountStore())
        do {
            try await body(backend, server)
        } catch {
            await client.shutdown()
            throw error
        }
        await client.shutdown()
    }

    private func logIn(_ login: String, _ backend: LDAPBackend) async throws -> ExternalAccount {
        let verdict = try await backend.authenticate(
            AuthenticationRequest(
                credentials: PasswordCredentials(
                    username: login, password: try SmallCompany.person(login).password),
                context: AuthenticationContext()))
        guard case .authenticated(.external(let account)) = verdict else {
            throw TestSupportError("\(login) did not come in: \(verdict)")
        }
        return account
    }

    /// The groups of people by their ids, as a sync sees them.
    private func scan(_ backend: LDAPBackend) async throws -> [String: Set<String>] {
        var people: [ScannedPerson] = []
        var groups: [ScannedGroup] = []
        let proof = try await backend.scanPeople { if case .person(let person, _) = $0 { people.append(person) } }
        #expect(proof.isComplete)
        #expect(try await backend.scanGroups { groups.append($0) }.isComplete)
        var found: [String: Set<String>] = [:]
        for person in people {
            let key = PersonKey(person.key)
            #expect(key.isComplete)
            var keys = Set([key.dn] + key.names)
            var ids: Set<String> = []
            while let group = groups.first(where: { !ids.contains($0.link.id) && !keys.isDisjoint(with: $0.members) }) {
                ids.insert(group.link.id)
                keys.insert(group.key)
            }
            found[person.link.id] = ids
        }
        return found
    }

    @Test(arguments: ways) func nestedAndPrimaryGroupsAreFoundAndASyncAgrees(_ way: Way) async throws {
        try await on(way) { backend, _ async throws in
            try await backend.requireReadableBases()
            let synced = try await scan(backend)
            let nested: Set<String> = ["engineers", "staff", "everyone"]
            // The plug-in of 389 Directory Server is told to pass over the crowd.
            let crowd: Set<String> = [SmallCompany.crowd.name]
            for (login, expected) in [
                ("anna", nested.union(crowd)), ("žofie", nested), ("o'neil(ops)#1", ["staff", "everyone"]),
                ("priya", way.kind == .activeDirectory ? ["everyone", "contractors"] : ["everyone"]),
            ] {
                let account = try await logIn(login, backend)
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
        try await on(way, below: \.suffix) { backend, _ async throws in
            let synced = try await scan(backend)
            let anna = try await logIn("anna", backend)
            #expect(
                Set(anna.groups.map(\.name)) == [
                    "engineers", "staff", "everyone", "crowd", "Domain Users", "Users",
                ])
            #expect(anna.groupsAreComplete)
            #expect(Set(anna.groups.map(\.id)) == synced[anna.link.id])
            #expect(anna.groups.first { $0.name == "Domain Users" }?.path == .primary)
        }
    }

    @Test(arguments: [DirectoryKind.openLDAP, .directoryServer389], [MembershipStrategy.inChain, .tokenGroups])
    func otherDirectoriesAreNotAskedAsActiveDirectoryIs(_ kind: DirectoryKind, _ strategy: MembershipStrategy)
        async throws
    {
        try await on(Way(kind: kind, strategy: strategy)) { backend, _ async throws in
            let failure = await #expect(throws: AuthenticationOutage.self) { try await backend.requireReadableBases() }
            #expect(failure?.message.contains("is only for Active Directory") == true)
            await #expect(throws: AuthenticationOutage.self) { try await logIn("anna", backend) }
        }
    }
}
