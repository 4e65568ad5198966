import AuthCore
import LDAPBackend
import LDAPClient
import Logging
import TestSupport
import Testing

/// Directories that are read without a service account, by the people themselves.
@Suite struct ReadingAsThePersonTests {
    private func withBackend(
        _ server: any DirectoryServer, adjust: (inout LDAPBackendConfiguration) throws -> Void = { _ in },
        _ body: (LDAPBackend) async throws -> Void
    ) async throws {
        let client = LDAPClient(
            configuration: LDAPClientConfiguration(
                servers: [try LDAPURL(#require(server.ldapsURI))],
                tls: LDAPTLSOptions(caFile: try await Certificates.shared().authority), timeouts: Site.timeouts),
            logger: Logger(label: "test"))
        var configuration = try Self.configuration(server)
        try adjust(&configuration)
        let backend = LDAPBackend(configuration: configuration, client: client, memory: InMemoryAccountStore())
        do {
            try await body(backend)
        } catch {
            await client.shutdown()
            throw error
        }
        await client.shutdown()
    }

    /// Where names are made into what people bind with: a DN, or a user principal name.
    private static func configuration(_ server: any DirectoryServer) throws -> LDAPBackendConfiguration {
        let preset: DirectoryPreset =
            switch server.kind {
            case .openLDAP: .openldap
            case .activeDirectory: .activeDirectory
            case .directoryServer389: .directoryServer389
            }
        var users = UserSearch(
            .search(
                base: try DistinguishedName(server.peopleDN),
                filter: try FilterTemplate(preset.filter(username: preset.usernameAttribute))),
            idAttribute: preset.idAttribute)
        if server.kind == .activeDirectory {
            users.bindName = try BindName("{username}@\(domain(server))")
        } else {
            users.method = .template(try DNTemplate("cn={username},\(server.peopleDN)"))
        }
        return LDAPBackendConfiguration(
            name: "corp", users: users, attributes: AttributeMap(username: preset.usernameAttribute),
            groups: GroupSearch(base: try DistinguishedName(server.groupsDN), type: preset.groupType),
            readsAs: .person)
    }

    /// Unlike the others, 389 Directory Server gives nobody the right to read themselves and their groups.
    private static func ownRights(_ suffix: String) -> String {
        """
        dn: \(suffix)
        changetype: modify
        add: aci
        aci: (targetattr="*")(version 3.0; acl "own"; allow (read,search,compare) userdn="ldap:///self";)
        -
        add: aci
        aci: (target="ldap:///ou=groups,\(suffix)")(targetattr="*")(version 3.0; acl "groups"; allow (read,search,compare) userdn="ldap:///all";)

        """
    }

    private static func domain(_ server: any DirectoryServer) -> String {
        server.suffix.split(separator: ",").map { $0.dropFirst(3) }.joined(separator: ".")
    }

    private func logIn(
        _ backend: LDAPBackend, _ login: String, _ password: String, _ trace: AuthenticationTrace? = nil
    ) async throws -> AuthenticationVerdict {
        try await backend.authenticate(
            AuthenticationRequest(
                credentials: PasswordCredentials(username: LoginName(login), password: Secret(password)),
                context: AuthenticationContext(trace: trace)))
    }

    @Test(arguments: DirectoryKind.allCases)
    func peopleAreReadWithTheirOwnRights(_ kind: DirectoryKind) async throws {
        try await withDirectory(kind) { server async throws in
            if kind == .directoryServer389 { try await server.modify(ldif: Self.ownRights(server.suffix)) }
            try await withBackend(server) { backend async throws in
                let anna = try SmallCompany.person("anna")
                // DNs are made of the common name.
                let login = kind == .activeDirectory ? anna.login : anna.name
                let verdict = try await logIn(backend, login, anna.password)
                let account = try #require(verdict.account, "\(verdict)")
                #expect(account.username == "anna" && account.fields[.firstName] == "Anna")
                #expect(account.groups.contains { $0.name == "engineers" }, "\(account.groups.map(\.name))")
                #expect(try await logIn(backend, login, "not this one") == .rejected(.wrongPassword))
                #expect(try await logIn(backend, "nobody", "not this one") == .rejected(.wrongPassword))
            }
        }
    }

    /// A user principal name may be one person's and look like another's.
    @Test func whoeverIsFoundMustBeWhoHasBound() async throws {
        let server = try await DirectoryKind.activeDirectory.shared()
        let anna = try SmallCompany.person("anna")
        try await withBackend(server) { backend async throws in
            #expect(try await logIn(backend, "anna", anna.password).account?.username == "anna")
        }
        let domain = try #require(server as? SambaDomain).shortName
        try await withBackend(server, adjust: { $0.users.bindName = try BindName("\(domain)\\{username}") }) {
            backend async throws in
            #expect(try await logIn(backend, "anna", anna.password).account?.username == "anna")
        }
        let other = "(&(sAMAccountName=ruth)(!(description={username})))"
        try await withBackend(
            server,
            adjust: {
                $0.users.method = .search(
                    base: try DistinguishedName(server.peopleDN), filter: try FilterTemplate(other))
            }
        ) { backend async throws in
            let trace = AuthenticationTrace()
            #expect(try await logIn(backend, "anna", anna.password, trace) == .denied(.ambiguousUser))
            #expect(trace.explanation(of: nil)?.contains("has bound, and is not") == true)
        }
    }
}

extension AuthenticationVerdict {
    fileprivate var account: ExternalAccount? {
        if case .authenticated(.external(let account)) = self { account } else { nil }
    }
}
