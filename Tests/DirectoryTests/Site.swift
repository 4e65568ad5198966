import AuthCore
import LDAPBackend
import LDAPClient
import Logging
import TestSupport
import Testing

/// A chain of one backend on a directory that holds the small company, over TLS, with accounts of its own.
struct Site: Sendable {
    let server: any DirectoryServer
    let client: LDAPClient
    let backend: LDAPBackend
    let accounts: InMemoryAccountStore
    let chain: Authenticator

    /// The machine may be busy, and nothing here is about time.
    static let timeouts = LDAPTimeouts(connect: .seconds(30), operation: .seconds(60))

    /// Runs `body` with a site, and closes its connections afterwards.
    /// - Parameter adjust: Changes how the directory is read.
    static func on(
        _ server: any DirectoryServer, adjust: (inout LDAPBackendConfiguration) throws -> Void = { _ in },
        _ body: (Site) async throws -> Void
    ) async throws {
        let client = LDAPClient(
            configuration: LDAPClientConfiguration(
                servers: [try LDAPURL(#require(server.ldapsURI))],
                tls: LDAPTLSOptions(caFile: try await Certificates.shared().authority),
                serviceAccount: ServiceAccount(
                    dn: try DistinguishedName(server.serviceDN),
                    password: { [password = server.servicePassword] in Array(password.utf8) }),
                timeouts: timeouts),
            logger: Logger(label: "test"))
        var configuration = try configuration(server)
        try adjust(&configuration)
        let accounts = InMemoryAccountStore()
        let backend = LDAPBackend(configuration: configuration, client: client, memory: accounts)
        let chain = Authenticator(backends: [backend], store: accounts, deadline: LoginDeadline(.seconds(120)))
        do {
            try await body(
                Site(server: server, client: client, backend: backend, accounts: accounts, chain: chain))
        } catch {
            await client.shutdown()
            throw error
        }
        await client.shutdown()
    }

    /// What differs between the directories.
    private static func configuration(_ server: any DirectoryServer) throws -> LDAPBackendConfiguration {
        let people = try DistinguishedName(server.peopleDN)
        let groups = try DistinguishedName(server.groupsDN)
        let users: UserSearch
        switch server.kind {
        case .openLDAP, .directoryServer389:
            users = UserSearch(
                .search(base: people, filter: try FilterTemplate("(&(objectClass=inetOrgPerson)(uid={username}))")),
                idAttribute: server.kind == .openLDAP ? "entryUUID" : "nsUniqueId")
        case .activeDirectory:
            users = UserSearch(
                .search(base: people, filter: try FilterTemplate("(&(objectClass=user)(sAMAccountName={username}))")),
                idAttribute: "objectGUID")
        }
        let isActiveDirectory = server.kind == .activeDirectory
        return LDAPBackendConfiguration(
            name: "corp", users: users,
            attributes: AttributeMap(username: isActiveDirectory ? "sAMAccountName" : "uid"),
            groups: GroupSearch(base: groups, type: isActiveDirectory ? .activeDirectory : .groupOfNames),
            mirrorPolicy: MirrorPolicy(groups: .all))
    }

    /// Offers a login and a password to the chain.
    /// - Parameter isTraced: Whether each step and each path to a group is found out, which costs more searches.
    func logIn(_ login: String, _ password: String, isTraced: Bool = true) async -> AuthenticationReport {
        await chain.authenticate(
            PasswordCredentials(username: login, password: password),
            context: AuthenticationContext(trace: isTraced ? AuthenticationTrace() : nil))
    }

    /// Logs in somebody who is expected to come in.
    /// - Returns: How the directory describes them, and their account.
    func enter(_ login: String, _ password: String) async throws -> (external: ExternalAccount, user: User) {
        let report = await logIn(login, password)
        guard let user = report.outcome.user, let external = report.external else {
            throw TestSupportError("\(login) did not come in: \(report.outcome), \(report.explanation ?? "")")
        }
        return (external, user)
    }

    /// Logs in somebody of the company with their own password.
    func enter(_ login: String) async throws -> (external: ExternalAccount, user: User) {
        let person = try SmallCompany.person(login)
        return try await enter(person.login(in: server.kind), person.password)
    }

    /// The names of the groups that mirror those of somebody's.
    func groups(of user: User) async throws -> Set<String> {
        Set(try await accounts.groups(of: user.id).map(\.name))
    }

    /// The ids of everybody's groups by their own, as a sync sees them.
    func groupIDsOfAScan() async throws -> [String: Set<String>] {
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
}

extension ExternalAccount {
    /// Where the account is in the directory.
    var distinguishedName: DistinguishedName {
        get throws { try DistinguishedName(#require(link.dn)) }
    }
}
