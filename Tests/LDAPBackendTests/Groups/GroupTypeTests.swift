import AuthCore
import LDAPBackend
import LDAPClient
import TestSupport
import Testing

/// Each kind of group on slapd.
@Suite struct GroupTypeTests {
    private func unix(_ name: String, _ number: Int, _ users: String...) -> String {
        GroupSite.record(
            GroupSite.group(name),
            ["objectClass: posixGroup", "cn: \(name)", "gidNumber: \(number)"] + users.map { "memberUid: \($0)" })
    }

    private func account(_ uid: String, _ number: Int) -> String {
        GroupSite.record(
            GroupSite.person(uid),
            [
                "objectClass: inetOrgPerson", "objectClass: posixAccount", "uid: \(uid)", "cn: \(uid)", "sn: \(uid)",
                "userPassword: \(uid)-secret", "uidNumber: 1", "gidNumber: \(number)", "homeDirectory: /",
            ])
    }

    @Test func theCompanysOtherGroupsAreFoundByTheirKinds() async throws {
        let slapd = try await SharedSlapd.company.server()
        let cases: [(type: GroupType, name: String, groups: Set<String>)] = [
            (.groupOfUniqueNames, "bob", ["projector"]), (.groupOfUniqueNames, "alice", []),
            (.posixGroup, "alice", ["unix"]), (.posixGroup, "carol", []),
            (.organizationalRole, "alice", ["on-call"]), (.organizationalRole, "bob", []),
        ]
        for (type, name, groups) in cases {
            try await Company.on(slapd, adjust: { $0.groups?.type = type }) { company async throws in
                let external = try #require(await company.logIn(name).external)
                #expect(Set(external.groups.map(\.name)) == groups, "\(type.objectClass) \(name)")
                #expect(external.groupsAreComplete)
            }
        }
    }

    @Test func aPosixGroupIsFoundByNameAndByNumberInOneSearch() async throws {
        let ldif =
            account("ann", 7) + account("bob", 9) + GroupSite.personLDIF("cid") + unix("prime", 7, "cid")
            + unix("both", 8, "ann", "bob")
        try await GroupSite.on(ldif, adjust: { $0.groups?.type = .posixGroup }) { slapd, company async throws in
            let external = try #require(await company.logIn("ann").external)
            let paths = Dictionary(uniqueKeysWithValues: external.groups.map { ($0.name, $0.path) })
            #expect(paths == ["prime": .primary, "both": .direct])
            #expect(external.groupsAreComplete)
            // A number that no group has, and somebody who has no number.
            #expect(await company.logIn("bob").groupNames == ["both"])
            let cid = try #require(await company.logIn("cid").external)
            #expect(cid.groups.map(\.path) == [.direct] && cid.groupsAreComplete)
            let cost = try await slapd.counting { _ = await company.logIn("ann") }
            #expect(cost["Search"] == 2 && cost["Bind"] == 1)
        }
    }

    @Test func aPrimaryGroupThatIsHiddenFromTheServiceAccountLeavesDoubt() async throws {
        var options = Slapd.Options()
        options.database = [
            "access to attrs=gidNumber by dn.exact=\"cn=bridge,ou=services,dc=example,dc=org\" none by * read"
        ]
        let ldif = account("ann", 7) + unix("prime", 7) + unix("named", 8, "ann")
        try await GroupSite.on(
            ldif, options: options,
            adjust: {
                $0.groups?.type = .posixGroup
                $0.deny = .group("prime")
            }
        ) { _, company async throws in
            let report = await company.logIn("ann", traced: true)
            #expect(report.outcome == .denied(.ruleUnknown))
            #expect(report.warnings.contains { $0.contains("does not show gidNumber, which tells the primary group") })
        }
    }

    @Test func whoeverHasNoUsernameThatGroupsUseIsInDoubt() async throws {
        var type = GroupType.posixGroup
        type.memberForm = .value(of: "employeeNumber")
        let ldif = GroupSite.personLDIF("ann") + GroupSite.personLDIF("bob", "employeeNumber: b7") + unix("g", 7, "b7")
        try await GroupSite.on(ldif, adjust: { $0.groups?.type = type }) { _, company async throws in
            #expect(await company.logIn("bob").groupNames == ["g"])
            let report = await company.logIn("ann", traced: true)
            #expect(report.external?.groupsAreComplete == false)
            #expect(report.warnings.contains { $0.contains("does not show employeeNumber, by which posixGroup names") })
        }
    }

    /// RFC 4517 section 4.2.31, as slapd has it: a member with a bit string is another one than without.
    @Test func aUniqueMemberWithABitStringIsWhoeverHasIt() async throws {
        let ldif =
            GroupSite.personLDIF("ann", "x500UniqueIdentifier: '0101'B") + GroupSite.personLDIF("bob")
            + ["plain": "", "mine": "#'0101'B", "former": "#'1111'B"].sorted { $0.key < $1.key }.map { name, suffix in
                GroupSite.record(
                    GroupSite.group(name),
                    ["objectClass: groupOfUniqueNames", "cn: \(name)"]
                        + ["ann", "bob"].map { "uniqueMember: \(GroupSite.person($0))\(suffix)" })
            }.joined()
        try await GroupSite.on(ldif, adjust: { $0.groups?.type = .groupOfUniqueNames }) { _, company async throws in
            #expect(await company.logIn("ann").groupNames == ["plain", "mine"])
            #expect(await company.logIn("bob").groupNames == ["plain"])
            let scan = try await Scan(company.backend)
            for (name, groups) in [("ann", Set(["plain", "mine"])), ("bob", ["plain"])] {
                let person = try #require(scan.person(name))
                #expect(Set(scan.groups(of: person).map(\.name)) == groups)
            }
        }
    }

    @Test func rolesAndUniqueNamesAreNested() async throws {
        let people = GroupSite.personLDIF("ann")
        for (type, classes) in [
            (GroupType.organizationalRole, "organizationalRole"), (.groupOfUniqueNames, "groupOfUniqueNames"),
        ] {
            let chain = [("a", GroupSite.person("ann")), ("b", GroupSite.group("a")), ("c", GroupSite.group("b"))]
            let groups = chain.map { name, member in
                GroupSite.record(
                    GroupSite.group(name),
                    ["objectClass: \(classes)", "cn: \(name)", "\(type.memberAttribute): \(member)"])
            }.joined()
            try await GroupSite.on(people + groups, adjust: { $0.groups?.type = type }) { _, company async throws in
                let external = try #require(await company.logIn("ann", traced: true).external)
                let paths = Dictionary(uniqueKeysWithValues: external.groups.map { ($0.name, $0.path) })
                #expect(paths == ["a": .direct, "b": .nested(["a"]), "c": .nested(["a", "b"])])
            }
        }
    }

    @Test func whatNoDirectoryCouldAnswerStopsALoginAndTheStart() async throws {
        try await Company.on(
            try await SharedSlapd.company.server(),
            adjust: {
                $0.groups?.type = .posixGroup
                $0.groups?.strategy = .memberOf()
            }
        ) { company async throws in
            #expect(await company.outcome("alice") == .unavailable(.searchRefused))
            let failure = await #expect(throws: AuthenticationOutage.self) {
                try await company.backend.requireReadableBases()
            }
            #expect(failure?.message.contains("use search") == true)
            await #expect(throws: AuthenticationOutage.self) { try await company.backend.scanGroups { _ in } }
        }
    }
}
