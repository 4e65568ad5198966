import AuthCore
import LDAPBackend
import TestSupport
import Testing

@Suite struct MembershipTests {
    private let zofie = LoginName("zofie")

    private func link(_ name: LoginName, _ company: Company) async throws -> ExternalLink? {
        if case .one(let link, _) = try await company.backend.entry(named: name) { link } else { nil }
    }

    @Test func thePathOfEachGroupIsTold() async throws {
        try await Company.on(try await SharedSlapd.company.server()) { company async throws in
            let link = try #require(try await link(zofie, company))
            let found = try #require(try await company.backend.memberships(of: link))
            let paths = Dictionary(uniqueKeysWithValues: found.groups.map { ($0.name, $0.path) })
            #expect(paths["platform-team"] == .direct)
            #expect(paths["staff"] == .nested(["platform-team", "engineering"]))
            #expect(found.groupsAreComplete)
        }
    }

    @Test func theIDDecidesAndNotTheDN() async throws {
        try await Company.on(try await SharedSlapd.company.server()) { company async throws in
            var link = try #require(try await link(zofie, company))
            link.dn = "uid=alice,ou=engineering,ou=people,dc=example,dc=org"
            #expect(
                try await company.backend.memberships(of: link)?.groups.map(\.name).contains("platform-team") == true)
            link.id = "00000000-0000-0000-0000-000000000000"
            #expect(try await company.backend.memberships(of: link) == nil)
        }
    }

    @Test func rulesAreDecidedOneByOneAndNameTheirGroups() async throws {
        let view = Permission(appLabel: "payroll", codename: "view_payslip")
        let rules: [Rule] = [
            .any([.group("payroll"), .group("staff")]), .leaf(.pattern("platform*")), .group("payroll"),
            .leaf(.attribute("uid", equals: "zofie")), .group("no-such-group"),
        ]
        try await Company.on(
            try await SharedSlapd.company.server(),
            adjust: { $0.permissions = rules.map { PermissionRule(rule: $0, grant: [view]) } }
        ) { company async throws in
            let link = try #require(try await link(zofie, company))
            let found = try #require(try await company.backend.memberships(of: link))
            #expect(rules.map { found.holds(rule: $0.description) } == [.yes, .yes, .no, .yes, .unknown])
            #expect(found.holds(rule: "group 'another'") == nil)
            let behind = rules.map { found.groups(behindRule: $0.description).map(\.name) }
            #expect(behind == [["staff"], ["platform-team"], [], [], []])
        }
    }
}
