import AuthCore
import LDAPBackend
import LDAPClient
import TestSupport
import Testing

/// What a directory that counts wrong passwords sees of them.
@Suite struct LockoutTests {
    /// A directory that locks an account at the fifth wrong password.
    private func withLockingDirectory(_ body: (Slapd) async throws -> Void) async throws {
        let policy = """
            dn: cn=strict,ou=policies,dc=example,dc=org
            objectClass: device
            objectClass: pwdPolicy
            cn: strict
            pwdAttribute: userPassword
            pwdLockout: TRUE
            pwdMaxFailure: 5
            pwdFailureCountInterval: 600


            """
        let alice = """
            dn: uid=alice,ou=people,dc=example,dc=org
            objectClass: inetOrgPerson
            uid: alice
            cn: alice
            sn: alice
            userPassword: alice-secret
            pwdPolicySubentry: cn=strict,ou=policies,dc=example,dc=org


            """
        try await withSlapd(loading: .base(adding: policy + alice), body)
    }

    private func logIn(_ company: Company, _ password: String, from address: String? = nil) async
        -> AuthenticationOutcome
    {
        await company.chain.authenticate(
            PasswordCredentials(username: "alice", password: password),
            context: AuthenticationContext(clientAddress: address)
        ).outcome
    }

    @Test func aRefusedPasswordIsOfferedOnceHoweverOftenAClientRepeatsIt() async throws {
        try await withLockingDirectory { slapd async throws in
            try await Company.on(slapd) { company async throws in
                let cost = try await slapd.counting {
                    for _ in 0..<20 { #expect(await logIn(company, "of last year") == .rejected(.wrongPassword)) }
                }
                // One as the service account, one as alice.
                #expect(cost["Bind"] == 2)
                #expect(await logIn(company, "alice-secret").user != nil)
            }
        }
    }

    @Test func attemptsAreRememberedAlsoWhereATemplateMakesTheDN() async throws {
        let template = try DNTemplate("uid={username},ou=people,dc=example,dc=org")
        try await withLockingDirectory { slapd async throws in
            try await Company.on(slapd, adjust: { $0.users = UserSearch(.template(template)) }) {
                company async throws in
                for number in 0..<20 {
                    #expect(await logIn(company, "of last year") == .rejected(.wrongPassword))
                    _ = await logIn(company, "guess \(number)")
                }
                // The directory would have locked the account at the fifth.
                let binds = try slapd.log().ranges(of: "BIND dn=\"uid=alice,ou=people,dc=example,dc=org\" method")
                #expect(binds.count < 5)
                #expect(await logIn(company, "alice-secret") == .denied(.throttled))
            }
        }
    }

    @Test func aRefusedPasswordThatBecomesTheRightOneIsOfferedAgain() async throws {
        try await withLockingDirectory { slapd async throws in
            try await Company.on(slapd) { company async throws in
                #expect(await logIn(company, "tomorrows") == .rejected(.wrongPassword))
                try await slapd.modify(
                    ldif:
                        """
                        dn: uid=alice,ou=people,dc=example,dc=org
                        changetype: modify
                        replace: userPassword
                        userPassword: tomorrows
                        """)
                #expect(await logIn(company, "tomorrows").user != nil)
            }
        }
    }

    @Test(arguments: [true, false]) func nobodyIsLockedOutFromHere(_ isConfigured: Bool) async throws {
        try await withLockingDirectory { slapd async throws in
            try await Company.on(
                slapd,
                adjust: {
                    if isConfigured { $0.attempts.limit = LockoutLimit(threshold: 5, window: .seconds(600)) }
                }
            ) { company async throws in
                #expect(await logIn(company, "alice-secret", from: "office").user != nil)
                var outcomes: [AuthenticationOutcome] = []
                for number in 0..<30 { outcomes.append(await logIn(company, "guess \(number)", from: "far away")) }
                #expect(outcomes.prefix(3).allSatisfy { $0 == .rejected(.wrongPassword) })
                #expect(outcomes.dropFirst(3).allSatisfy { $0 == .denied(.throttled) })
                // One is left for whoever was here before.
                #expect(await logIn(company, "mistyped", from: "office") == .rejected(.wrongPassword))
                #expect(await logIn(company, "mistyped again", from: "office") == .denied(.throttled))
                let answer = try await company.client.verifyPassword(
                    dn: "uid=alice,ou=people,dc=example,dc=org", password: Array("alice-secret".utf8))
                #expect(answer.isSuccess)
            }
        }
    }
}
