import AuthCore
import LDAPBackend
import LDAPClient
import Logging
import TestSupport
import Testing

/// An answer that was cut off, or that hides what matters, proves nothing: nobody gets in, and nothing is taken away.
@Suite struct UnprovenAnswerTests {
    private static let twin = """
        dn: ou=former,ou=groups,dc=example,dc=org
        objectClass: organizationalUnit
        ou: former

        dn: cn=suspended,ou=former,ou=groups,dc=example,dc=org
        objectClass: groupOfNames
        cn: suspended
        member: uid=nobody,dc=example,dc=org

        """

    private static func referral(below parent: String) -> String {
        """
        dn: ou=elsewhere,\(parent)
        objectClass: referral
        objectClass: extensibleObject
        ou: elsewhere
        ref: ldap://127.0.0.1:1/ou=elsewhere,\(parent)

        """
    }

    private func report(
        of username: String, loading content: Slapd.Content = .company, _ database: [String] = [],
        adjust: (inout LDAPBackendConfiguration) throws -> Void = { _ in }
    ) async throws -> AuthenticationReport {
        var options = Slapd.Options()
        options.database = database
        var report = AuthenticationReport(outcome: .notFound)
        try await withSlapd(loading: content, options: options) { slapd async throws in
            try await Company.on(slapd, adjust: adjust) { report = await $0.logIn(username, traced: true) }
        }
        return report
    }

    // MARK: Cut off

    /// The outcome with a service account to which the server gives one entry and no more.
    private func outcomeWithOneEntry(
        _ username: String, _ password: String, adjust: (inout LDAPBackendConfiguration) throws -> Void = { _ in }
    ) async throws -> AuthenticationOutcome {
        let reader = "cn=reader,ou=services,dc=example,dc=org"
        let ldif = """
            dn: \(reader)
            objectClass: person
            cn: reader
            sn: reader
            userPassword: reader-secret

            dn: uid=loner,ou=people,dc=example,dc=org
            objectClass: inetOrgPerson
            uid: loner
            cn: loner
            sn: loner
            userPassword: loner-secret

            """
        var options = Slapd.Options()
        options.database = [
            "limits dn.exact=\"\(reader)\" size=1", "access to * by dn.exact=\"\(reader)\" read by * break",
        ]
        var configuration = try Company.configuration()
        try adjust(&configuration)
        return try await withSlapd(loading: .company(adding: Self.twin + "\n" + ldif), options: options) { slapd in
            var settings = try Company.clientConfiguration(slapd.uri)
            settings.serviceAccount = ServiceAccount(dn: try DistinguishedName(reader)) { Array("reader-secret".utf8) }
            let client = LDAPClient(configuration: settings, logger: Logger(label: "test"))
            let store = InMemoryAccountStore()
            let backend = LDAPBackend(configuration: configuration, client: client, memory: store)
            let outcome = await Authenticator(backends: [backend], store: store)
                .authenticate(PasswordCredentials(username: username, password: password)).outcome
            await client.shutdown()
            return outcome
        }
    }

    @Test func theFirstOfSeveralEntriesIsNobodysUntilAllAreKnown() async throws {
        let outcome = try await outcomeWithOneEntry("jsmith", "jsmith-secret") { $0.groups = nil }
        #expect(outcome == .unavailable(.searchRefused))
    }

    @Test func groupsThatWereCutOffAreAnOutage() async throws {
        #expect(try await outcomeWithOneEntry("zofie", "zofie-secret") == .unavailable(.searchRefused))
    }

    @Test func aRulesGroupThatMayBeOneOfSeveralIsAnOutage() async throws {
        let outcome = try await outcomeWithOneEntry("loner", "loner-secret") { $0.deny = .group("suspended") }
        #expect(outcome == .unavailable(.searchRefused))
    }

    @Test func groupsThatAnotherServerHoldsMakeTheAnswerIncomplete() async throws {
        let external = try await report(
            of: "carol", loading: .company(adding: Self.referral(below: Company.groups))
        ).external
        #expect(external?.groupsAreComplete == false)
        #expect(external?.groups.isEmpty == false)
    }

    @Test func anEntryThatMayBeOnAnotherServerKeepsItsName() async throws {
        let carol = "uid=carol,ou=hr,ou=people,dc=example,dc=org"
        let content = Slapd.Content.company(adding: Self.referral(below: Company.people))
        try await withSlapd(loading: content) { slapd async throws in
            try await Company.on(slapd) { company async throws in
                let carolsAccount = try #require(await company.outcome("carol").user)
                try await slapd.delete(carol)
                try await slapd.add(
                    ldif: """
                        dn: \(carol)
                        objectClass: inetOrgPerson
                        uid: carol
                        cn: New Carol
                        sn: Carol
                        mail: new.carol@example.org
                        userPassword: another-secret

                        """)
                #expect(
                    await company.outcome("new.carol@example.org", "another-secret") == .unavailable(.searchRefused))
                #expect(try await company.store.accounts().map(\.user) == [carolsAccount])
            }
        }
    }

    // MARK: Hidden

    @Test func anEntryWithoutAnIDIsAnOutage() async throws {
        let hidden = ["access to dn.subtree=\"\(Company.people)\" attrs=entryUUID by * none"]
        #expect(try await report(of: "carol", hidden).outcome == .unavailable(.searchRefused))
    }

    @Test func aGroupWithoutAnIDIsAnOutage() async throws {
        let hidden = ["access to dn.subtree=\"\(Company.groups)\" attrs=entryUUID by * none"]
        #expect(try await report(of: "carol", hidden).outcome == .unavailable(.searchRefused))
    }

    @Test func aPersonWhoseEntryCannotBeReadIsAnOutage() async throws {
        let hidden = ["access to dn.subtree=\"ou=hr,\(Company.people)\" attrs=entry,uid by * none"]
        let template = try DNTemplate("uid={username},ou=hr,ou=people,dc=example,dc=org")
        let outcome = try await report(of: "carol", hidden) { $0.users = UserSearch(.template(template)) }.outcome
        #expect(outcome == .unavailable(.searchRefused))
    }

    // MARK: Ambiguous

    @Test func anEntryWithTwoUsernamesIsNobody() async throws {
        let ldif = """
            dn: cn=Two Names,\(Company.people)
            objectClass: inetOrgPerson
            uid: first
            uid: second
            cn: Two Names
            sn: Names
            userPassword: second-secret

            """
        #expect(try await report(of: "second", loading: .company(adding: ldif)).outcome == .rejected(.malformedName))
    }

    @Test func aGroupNameThatTwoGroupsHaveDecidesNothing() async throws {
        let answer = try await report(of: "mallory", loading: .company(adding: Self.twin)) {
            $0.deny = .group("suspended")
        }
        #expect(answer.outcome == .denied(.ruleUnknown))
        #expect(answer.explanation?.contains("stands for several groups") == true)
    }

    @Test func aMissingBaseOfGroupsIsNotAGroupThatIsGone() async throws {
        try await Company.on(
            try await SharedSlapd.company.server(),
            adjust: {
                $0.groups?.bases = [try DistinguishedName("ou=gruops,dc=example,dc=org")]
                $0.deny = .group("suspended")
            }
        ) { company async throws in
            await #expect(throws: AuthenticationOutage.self) { try await company.backend.unresolvedRuleGroups() }
        }
    }
}
