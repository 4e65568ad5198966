import AuthCore
import LDAPBackend
import LDAPClient
import TestSupport
import Testing

/// Groups that are many, far apart, oddly named, or hidden.
@Suite struct HostileGroupTests {
    /// 2,000 groups; one person is in 300 of them: 60 that name them, and four levels of 60 above these. The others hold somebody else.
    private static var thousands: String {
        let levels = 5
        let width = 60
        var ldif = GroupSite.personLDIF("ann") + GroupSite.personLDIF("bob")
        for level in 0..<levels {
            for number in 0..<width {
                let below = level == 0 ? GroupSite.person("ann") : GroupSite.group("l\(level - 1)n\(number)")
                // Each is reached in two ways.
                let aside = level == 0 ? [] : [GroupSite.group("l\(level - 1)n\((number + 1) % width)")]
                ldif += GroupSite.groupLDIF("l\(level)n\(number)", [below] + aside)
            }
        }
        for number in (levels * width)..<2000 { ldif += GroupSite.groupLDIF("x\(number)", [GroupSite.person("bob")]) }
        return ldif
    }

    @Test func threeHundredGroupsOfTwoThousandAreFoundLevelByLevel() async throws {
        try await GroupSite.on(Self.thousands) { slapd, company async throws in
            let external = try #require(await company.logIn("ann").external)
            #expect(external.groups.count == 300 && external.groupsAreComplete)
            #expect(external.groups.allSatisfy { $0.name.hasPrefix("l") })
            let cost = try await slapd.counting { _ = await company.logIn("ann") }
            // The person, those that name them, and two searches for what lies above each of five levels of 60.
            #expect(cost["Search"] == 12 && cost["Bind"] == 1)
            let asked = try slapd.log().split(separator: "\n").filter { $0.contains("SRCH attr=") }
            #expect(asked.allSatisfy { !$0.split(separator: " ").contains("member") && !$0.contains("attr=*") })
        }
    }

    @Test func threeHundredGroupsAreReadFromAListInSixSearches() async throws {
        try await GroupSite.on(
            Self.thousands, options: GroupSite.dynlist, adjust: { $0.groups?.strategy = .memberOf() }
        ) { slapd, company async throws in
            let external = try #require(await company.logIn("ann").external)
            #expect(external.groups.count == 300 && external.groupsAreComplete)
            let cost = try await slapd.counting { _ = await company.logIn("ann") }
            #expect(cost["Search"] == 7)
        }
    }

    @Test(arguments: [
        #"R&D, "Skunk" + Works"#, #"back\slash"#, "#hash", " spaces ", "a*b(c)", "Žofie  Ünit", "emoji 🎷", "x=y;z<w>",
    ])
    func aGroupWithAnOddNameIsFollowed(_ name: String) async throws {
        let odd = "cn=\(DistinguishedName.escape(name)),\(Company.groups)"
        // The group above spells it in another way: hexadecimal pairs, capitals, spaces.
        let hex = name.utf8.map { "\\" + String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
        let other = "CN = \(hex) , OU=Groups,dc=Example, DC=org"
        func line(_ name: String, _ value: String) -> String { "\(name):: \(base64(value))" }
        let ldif =
            GroupSite.personLDIF("ann")
            + "\(line("dn", odd))\nobjectClass: groupOfNames\n\(line("cn", name))\nmember: \(GroupSite.person("ann"))\n\n"
            + "dn: \(GroupSite.group("above"))\nobjectClass: groupOfNames\ncn: above\n\(line("member", other))\n\n"
        for (options, strategy) in [
            (Slapd.Options(), MembershipStrategy.search), (GroupSite.dynlist, .memberOf()),
        ] {
            try await GroupSite.on(
                ldif, options: options,
                adjust: {
                    $0.groups?.strategy = strategy
                    $0.require = .leaf(.dn(odd))
                    $0.permissions = [
                        PermissionRule(
                            rule: .leaf(.name("above")), grant: [Permission(appLabel: "a", codename: "b")])
                    ]
                }
            ) { _, company async throws in
                let external = try #require(await company.logIn("ann").external)
                #expect(external.groups.count == 2 && external.groupsAreComplete, "\(strategy)")
                #expect(external.grants.count == 1, "\(strategy)")
            }
        }
    }

    private func base64(_ text: String) -> String {
        let digits = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")
        let octets = Array(text.utf8)
        return stride(from: 0, to: octets.count, by: 3).map { start in
            let part = Array(octets[start..<min(start + 3, octets.count)])
            let bits = (part + [0, 0]).prefix(3).reduce(0) { $0 << 8 | Int($1) }
            let text = [18, 12, 6, 0].map { String(digits[bits >> $0 & 63]) }
            return text.prefix(part.count + 1).joined() + String(repeating: "=", count: 3 - part.count)
        }.joined()
    }

    // MARK: Rules

    @Test func aDeniedGroupWhoseMembersAreHiddenLetsNobodyIn() async throws {
        var options = Slapd.Options()
        options.database = ["access to dn.exact=\"\(GroupSite.group("suspended"))\" attrs=member by * none"]
        let ldif =
            GroupSite.personLDIF("ann") + GroupSite.groupLDIF("suspended", [GroupSite.person("ann")])
            + GroupSite.groupLDIF("staff", [GroupSite.person("ann")])
        try await GroupSite.on(ldif, options: options, adjust: { $0.deny = .group("suspended") }) {
            _, company async throws in
            let report = await company.logIn("ann", traced: true)
            #expect(report.outcome == .denied(.ruleUnknown))
            #expect(report.explanation?.contains("shows no member, which it must have") == true)
            let unresolved = try await company.backend.unresolvedRuleGroups()
            #expect(unresolved.count == 1 && unresolved.first?.wasSeen == false)
        }
        try await GroupSite.on(ldif, options: options, adjust: { $0.deny = .group("staff") }) {
            _, company async throws in
            #expect(await company.outcome("ann") == .denied(.inDeniedGroup))
        }
    }

    @Test func membersThatAreHiddenLaterAreNoticedToo() async throws {
        var options = Slapd.Options()
        options.database = ["access to filter=(description=hidden) attrs=member by * none"]
        let ldif = GroupSite.personLDIF("ann") + GroupSite.groupLDIF("suspended", [GroupSite.person("nobody")])
        try await GroupSite.on(ldif, options: options, adjust: { $0.deny = .group("suspended") }) {
            slapd, company async throws in
            #expect(try await company.backend.ruleDecisions().unresolved == [])
            try await slapd.modify(
                ldif: """
                    dn: \(GroupSite.group("suspended"))
                    changetype: modify
                    replace: description
                    description: hidden

                    """)
            let unresolved = try await company.backend.ruleDecisions().unresolved
            #expect(unresolved.count == 1 && unresolved.first?.wasSeen == true)
            #expect(unresolved.first?.explanation.contains("shows no member") == true)
            #expect(await company.outcome("ann") == .denied(.ruleUnknown))
        }
    }

    @Test func nestingThatEndsAtTheLimitIsComplete() async throws {
        let ldif =
            GroupSite.personLDIF("ann") + GroupSite.groupLDIF("a", [GroupSite.person("ann")])
            + GroupSite.groupLDIF("b", [GroupSite.group("a")]) + GroupSite.groupLDIF("c", [GroupSite.group("b")])
        for (depth, isComplete) in [(1, false), (2, true), (3, true)] {
            try await GroupSite.on(ldif, adjust: { $0.groups?.maximumDepth = depth }) { _, company async throws in
                #expect(await company.logIn("ann").external?.groupsAreComplete == isComplete, "\(depth)")
            }
        }
    }
}
