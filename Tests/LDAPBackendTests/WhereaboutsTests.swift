import AuthCore
import LDAPBackend
import LDAPClient
import Logging
import TestSupport
import Testing

@Suite struct WhereaboutsTests {
    private static let filter = "(&(objectClass=inetOrgPerson)(!(employeeType=former))(uid={username}))"

    private static func users(base: String = Company.people) throws -> UserSearch {
        UserSearch(.search(base: try DistinguishedName(base), filter: try FilterTemplate(filter)))
    }

    @Test func whoIsThereWhoMovedAndWhoIsGoneAreToldApart() async throws {
        let former = """
            dn: ou=former,dc=example,dc=org
            objectClass: organizationalUnit
            ou: former

            """
        try await withSlapd(loading: .company(adding: former)) { slapd async throws in
            let users = try Self.users()
            try await Company.on(slapd, adjust: { $0.users = users }) { company async throws in
                let scan = try await Scan(company.backend)
                let id = { (name: String) in try #require(scan.person(name)).link.id }
                let carol = "uid=carol,ou=hr,\(Company.people)"
                try await slapd.delete("uid=bob,ou=sales,\(Company.people)")
                try await slapd.rename(
                    "uid=zofie,ou=engineering,\(Company.people)", to: "uid=zofie", under: "ou=former,dc=example,dc=org")
                try await slapd.rename(
                    "uid=mallory,ou=sales,\(Company.people)", to: "uid=mal", under: "ou=hr,\(Company.people)")
                try await slapd.modify(
                    ldif: """
                        dn: \(carol)
                        changetype: modify
                        replace: employeeType
                        employeeType: Former

                        """)
                let ids = try ["alice", "bob", "carol", "zofie", "mallory"].map(id) + ["no-such-id"]
                let answers = try await company.backend.whereabouts(ofIDs: ids)
                #expect(answers.count == 6)
                #expect(answers[ids[0]] == .inScope(dn: "uid=alice,ou=engineering,\(Company.people)"))
                #expect(answers[ids[1]] == .absent)
                #expect(answers[ids[2]] == .excluded(dn: carol))
                #expect(answers[ids[3]] == .elsewhere(dn: "uid=zofie,ou=former,dc=example,dc=org"))
                #expect(answers[ids[4]] == .inScope(dn: "uid=mal,ou=hr,\(Company.people)"))
                #expect(answers[ids[5]] == .absent)
                #expect(answers.values.count(where: \.isInScope) == 2)
                let upper = try id("alice").uppercased()
                #expect(try await company.backend.whereabouts(ofIDs: [upper, upper])[upper]?.isInScope == true)
                #expect(try await company.backend.whereabouts(ofIDs: []).isEmpty)
            }
        }
    }

    @Test func fiftyIDsCostOneSearchAndTheAbsentAFewMore() async throws {
        try await withSlapd(loading: .company) { slapd async throws in
            let users = try Self.users()
            try await Company.on(slapd, adjust: { $0.users = users }) { company async throws in
                let scan = try await Scan(company.backend)
                let ids = scan.people.map(\.link.id)
                _ = try await company.backend.whereabouts(ofIDs: ids)
                var cost = try await slapd.counting {
                    let answers = try await company.backend.whereabouts(ofIDs: ids)
                    #expect(answers.count == 300 && answers.values.allSatisfy(\.isInScope))
                }
                #expect(cost["Search"] == 6 && cost.connections == 0)
                cost = try await slapd.counting {
                    let gone = (1...50).map { "00000000-0000-4000-8000-0000000000\($0 + 9)" }
                    let answers = try await company.backend.whereabouts(ofIDs: gone)
                    #expect(answers.count == 50 && answers.values.allSatisfy { $0 == .absent })
                }
                // Among people, below the base, below dc=org, which is not there, and below dc=example,dc=org.
                #expect(cost["Search"] == 4)
            }
        }
    }

    @Test func aPlaceAboveTheBaseThatCannotBeReadProvesNothing() async throws {
        var options = Slapd.Options()
        options.database = ["access to dn.base=\"dc=example,dc=org\" by * none"]
        let users = try Self.users(base: "ou=hr,\(Company.people)")
        try await withSlapd(loading: .company, options: options) { slapd async throws in
            try await Company.on(slapd, adjust: { $0.users = users }) { company async throws in
                let scan = try await Scan(company.backend)
                let carol = try #require(scan.person("carol")).link.id
                let dn = "uid=carol,ou=sales,\(Company.people)"
                try await slapd.rename(
                    "uid=carol,ou=hr,\(Company.people)", to: "uid=carol", under: "ou=sales,\(Company.people)")
                let answers = try await company.backend.whereabouts(ofIDs: [carol, "gone"])
                #expect(answers == [carol: .elsewhere(dn: dn), "gone": .absent])
            }
        }
    }

    @Test func withADNTemplateOnlyThePlaceItNamesIsInScope() async throws {
        let template = try DNTemplate("uid={username},ou=hr,\(Company.people)")
        try await withSlapd(loading: .company) { slapd async throws in
            try await Company.on(slapd, adjust: { $0.users = UserSearch(.template(template)) }) {
                company async throws in
                let alice = try await slapd.entries("(uid=alice)", ["entryUUID"])[0]["entryUUID"]?.first ?? ""
                let carol = try await slapd.entries("(uid=carol)", ["entryUUID"])[0]["entryUUID"]?.first ?? ""
                let answers = try await company.backend.whereabouts(ofIDs: [alice, carol])
                #expect(answers[carol]?.isInScope == true)
                #expect(answers[alice] == .elsewhere(dn: "uid=alice,ou=engineering,\(Company.people)"))
            }
        }
    }

    // MARK: No evidence

    @Test func anAnswerThatIsNotCompleteIsAnOutage() async throws {
        let referral = """
            dn: ou=elsewhere,\(Company.people)
            objectClass: referral
            objectClass: extensibleObject
            ou: elsewhere
            ref: ldap://127.0.0.1:1/ou=elsewhere,\(Company.people)

            """
        try await withSlapd(loading: .company(adding: referral)) { slapd async throws in
            try await Company.on(slapd) { company async throws in
                let outage = await #expect(throws: AuthenticationOutage.self) {
                    try await company.backend.whereabouts(ofIDs: ["x"])
                }
                #expect(outage?.reason == .searchRefused)
                #expect(outage?.message.contains("did not come to an end") == true)
            }
        }
    }

