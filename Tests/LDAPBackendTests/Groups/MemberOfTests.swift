import AuthCore
import LDAPBackend
import LDAPClient
import TestSupport
import Testing

/// Memberships read from the person's own entry, as slapd's overlays keep them.
@Suite struct MemberOfTests {
    private static let chain =
        GroupSite.groupLDIF("team", [GroupSite.person("ann")])
        + GroupSite.groupLDIF("unit", [GroupSite.group("team")]) + GroupSite.groupLDIF("all", [GroupSite.group("unit")])
        + GroupSite.groupLDIF("other", [GroupSite.person("bob")])
    private static let people = GroupSite.personLDIF("ann") + GroupSite.personLDIF("bob") + GroupSite.personLDIF("cid")

    private func useMemberOf(_ configuration: inout LDAPBackendConfiguration) {
        configuration.groups?.strategy = .memberOf()
    }

    @Test func theOverlayListsDirectGroupsAndTheirListsAreFollowed() async throws {
        try await GroupSite.on(Self.people, options: GroupSite.memberOf, adjust: useMemberOf) {
            slapd, company async throws in
            try await slapd.add(ldif: Self.chain)
            let external = try #require(await company.logIn("ann").external)
            let paths = Dictionary(uniqueKeysWithValues: external.groups.map { ($0.name, $0.path) })
            #expect(paths == ["team": .listed, "unit": .nested(["team"]), "all": .nested(["team", "unit"])])
            #expect(external.groupsAreComplete)
            let cost = try await slapd.counting { _ = await company.logIn("ann") }
            #expect(cost["Search"] == 4)
        }
    }

    @Test func dynlistListsNestedGroupsSoThatOneSearchReadsThemAll() async throws {
        try await GroupSite.on(Self.people + Self.chain, options: GroupSite.dynlist, adjust: useMemberOf) {
            slapd, company async throws in
            #expect(await company.logIn("ann").groupNames == ["team", "unit", "all"])
            #expect(await company.logIn("bob").groupNames == ["other"])
            let cost = try await slapd.counting { _ = await company.logIn("ann") }
            #expect(cost["Search"] == 2)
        }
    }

    @Test func withoutNestingOnlyGroupsThatNameThePersonCount() async throws {
        try await GroupSite.on(
            Self.people + Self.chain, options: GroupSite.dynlist,
            adjust: {
                useMemberOf(&$0)
                $0.groups?.isNested = false
            }
        ) { _, company async throws in
            let external = try #require(await company.logIn("ann").external)
            #expect(external.groups.map(\.name) == ["team"] && external.groupsAreComplete)
        }
    }

    @Test func somebodyWhoListsNothingIsSearchedFor() async throws {
        // slapadd runs no overlay, so nobody lists anything.
        try await GroupSite.on(Self.people + Self.chain, options: GroupSite.memberOf, adjust: useMemberOf) {
            _, company async throws in
            let report = await company.logIn("ann", traced: true)
            #expect(report.groupNames == ["team", "unit", "all"])
            #expect(report.external?.groupsAreComplete == true)
            #expect(report.warnings.contains { $0.contains("lists nothing in memberOf, though groups name it") })
            let nobody = await company.logIn("cid", traced: true)
            #expect(nobody.groupNames == [] && nobody.external?.groupsAreComplete == true)
            #expect(!nobody.warnings.contains { $0.contains("lists nothing") })
        }
    }

    @Test func aListThatIsHiddenDoesNotLetAnybodyPastADenyRule() async throws {
        var options = GroupSite.dynlist
        options.database.append(
            "access to attrs=memberOf by dn.exact=\"cn=bridge,ou=services,dc=example,dc=org\" none by * read")
        try await GroupSite.on(
            Self.people + Self.chain, options: options,
            adjust: {
                useMemberOf(&$0)
                $0.deny = .group("all")
            }
        ) { _, company async throws in
            #expect(await company.outcome("ann") == .denied(.inDeniedGroup))
            #expect(await company.outcome("bob").user != nil)
        }
    }

    @Test func aListedGroupThatIsHiddenLeavesDoubt() async throws {
        var options = GroupSite.memberOf
        options.database.append(
            "access to dn.exact=\"\(GroupSite.group("unit"))\" by dn.exact=\"cn=bridge,ou=services,dc=example,dc=org\" none by * read"
        )
        try await GroupSite.on(
            Self.people, options: options,
            adjust: {
                useMemberOf(&$0)
                $0.deny = .group("all")
            }
        ) { slapd, company async throws in
            try await slapd.add(ldif: Self.chain)
            let report = await company.logIn("ann", traced: true)
            #expect(report.outcome == .denied(.ruleUnknown))
            #expect(report.warnings.contains { $0.contains("is listed as a member of cn=unit") })
            #expect(await company.outcome("bob").user != nil)
        }
    }

    @Test func otherEntriesInTheListAreNoGroups() async throws {
        let other = GroupSite.record(
            GroupSite.group("dynamic"),
            [
                "objectClass: groupOfURLs", "cn: dynamic",
                "memberURL: ldap:///\(Company.people)??sub?(uid=ann)",
            ])
        try await GroupSite.on(Self.people + Self.chain + other, options: GroupSite.dynlist, adjust: useMemberOf) {
            slapd, company async throws in
            #expect(try await slapd.search("(uid=ann)", attributes: ["memberOf"]).contains("cn=dynamic"))
            let external = try #require(await company.logIn("ann").external)
            #expect(Set(external.groups.map(\.name)) == ["team", "unit", "all"] && external.groupsAreComplete)
        }
    }

    @Test func aCircleOfListsEnds() async throws {
        let circle =
            GroupSite.groupLDIF("a", [GroupSite.person("ann"), GroupSite.group("c")])
            + GroupSite.groupLDIF("b", [GroupSite.group("a")]) + GroupSite.groupLDIF("c", [GroupSite.group("b")])
        for (options, isLive) in [(GroupSite.memberOf, true), (GroupSite.dynlist, false)] {
            try await GroupSite.on(Self.people + (isLive ? "" : circle), options: options, adjust: useMemberOf) {
                slapd, company async throws in
                if isLive { try await slapd.add(ldif: circle) }
                let external = try #require(await company.logIn("ann").external)
                #expect(external.groups.map(\.name).sorted() == ["a", "b", "c"] && external.groupsAreComplete)
            }
        }
    }

    @Test func listsDeeperThanTheLimitAreReported() async throws {
        try await GroupSite.on(
            Self.people, options: GroupSite.memberOf,
            adjust: {
                useMemberOf(&$0)
                $0.groups?.maximumDepth = 1
            }
        ) { slapd, company async throws in
            try await slapd.add(ldif: Self.chain)
            let report = await company.logIn("ann", traced: true)
            #expect(report.groupNames == ["team", "unit"] && report.external?.groupsAreComplete == false)
            #expect(report.warnings.contains { $0.contains("nested deeper than 1") })
        }
    }
}
