import AuthCore
import LDAPBackend
import LDAPClient
import Logging
import TestSupport
import Testing

/// OpenLDAP with alice and bob, who may change their passwords, and a backend on it.
struct PasswordCompany: Sendable {
    let slapd: Slapd
    let client: LDAPClient
    let backend: LDAPBackend

    /// Starts it and runs `body`.
    /// - Parameters:
    ///   - policy: Lines of the policy that holds for alice.
    ///   - access: Who may do what with `userPassword`, beside binding.
    ///   - isEncrypted: Whether it is reached by ldaps.
    ///   - rememberRefusals: For how long a refused password is remembered.
    static func on(
        policy: [String] = [], access: [String] = ["by dn.exact=\"cn=bridge,ou=services,dc=example,dc=org\" write"],
        owner: String = "by self =wx", isEncrypted: Bool = true, rememberRefusals: Duration = .seconds(300),
        _ body: (PasswordCompany) async throws -> Void
    ) async throws {
        var options = Slapd.Options()
        options.tls = true
        options.database = [
            (["access to attrs=userPassword"] + access + [owner, "by anonymous auth by * none"])
                .joined(separator: " "),
            // Nobody sees from the entry that a password was changed.
            "access to attrs=pwdChangedTime by * none",
        ]
        let ldif =
            (["dn: cn=strict,ou=policies,dc=example,dc=org", "objectClass: device", "objectClass: pwdPolicy"]
            + ["cn: strict", "pwdAttribute: userPassword"] + policy).joined(separator: "\n") + "\n\n"
            + person("alice", "pwdPolicySubentry: cn=strict,ou=policies,dc=example,dc=org") + person("bob")
        try await withSlapd(loading: .base(adding: ldif), options: options) { slapd in
            var configuration = try Company.clientConfiguration(
                isEncrypted ? #require(slapd.ldapsURI) : slapd.uri)
            configuration.connection.tls.caFile = try await Certificates.shared().authority
            configuration.connection.timeouts = LDAPTimeouts(connect: .seconds(60), operation: .seconds(60))
            var settings = try Company.configuration()
            settings.attempts.rememberRefusals = rememberRefusals
            let client = LDAPClient(configuration: configuration, logger: Logger(label: "test"))
            let backend = LDAPBackend(configuration: settings, client: client, memory: InMemoryAccountStore())
            do {
                try await body(PasswordCompany(slapd: slapd, client: client, backend: backend))
            } catch {
                await client.shutdown()
                throw error
            }
            await client.shutdown()
        }
    }

    private static func person(_ uid: String, _ line: String = "description: nobody in particular") -> String {
        """
        dn: uid=\(uid),\(Company.people)
        objectClass: inetOrgPerson
        uid: \(uid)
        cn: \(uid)
        sn: \(uid)
        userPassword: \(uid)-secret
        \(line)


        """
    }

    func change(
        _ login: String, from old: String? = nil, to new: String, candidate: (any Sendable)? = nil
    ) async throws -> PasswordChangeOutcome {
        try await backend.changePassword(
            PasswordChangeRequest(
                username: LoginName(login), candidate: candidate,
                authority: .person(oldPassword: Secret(old ?? login + "-secret")), newPassword: Secret(new),
                cause: .administrator("test")))
    }

    func reset(
        _ login: String, to new: String, mustChange: Bool = false, candidate: (any Sendable)? = nil
    ) async throws -> PasswordChangeOutcome {
        try await backend.changePassword(
            PasswordChangeRequest(
                username: LoginName(login), candidate: candidate, authority: .administrator(mustChange: mustChange),
                newPassword: Secret(new), cause: .administrator("test")))
    }

    /// Why a change is refused, if it is.
    func reason(change login: String, from old: String? = nil, to new: String) async throws -> PasswordRefusal.Reason? {
        try await change(login, from: old, to: new).refusal?.reason
    }

    /// Why a reset is refused, if it is.
    func reason(reset login: String, to new: String) async throws -> PasswordRefusal.Reason? {
        try await reset(login, to: new).refusal?.reason
    }

    func verdict(_ login: String, _ password: String) async throws -> AuthenticationVerdict {
        try await backend.authenticate(
            AuthenticationRequest(credentials: PasswordCredentials(username: login, password: password)))
    }

    func letsIn(_ login: String, _ password: String) async throws -> Bool {
        if case .authenticated = try await verdict(login, password) { true } else { false }
    }
}

extension PasswordChangeOutcome {
    /// The refusal, if it is one.
    var refusal: PasswordRefusal? {
        if case .refused(let refusal) = self { refusal } else { nil }
    }
}