    @Test func aBaseThatIsNotThereAndAServerThatIsDownAreOutages() async throws {
        try await withSlapd(loading: .company) { slapd async throws in
            let elsewhere = try Self.users(base: "ou=poeple,dc=example,dc=org")
            try await Company.on(slapd, adjust: { $0.users = elsewhere }) { company async throws in
                let outage = await #expect(throws: AuthenticationOutage.self) {
                    try await company.backend.whereabouts(ofIDs: ["x"])
                }
                #expect(outage?.reason == .searchRefused)
                await slapd.stop()
                let down = await #expect(throws: AuthenticationOutage.self) {
                    try await company.backend.whereabouts(ofIDs: ["x"])
                }
                #expect(down?.reason == .serverDown)
            }
        }
    }

    @Test func anEntryThatMatchesAndHidesItsIDIsAnOutage() async throws {
        var options = Slapd.Options()
        options.database = ["access to dn.subtree=\"\(Company.people)\" attrs=entryUUID by * search"]
        try await withSlapd(loading: .company, options: options) { slapd async throws in
            let carol = try await slapd.entries("(uid=carol)", ["entryUUID"])[0]["entryUUID"]?.first ?? ""
            try await Company.on(slapd) { company async throws in
                await #expect(throws: AuthenticationOutage.self) {
                    try await company.backend.whereabouts(ofIDs: [carol])
                }
            }
        }
    }
}
