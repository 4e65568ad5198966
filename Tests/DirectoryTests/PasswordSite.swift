import AuthCore
import LDAPBackend
import LDAPClient
import Logging
import TestSupport
import Testing

/// A directory of its own in which people may change their passwords and the service account may set them, with a policy.
struct PasswordSite: Sendable {
    let server: any DirectoryServer
    let client: LDAPClient
    let backend: LDAPBackend

    /// Starts a directory and runs `body`.
    /// - Parameter mayReset: Whether the service account may set passwords without the old one. Default: `true`; `false` matters to Active
    ///   Directory alone, where everybody may change a password whose old value they know.
    static func on(
        _ kind: DirectoryKind, mayReset: Bool = true, _ body: (PasswordSite) async throws -> Void
    ) async throws {
        switch kind {
        case .openLDAP:
            var options = Slapd.Options()
            options.tls = true
            options.database = [
                "access to attrs=userPassword,pwdReset by dn.exact=\"cn=bridge,ou=services,dc=example,dc=org\" write"
                    + " by self write by anonymous auth by * none"
            ]
            try await withSlapd(loading: .smallCompany(.company), options: options) { slapd async throws in
                try await slapd.modify(
                    ldif: """
                        dn: cn=default,ou=policies,\(slapd.suffix)
                        changetype: modify
                        replace: pwdInHistory
                        pwdInHistory: 3
                        -
                        replace: pwdMinLength
                        pwdMinLength: 8
                        -
                        replace: pwdCheckQuality
                        pwdCheckQuality: 2

                        """)
                try await slapd.lockAccounts()
                try await on(slapd, as: slapd.serviceDN, slapd.servicePassword, body)
            }
        case .directoryServer389:
            try await withDirectoryServer389 { server async throws in
                try await server.modify(
                    ldif: """
                        dn: \(server.suffix)
                        changetype: modify
                        add: aci
                        aci: (targetattr = "userPassword")(version 3.0; acl "passwords"; allow (write) \
                        userdn = "ldap:///\(server.serviceDN)";)

                        dn: cn=config
                        changetype: modify
                        replace: passwordCheckSyntax
                        passwordCheckSyntax: on
                        -
                        replace: passwordMinLength
                        passwordMinLength: 8
                        -
                        replace: passwordHistory
                        passwordHistory: on
                        -
                        replace: passwordInHistory
                        passwordInHistory: 3

                        """)
                try await on(server, as: server.serviceDN, server.servicePassword, body)
            }
        case .activeDirectory:
            try await withSambaDomain { domain async throws in
                try await on(
                    domain, as: mayReset ? domain.adminDN : domain.serviceDN,
                    mayReset ? domain.adminPassword : domain.servicePassword, body)
            }
        }
    }

    private static func on(
        _ server: any DirectoryServer, as dn: String, _ password: String, _ body: (PasswordSite) async throws -> Void
    ) async throws {
        try await Site.on(server) { site async throws in
            var configuration = site.client.configuration
            configuration.serviceAccount = ServiceAccount(
                dn: try DistinguishedName(dn), password: { Array(password.utf8) })
            let client = LDAPClient(configuration: configuration, logger: Logger(label: "test"))
            let backend = LDAPBackend(
                configuration: try await site.backend.configuration(), client: client, memory: InMemoryAccountStore())
            do {
                try await body(PasswordSite(server: server, client: client, backend: backend))
            } catch {
                await client.shutdown()
                throw error
            }
            await client.shutdown()
        }
    }

    /// Changes a password as its owner.
    func change(_ login: String, from old: String, to new: String) async throws -> PasswordChangeOutcome {
        try await backend.changePassword(
            PasswordChangeRequest(
                username: LoginName(login), authority: .person(oldPassword: Secret(old)), newPassword: Secret(new),
                cause: .administrator("test")))
    }

    /// Resets a password as the service account.
    func reset(_ login: String, to new: String, mustChange: Bool = false) async throws -> PasswordChangeOutcome {
        try await backend.changePassword(
            PasswordChangeRequest(
                username: LoginName(login), authority: .administrator(mustChange: mustChange),
                newPassword: Secret(new), cause: .administrator("test")))
    }

    /// What a login comes to, in a word.
    func logIn(_ login: String, _ password: String) async throws -> String {
        let verdict = try await backend.authenticate(
            AuthenticationRequest(credentials: PasswordCredentials(username: login, password: password)))
        return switch verdict {
        case .authenticated: "authenticated"
        case .notFound: "notFound"
        case .rejected(let reason): reason.rawValue
        case .denied(let reason): reason.rawValue
        }
    }
}

extension PasswordChangeOutcome {
    /// The reason of a refusal.
    var refusal: PasswordRefusal? {
        if case .refused(let refusal) = self { refusal } else { nil }
    }
}
