import AuthCore
import LDAPBackend
import TestSupport
import Testing

/// A rule goes on meaning the group that it meant, and what cannot be told about a group is doubt.
@Suite struct RememberedRuleGroupTests {
    private let view = Permission(appLabel: "payroll", codename: "view_payslip")
    private static let payroll = "cn=payroll,\(Company.groups)"

    private static func group(_ dn: String, _ member: String) -> String {
        "dn: \(dn)\nobjectClass: groupOfNames\ncn: payroll\nmember: \(member),\(Company.people)\n\n"
    }

    private func requireSame(_ leaf: Rule.Leaf, newDN: String) async throws {
        let rule = PermissionRule(rule: .leaf(leaf), grant: [view])
        try await withSlapd(loading: .company) { slapd async throws in
            try await Company.on(slapd, adjust: { $0.permissions = [rule] }) { company async throws in
                #expect(try await company.backend.ruleDecisions().warnings == [])
                try await slapd.rename(Self.payroll, to: "cn=wages")
                #expect(try await company.backend.ruleDecisions().warnings.count == 1)
                // Somebody makes a group that has the name now.
                if newDN != Self.payroll {
                    try await slapd.add(
                        ldif: "dn: ou=own,\(Company.groups)\nobjectClass: organizationalUnit\nou: own\n\n")
                }
                try await slapd.add(ldif: Self.group(newDN, "uid=mallory,ou=sales"))

                let decisions = try await company.backend.ruleDecisions()
                #expect(decisions.unresolved.isEmpty)
                #expect(
                    decisions.warnings == [
                        "\(leaf) is now cn=wages,\(Company.groups); write the new name into the rule."
                    ])
                let scan = try await Scan(company.backend)
                for (name, isGiven) in [("carol", true), ("mallory", false)] {
                    let person = try #require(scan.person(name))
                    let decision = decisions.decide(person, groups: scan.groups(of: person), groupsAreComplete: true)
                    #expect(decision.account.grants.keys.contains(view) == isGiven, "\(name)")
                    #expect(await company.logIn(name).external?.grants.keys.contains(view) == isGiven, "\(name)")
                }
                // When the one that was meant is gone, the name means the other.
                try await slapd.delete("cn=wages,\(Company.groups)")
                let after = try await company.backend.ruleDecisions()
                let mallory = try #require(scan.person("mallory"))
                let groups = try await Scan(company.backend).groups(of: mallory)
                #expect(after.warnings == [] && after.unresolved.isEmpty)
                #expect(after.decide(mallory, groups: groups, groupsAreComplete: true).account.grants.count == 1)
            }
        }
    }

    @Test func aGroupThatTakesTheNameTakesNoRule() async throws {
        try await requireSame(.name("payroll"), newDN: "cn=payroll,ou=own,\(Company.groups)")
    }

    @Test func aGroupThatTakesTheDNTakesNoRule() async throws {
        try await requireSame(.dn(Self.payroll), newDN: Self.payroll)
    }

    @Test func anotherSpellingOfItsNameIsNoOtherName() async throws {
        let rules: [Rule] = [.group("PayRoll"), .leaf(.dn("CN = PayRoll, ou=groups,dc=example,dc=org"))]
        try await Company.on(try await SharedSlapd.company.server(), adjust: { $0.deny = .any(rules) }) {
            company async throws in
            for _ in 1...2 {
                let decisions = try await company.backend.ruleDecisions()
                #expect(decisions.warnings == [] && decisions.unresolved.isEmpty)
            }
        }
    }

    @Test func aGroupThatWasNotReadDecidesNothing() async throws {
        try await Company.on(
            try await SharedSlapd.company.server(),
            adjust: {
                $0.require = .group("staff")
                $0.permissions = [PermissionRule(rule: .group("payroll"), grant: [view])]
            }
        ) { company async throws in
            let scan = try await Scan(company.backend)
            let carol = try #require(scan.person("carol"))
            let all = try await company.backend.ruleDecisions()
            let ids = Set(scan.groups.map(\.link.id))
            let limited = all.limited(to: ids)
            #expect(limited.decide(carol, groups: [], groupsAreComplete: true).account.barred == .notInRequiredGroup)
            let unseen = ids.subtracting(scan.groups.filter { ["staff", "payroll"].contains($0.name) }.map(\.link.id))
            let decision = all.limited(to: unseen).decide(carol, groups: [], groupsAreComplete: true)
            guard case .undecided = decision.access else {
                Issue.record("\(decision.access)")
                return
            }
            #expect(decision.account.barred == nil && decision.account.undecidedGrants == [view])
        }
    }

    /// What a scan cannot decide it leaves; what a login cannot decide it withholds.
    @Test func whatCannotBeDecidedIsLeftByAScanAndTakenFromWhoeverIsBarred() async throws {
        let unknown = Rule.leaf(.dn("cn=no-such-group,\(Company.groups)"))
        try await Company.on(
            try await SharedSlapd.company.server(),
            adjust: {
                $0.deny = .group("suspended")
                $0.flags = [.isSuperuser: unknown]
                $0.permissions = [PermissionRule(rule: unknown, grant: [view])]
            }
        ) { company async throws in
            let scan = try await Scan(company.backend)
            let decisions = try await company.backend.ruleDecisions()
            func decide(_ name: String) throws -> ScannedDecision {
                let person = try #require(scan.person(name))
                return decisions.decide(person, groups: scan.groups(of: person), groupsAreComplete: true)
            }
            let carol = try decide("carol").account
            #expect(carol.flags == [:] && carol.grants == [:] && carol.undecidedGrants == [view])
            let mallory = try decide("mallory").account
            #expect(mallory.barred == .inDeniedGroup && mallory.flags == [.isSuperuser: false])
            let login = await company.logIn("carol").external
            #expect(login?.flags == [.isSuperuser: false] && login?.undecidedGrants == [])
        }
    }
}
