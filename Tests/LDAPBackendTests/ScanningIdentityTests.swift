import AuthCore
import Foundation
import LDAPBackend
import LDAPClient
import TestSupport
import Testing

/// An id is one, and is compared as directories compare it.
@Suite struct ScanningIdentityTests {
    private static let small = "11111111-2222-4333-8444-aaaabbbbcccc"
    private static let carol = "uid=carol,ou=hr,\(Company.people)"

    private static func ann(_ lines: String...) -> String {
        ([
            "dn: uid=ann,\(Company.people)", "objectClass: inetOrgPerson", "cn: ann", "sn: ann",
            "userPassword: ann-secret",
        ]
            + ["uid: ann"] + lines).joined(separator: "\n") + "\n\n"
    }

    @Test func anIDInCapitalsIsTheSameID() async throws {
        let group = """
            dn: cn=capitals,\(Company.groups)
            objectClass: groupOfNames
            cn: capitals
            entryUUID: 22222222-2222-4333-8444-AAAABBBBCCCC
            member: uid=ann,\(Company.people)


            """
        let ldif = Self.ann("entryUUID: \(Self.small.uppercased())") + group
        try await withSlapd(loading: .base(adding: ldif)) { slapd async throws in
            // The directory answers in the case in which the id was loaded.
            #expect(
                try await slapd.entries("(uid=ann)", ["entryUUID"]).first?["entryUUID"] == [Self.small.uppercased()])
            try await Company.on(slapd) { company async throws in
                let scan = try await Scan(company.backend)
                #expect(scan.person("ann")?.link.id == Self.small)
                #expect(scan.groups.map(\.link.id) == ["22222222-2222-4333-8444-aaaabbbbcccc"])
                let login = await company.logIn("ann").external
                #expect(login?.link.id == Self.small && login?.groups.map(\.id) == scan.groups.map(\.link.id))
                let keys = try await company.backend.peopleKeys(ofIDs: [Self.small])
                #expect(keys == [Self.small: scan.person("ann")?.key])
                #expect(
                    try await company.backend.whereabouts(ofIDs: [Self.small])[Self.small]
                        == .inScope(dn: "uid=ann,\(Company.people)"))
            }
        }
    }

    @Test func anIdentityIsNeverTheFirstOfSeveral() async throws {
        let ldif = Self.ann("departmentNumber: ONE", "departmentNumber: TWO")
        try await withSlapd(loading: .base(adding: ldif)) { slapd async throws in
            try await Company.on(slapd, adjust: { $0.users.idAttribute = "departmentNumber" }) { company async throws in
                let scan = try await Scan(company.backend)
                #expect(scan.people.isEmpty)
                #expect(scan.unusable.map(\.id) == [nil])
                #expect(scan.unusable.first?.reason.contains("shows no single departmentNumber") == true)
                #expect(await company.outcome("ann") == .unavailable(.searchRefused))
                // One value that is no UUID is taken to the letter.
                try await slapd.modify(
                    ldif:
                        "dn: uid=ann,\(Company.people)\nchangetype: modify\ndelete: departmentNumber\ndepartmentNumber: TWO\n\n"
                )
                #expect(try await Scan(company.backend).people.map(\.link.id) == ["ONE"])
            }
        }
    }

    @Test func whoHasNoUsableNameIsReadAndDecidedAboutLikeAnybody() async throws {
        let ldif = Self.ann("uid: anna", "employeeType: former", "mail: ann@example.org")
        try await withSlapd(loading: .base(adding: ldif)) { slapd async throws in
            let former = Rule.leaf(.attribute("employeeType", equals: "former"))
            try await Company.on(slapd, adjust: { $0.deny = former }) { company async throws in
                let scan = try await Scan(company.backend)
                #expect(scan.unusable.map(\.dn) == ["uid=ann,\(Company.people)"])
                let ann = try #require(scan.people.first)
                #expect(
                    ann.username == "" && ann.link.id == scan.unusable.first?.id
                        && ann.fields[.email] == "ann@example.org")
                let decision = try await company.backend.ruleDecisions().decide(
                    ann, groups: [], groupsAreComplete: true)
                #expect(decision.account.barred == .inDeniedGroup)
            }
        }
    }

    // MARK: Groups that are hidden

    @Test func aGroupThatShowsNoMemberThoughItMustHaveOneMakesTheScanIncomplete() async throws {
        var options = Slapd.Options()
        options.database = ["access to dn.exact=\"cn=hr,\(Company.groups)\" attrs=member by users search"]
        try await withSlapd(loading: .company, options: options) { slapd async throws in
            try await Company.on(slapd) { company async throws in
                let scan = try await Scan(company.backend)
                #expect(
                    scan.groupsProof.shortfall
                        == "the group cn=hr,\(Company.groups) shows no member, which it must have")
                #expect(scan.groups.first { $0.name == "hr" }?.members == [])
            }
            // Groups of a kind that may be empty are empty.
            let type = GroupType(objectClass: "groupOfNames", memberAttribute: "owner")
            try await Company.on(slapd, adjust: { $0.groups?.type = type }) { company async throws in
                #expect(try await Scan(company.backend).groupsProof.isComplete)
            }
        }
    }

    // MARK: Questions about some

    @Test func theDirectoryItselfSaysWhichGroupsNameAnEntry() async throws {
        try await Company.on(try await SharedSlapd.company.server()) { company async throws in
            let scan = try await Scan(company.backend)
            let carol = try #require(scan.person("carol"))
            let naming = Set(scan.groups.filter { $0.members.contains(carol.key) }.map(\.link.id))
            #expect(!naming.isEmpty && naming.count < scan.groups(of: carol).count)
            #expect(try await company.backend.groupIDs(ofPersonWithID: carol.link.id) == naming)
            #expect(try await company.backend.groupIDs(ofPersonWithID: carol.link.id.uppercased()) == naming)
            #expect(try await company.backend.groupIDs(ofPersonWithID: UUID().uuidString) == nil)
        }
        try await Company.on(
            try await SharedSlapd.company.server(), adjust: { $0.groups = nil }
        ) { company async throws in
            let carol = try #require(try await Scan(company.backend).person("carol"))
            #expect(try await company.backend.groupIDs(ofPersonWithID: carol.link.id) == [])
        }
    }

    @Test func peopleAreFoundByIDWhereTheyAreNow() async throws {
        try await withSlapd(loading: .company) { slapd async throws in
            try await Company.on(slapd) { company async throws in
                let scan = try await Scan(company.backend)
                let (carol, alice) = (try #require(scan.person("carol")), try #require(scan.person("alice")))
                let ids = [carol.link.id, alice.link.id, Self.small]
                #expect(
                    try await company.backend.peopleKeys(ofIDs: ids)
                        == [carol.link.id: carol.key, alice.link.id: alice.key])
                try await slapd.rename(Self.carol, to: "uid=carol", under: "ou=sales,\(Company.people)")
                let moved = try await company.backend.peopleKeys(ofIDs: ids)
                #expect(
                    moved == [
                        carol.link.id: "uid=carol,ou=sales,ou=people,dc=example,dc=org", alice.link.id: alice.key,
                    ])
                var all: [String: String] = [:]
                try await company.backend.scanPeopleKeys { all[$0] = $1 }
                #expect(all.count == scan.people.count && all[carol.link.id] == moved[carol.link.id])
            }
        }
    }

    /// Whoever is on another server is not found; who is found is where they are found.
    @Test func aReferralIsNoReasonNotToFindPeople() async throws {
        let referral = """
            dn: ou=elsewhere,\(Company.people)
            objectClass: referral
            objectClass: extensibleObject
            ou: elsewhere
            ref: ldap://127.0.0.1:1/ou=elsewhere,\(Company.people)


            """
        try await withSlapd(loading: .base(adding: Self.ann("entryUUID: \(Self.small)") + referral)) {
            slapd async throws in
            try await Company.on(slapd) { company async throws in
                #expect(try await company.backend.peopleKeys(ofIDs: [Self.small]).count == 1)
            }
        }
    }
}
