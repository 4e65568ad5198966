import AuthCore
import LDAPBackend
import LDAPClient
import TestSupport
import Testing

/// What people read on their own connection, on slapd.
@Suite struct ReadingAsThePersonTests {
    /// The service account finds people and sees neither telephone numbers nor groups; these show themselves to their members alone.
    private func withNarrowServiceAccount(
        adjust: (inout LDAPBackendConfiguration) throws -> Void = { _ in },
        _ body: (Slapd, Company) async throws -> Void
    ) async throws {
        var options = Slapd.Options()
        options.database = [
            "access to attrs=telephoneNumber by self read by * none",
            "access to dn.onelevel=\"\(Company.groups)\" by dnattr=member read by * none",
        ]
        let content = Slapd.Content.company(
            adding: """
                dn: uid=wanda,ou=people,dc=example,dc=org
                objectClass: inetOrgPerson
                uid: wanda
                cn: Wanda
                sn: Wind
                telephoneNumber: 4711
                userPassword: wanda-secret

                dn: cn=sailors,ou=groups,dc=example,dc=org
                objectClass: groupOfNames
                cn: sailors
                member: uid=wanda,ou=people,dc=example,dc=org
                """)
        try await withSlapd(loading: content, options: options) { slapd in
            try await Company.on(
                slapd,
                adjust: {
                    $0.attributes = AttributeMap(profile: ["telephone": "telephoneNumber"])
                    try adjust(&$0)
                }
            ) { try await body(slapd, $0) }
        }
    }

    @Test func theirRightsCountAndNotTheServiceAccounts() async throws {
        try await withNarrowServiceAccount { _, company async throws in
            let report = await company.logIn("wanda")
            #expect(report.external?.profile["telephone"] == .some(nil))
            #expect(report.external?.groups.isEmpty == true)
        }
        try await withNarrowServiceAccount(adjust: { $0.readsAs = .person }) { slapd, company async throws in
            var report = AuthenticationReport(outcome: .notFound)
            let counted = try await slapd.counting { report = await company.logIn("wanda") }
            #expect(report.outcome.user?.username == "wanda")
            #expect(report.external?.profile["telephone"] == "4711")
            #expect(report.external?.groups.map(\.name) == ["sailors"])
            // The service account's bind, and one of the person: the password is not offered again for what is read.
            #expect(counted["Bind"] == 2)
            #expect(await company.outcome("wanda", "wrong") == .rejected(.wrongPassword))
        }
    }

    /// A rule's group that is hidden from one person is not taken for hidden from the next.
    @Test func whatOnePersonSeesOfRulesIsNotKeptForOthers() async throws {
        try await withNarrowServiceAccount(adjust: {
            $0.readsAs = .person
            $0.require = .group("sailors")
        }) { _, company async throws in
            #expect(await company.outcome("carol") == .denied(.ruleUnknown))
            #expect(await company.outcome("wanda").user?.username == "wanda")
            #expect(await company.outcome("carol") == .denied(.ruleUnknown))
        }
    }

    /// Somebody who does not see the group that a rule means does not come in by another one of its name, and changes nothing for others.
    @Test func aGroupThatAPersonDoesNotSeeIsNotTakenForItsTwin() async throws {
        let (alice, carol) = (
            "uid=alice,ou=engineering,ou=people,dc=example,dc=org", "uid=carol,ou=hr,ou=people,dc=example,dc=org"
        )
        var options = Slapd.Options()
        options.database = [
            "access to dn.exact=\"cn=sailors,\(Company.groups)\" "
                + "by dn.exact=\"cn=bridge,ou=services,dc=example,dc=org\" read "
                + "by dn.exact=\"\(alice)\" read by * none"
        ]
        func sailors(_ place: String, _ member: String) -> String {
            "dn: cn=sailors,\(place)\nobjectClass: groupOfNames\ncn: sailors\nmember: \(member)\n\n"
        }
        let content = Slapd.Content.company(adding: sailors(Company.groups, alice))
        try await withSlapd(loading: content, options: options) { slapd in
            try await Company.on(
                slapd,
                adjust: {
                    $0.readsAs = .person
                    $0.require = .group("sailors")
                }
            ) { company in
                // A check, as the service account, that remembers the group.
                #expect(try await company.backend.unresolvedRuleGroups() == [])
                try await slapd.add(
                    ldif: "dn: ou=own,\(Company.groups)\nobjectClass: organizationalUnit\nou: own\n\n"
                        + sailors("ou=own,\(Company.groups)", carol))
                let report = await company.logIn("carol", traced: true)
                #expect(report.outcome == .denied(.ruleUnknown))
                #expect(report.explanation?.contains("hidden from the person") == true)
                #expect(await company.outcome("alice").user?.username == "alice")
            }
        }
    }

    @Test(arguments: [
        "{username}", "corp.example.org", "{username}{username}@corp", "uid={username},dc=example", "{username}corp",
    ])
    func aBindNameIsAPrincipalNameOrADomainsName(_ text: String) {
        #expect(throws: LDAPError.self) { try BindName(text) }
    }

    @Test func aUsernameStaysOneName() throws {
        let name = try BindName("{username}@corp.example.org")
        #expect(name.name(for: "alice") == "alice@corp.example.org")
        for other in [
            "alice@evil.example.org", "CORP\\alice", "cn=alice,dc=x", "al\0ice", "", "alice\n", "alice@\u{301}evil",
            "al\u{7}ice",
        ] {
            #expect(name.name(for: other) == nil)
        }
        #expect(try BindName("CORP\\{username}").name(for: "žofie") == "CORP\\žofie")
    }
}
