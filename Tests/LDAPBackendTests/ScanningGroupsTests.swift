import AuthCore
import LDAPBackend
import LDAPClient
import TestSupport
import Testing

@Suite struct ScanningGroupsTests {
    @Test func everyGroupComesWithTheKeysOfItsMembers() async throws {
        let slapd = try await SharedSlapd.company.server()
        let expected = try await slapd.entries("(objectClass=groupOfNames)", ["cn", "entryUUID", "member"])
        try await Company.on(slapd) { company async throws in
            let scan = try await Scan(company.backend)
            #expect(scan.groupsProof == ScanProof(shortfall: nil, entries: expected.count))
            #expect(scan.groups.count == expected.count && expected.count > 20)
            let byID = Dictionary(uniqueKeysWithValues: scan.groups.map { ($0.link.id, $0) })
            for entry in expected {
                let group = try #require(byID[entry["entryUUID"]?.first ?? ""])
                #expect(group.name == entry["cn"]?.first)
                #expect(group.key == (try DistinguishedName(entry["dn"]?.first ?? "")).canonicalKey)
                let members = try (entry["member"] ?? []).map { try DistinguishedName($0).canonicalKey }
                #expect(group.members.sorted() == members.sorted())
                #expect(group.warnings.isEmpty)
            }
            let everyone = try #require(scan.groups.first { $0.name == "everyone" })
            #expect(Set(everyone.members) == Set(scan.people.map(\.key)))
            let odd = try #require(scan.groups.first { $0.name == "R&D, \"Skunk\" + Works" })
            #expect(Set(odd.members).isSubset(of: scan.people.map(\.key)) && odd.members.count == 4)
        }
    }

    @Test func aMemberIsFoundHoweverTheGroupSpellsIt() async throws {
        let group = """
            dn: cn=Spelled, ou=groups, dc=example, dc=org
            objectClass: groupOfNames
            cn: spelled
            member: UID=Alice ,  OU=Engineering,ou=PEOPLE,dc=example,dc=org
            member: 0.9.2342.19200300.100.1.1=carol,ou=hr,ou=people,dc=example,domainComponent=ORG
            member: uid=MULTI+cn=mila   multi,ou=qualit\\C3\\84t,ou=people,dc=example,dc=org
            member: cn=Comma\\2C Carl,ou=qualit\\c3\\a4t,ou=people,dc=example,dc=org

            """
        try await withSlapd(loading: .company(adding: group)) { slapd async throws in
            try await Company.on(slapd) { company async throws in
                let scan = try await Scan(company.backend)
                let members = try #require(scan.groups.first { $0.name == "spelled" }).members
                let people = scan.people.filter { members.contains($0.key) }.map(\.username)
                #expect(people.sorted() == ["alice", "carol", "comma", "multi"])
            }
        }
    }

    @Test func aGroupOfFifteenHundredIsReadInOneSearch() async throws {
        let members = (1...1500).map { "member: uid=person\($0),\(Company.people)" }
        let group = (["dn: cn=crowd,\(Company.groups)", "objectClass: groupOfNames", "cn: crowd"] + members)
            .joined(separator: "\n")
        try await withSlapd(loading: .company(adding: group + "\n")) { slapd async throws in
            try await Company.on(slapd) { company async throws in
                var crowd: ScannedGroup?
                let cost = try await slapd.counting {
                    let proof = try await company.backend.scanGroups { if $0.name == "crowd" { crowd = $0 } }
                    #expect(proof.isComplete)
                }
                // The client's first connection reads the root DSE.
                #expect(cost["Search"] == 2 && cost["Bind"] == 1)
                #expect(
                    Set(try #require(crowd).members)
                        == Set((1...1500).map { "uid=person\($0),ou=people,dc=example,dc=org" }))
            }
        }
    }

    @Test func membersThatAreNoDNsAreLeftOutAndCounted() async throws {
        try await Company.on(
            try await SharedSlapd.company.server(),
            adjust: { $0.groups?.type = GroupType(objectClass: "posixGroup", memberAttribute: "memberUid") }
        ) { company async throws in
            let scan = try await Scan(company.backend)
            let unix = try #require(scan.groups.first)
            #expect(scan.groups.count == 1 && unix.members.isEmpty)
            #expect(unix.warnings == ["3 members of cn=unix,\(Company.groups) are no DNs and were left out."])
        }
    }

    @Test func aGroupWithoutAnIDIsMissingAndTheScanSaysSo() async throws {
        var options = Slapd.Options()
        options.database = ["access to dn.exact=\"cn=payroll,\(Company.groups)\" attrs=entryUUID by * none"]
        try await withSlapd(loading: .company, options: options) { slapd async throws in
            try await Company.on(slapd) { company async throws in
                let scan = try await Scan(company.backend)
                #expect(scan.groupsProof.shortfall == "the group cn=payroll,\(Company.groups) shows no entryUUID")
                #expect(scan.groups.count == scan.groupsProof.entries - 1)
                #expect(scan.peopleProof.isComplete)
            }
        }
    }

    @Test func whereNoGroupsAreDescribedThereAreNone() async throws {
        try await Company.on(try await SharedSlapd.company.server(), adjust: { $0.groups = nil }) {
            company async throws in
            let scan = try await Scan(company.backend)
            #expect(scan.groups.isEmpty && scan.groupsProof == ScanProof(shortfall: nil, entries: 0))
            #expect(scan.people.count == 300)
        }
    }
}
