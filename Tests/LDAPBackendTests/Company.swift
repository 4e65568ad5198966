import AuthCore
import LDAPBackend
import LDAPClient
import Logging
import TestSupport

/// A backend on a directory with the company in it, and a chain around it.
struct Company: Sendable {
    let client: LDAPClient
    let backend: LDAPBackend
    let store: InMemoryAccountStore
    let chain: Authenticator

    static let people = "ou=people,dc=example,dc=org"
    static let groups = "ou=groups,dc=example,dc=org"

    /// Runs `body` with a backend on `slapd`, and closes its connections afterwards.
    /// - Parameter adjust: Changes the configuration, which otherwise searches by uid or mail, reads nested groups and mirrors them.
    static func on(
        _ slapd: Slapd, store: InMemoryAccountStore = InMemoryAccountStore(), deadline: Duration = .seconds(120),
        now: @escaping @Sendable () -> DirectoryTime = { .now },
        adjust: (inout LDAPBackendConfiguration) throws -> Void = { _ in }, _ body: (Company) async throws -> Void
    ) async throws {
        let client = LDAPClient(configuration: try clientConfiguration(slapd.uri), logger: Logger(label: "test"))
        var configuration = try configuration()
        try adjust(&configuration)
        let backend = LDAPBackend(configuration: configuration, client: client, memory: store, now: now)
        let chain = Authenticator(backends: [backend], store: store, deadline: LoginDeadline(deadline))
        do {
            try await body(Company(client: client, backend: backend, store: store, chain: chain))
        } catch {
            await client.shutdown()
            throw error
        }
        await client.shutdown()
    }

    static func clientConfiguration(_ uri: String, password: String = "bridge-secret") throws -> LDAPClientConfiguration
    {
        LDAPClientConfiguration(
            servers: [try LDAPURL(uri)],
            serviceAccount: ServiceAccount(
                dn: try DistinguishedName("cn=bridge,ou=services,dc=example,dc=org"), password: { Array(password.utf8) }
            ),
            // The machine may be busy, and only tests of their own are about time.
            timeouts: LDAPTimeouts(connect: .seconds(30), operation: .seconds(60)))
    }

    static func configuration() throws -> LDAPBackendConfiguration {
        LDAPBackendConfiguration(
            name: "corp",
            users: UserSearch(
                .search(
                    base: try DistinguishedName(people),
                    filter: try FilterTemplate("(&(objectClass=inetOrgPerson)(|(uid={username})(mail={username})))"))),
            attributes: AttributeMap(profile: ["department": "departmentNumber"]),
            groups: GroupSearch(base: try DistinguishedName(groups)), mirrorPolicy: MirrorPolicy(groups: .all))
    }

    /// Logs somebody in; the company's rule for passwords is `UID-secret`.
    func logIn(_ username: String, _ password: String? = nil, traced: Bool = false) async -> AuthenticationReport {
        await chain.authenticate(
            PasswordCredentials(username: username, password: password ?? username + "-secret"),
            context: AuthenticationContext(trace: traced ? AuthenticationTrace() : nil))
    }

    func outcome(_ username: String, _ password: String? = nil) async -> AuthenticationOutcome {
        await logIn(username, password).outcome
    }
}

extension Rule {
    static func group(_ name: String) -> Rule { .leaf(.name(name)) }
}
