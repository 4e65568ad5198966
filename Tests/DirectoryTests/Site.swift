import AuthCore
import LDAPBackend
import LDAPClient
import Logging
import TestSupport
import Testing

/// A backend on a directory that holds the small company, over TLS.
struct Site: Sendable {
    let server: any DirectoryServer
    let client: LDAPClient
    let backend: LDAPBackend

    /// The machine may be busy, and nothing here is about time.
    static let timeouts = LDAPTimeouts(connect: .seconds(30), operation: .seconds(60))

    /// Runs `body` with a backend, and closes its connections afterwards.
    static func on(_ server: any DirectoryServer, _ body: (Site) async throws -> Void) async throws {
        let client = LDAPClient(
            configuration: LDAPClientConfiguration(
                servers: [try LDAPURL(#require(server.ldapsURI))],
                tls: LDAPTLSOptions(caFile: try await Certificates.shared().authority),
                serviceAccount: ServiceAccount(
                    dn: try DistinguishedName(server.serviceDN),
                    password: { [password = server.servicePassword] in Array(password.utf8) }),
                timeouts: timeouts),
            logger: Logger(label: "test"))
        let backend = LDAPBackend(
            configuration: try configuration(server), client: client, memory: InMemoryAccountStore())
        do {
            try await body(Site(server: server, client: client, backend: backend))
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
        let byLogin = try FilterTemplate("(&(objectClass=inetOrgPerson)(uid={username}))")
        switch server.kind {
        case .openLDAP:
            return LDAPBackendConfiguration(
                name: "corp", users: UserSearch(.search(base: people, filter: byLogin)),
                groups: GroupSearch(base: groups))
        case .directoryServer389:
            return LDAPBackendConfiguration(
                name: "corp", users: UserSearch(.search(base: people, filter: byLogin), idAttribute: "nsUniqueId"),
                groups: GroupSearch(base: groups))
        case .activeDirectory:
            let filter = try FilterTemplate("(&(objectClass=user)(sAMAccountName={username}))")
            return LDAPBackendConfiguration(
                name: "corp", users: UserSearch(.search(base: people, filter: filter), idAttribute: "objectGUID"),
                attributes: AttributeMap(username: "sAMAccountName"),
                groups: GroupSearch(base: groups, type: GroupType(objectClass: "group", memberAttribute: "member")))
        }
    }

    /// Offers a login and a password.
    func logIn(_ login: String, _ password: String) async throws -> AuthenticationVerdict {
        try await backend.authenticate(
            AuthenticationRequest(
                credentials: PasswordCredentials(username: login, password: password),
                context: AuthenticationContext()))
    }

    /// Logs in somebody who is expected to come in.
    func account(_ login: String, _ password: String) async throws -> ExternalAccount {
        let verdict = try await logIn(login, password)
        guard case .authenticated(.external(let account)) = verdict else {
            throw TestSupportError("\(login) did not come in: \(verdict)")
        }
        return account
    }

    /// Logs in somebody of the company with their own password.
    func account(_ login: String) async throws -> ExternalAccount {
        try await account(login, SmallCompany.person(login).password)
    }
}

extension ExternalAccount {
    /// Where the account is in the directory.
    var distinguishedName: DistinguishedName {
        get throws { try DistinguishedName(#require(link.dn)) }
    }
}
