import AuthCore
@testable import LDAPBackend
import LDAPClient
import TestSupport
import Testing

@Suite struct RuleDecisionTests {
    private let view = Permission(appLabel: "payroll", codename: "view_payslip")

    private func decide(
        _ username: String, require: Rule? = nil, deny: Rule? = nil
    ) async throws -> AuthenticationOutcome {
        var outcome = AuthenticationOutcome.notFound
        try await Company.on(
            try await SharedSlapd.company.server(),
            adjust: {
                $0.require = require
                $0.deny = deny
            }
        ) { outcome = await $0.outcome(username) }
        return outcome
    }

    @Test func theDeniedGroupStaysOut() async throws {
        #expect(try await decide("mallory", deny: .group("suspended")) == .denied(.inDeniedGroup))
        #expect(try await decide("carol", deny: .group("suspended")).user != nil)
    }

    @Test func theRequiredGroupMayBeReachedThroughOthers() async throws {
        #expect(try await decide("zofie", require: .group("staff")).user != nil)
        #expect(try await decide("zofie", require: .leaf(.dn("CN = Staff, ou=groups,dc=example,dc=org"))).user != nil)
        #expect(try await decide("carol", require: .group("engineering")) == .denied(.notInRequiredGroup))
    }

    @Test func denyWinsOverRequire() async throws {
        #expect(
            try await decide("mallory", require: .group("sales"), deny: .group("suspended")) == .denied(.inDeniedGroup))
    }

    @Test func aRuleThatNamesNoGroupLetsNobodyIn() async throws {
        #expect(try await decide("carol", require: .group("stuff")) == .denied(.ruleUnknown))
        #expect(try await decide("carol", deny: .group("suspendet")) == .denied(.ruleUnknown))
        #expect(
            try await decide("carol", deny: .leaf(.dn("cn=gone,ou=groups,dc=example,dc=org"))) == .denied(.ruleUnknown))
        #expect(try await decide("carol", deny: .not(.group("suspendet"))) == .denied(.ruleUnknown))
        // What settles a rule settles it.
        #expect(try await decide("carol", require: .any([.group("stuff"), .group("hr")])).user != nil)
    }

    @Test func attributesAndPatternsDecideToo() async throws {
        #expect(try await decide("carol", require: .leaf(.attribute("departmentNumber", equals: "7000"))).user != nil)
        #expect(
            try await decide("carol", deny: .leaf(.attribute("EMPLOYEETYPE", equals: "Employee")))
                == .denied(.inDeniedGroup))
        #expect(try await decide("circe", deny: .leaf(.pattern("circle-*"))) == .denied(.inDeniedGroup))
    }

    @Test func aWrongPasswordIsNotToldApartByRules() async throws {
        try await Company.on(try await SharedSlapd.company.server(), adjust: { $0.deny = .group("suspended") }) {
            company async throws in
            #expect(await company.outcome("mallory", "wrong") == .rejected(.wrongPassword))
        }
    }

    @Test func aRenamedGroupStillCountsAndOneThatIsGoneIsUnknown() async throws {
        try await withSlapd(loading: .company) { slapd async throws in
            let store = InMemoryAccountStore()
            let adjust: (inout LDAPBackendConfiguration) -> Void = { $0.deny = .group("suspended") }
            try await Company.on(slapd, store: store, adjust: adjust) { company async throws in
                #expect(await company.outcome("mallory") == .denied(.inDeniedGroup))
            }
            try await slapd.rename("cn=suspended,ou=groups,dc=example,dc=org", to: "cn=paused")
            try await Company.on(slapd, store: store, adjust: adjust) { company async throws in
                let report = await company.logIn("mallory", traced: true)
                #expect(report.outcome == .denied(.inDeniedGroup), "a renamed group no longer keeps people out")
                #expect(report.warnings.contains { $0.contains("paused") })
            }
            try await slapd.delete("cn=paused,ou=groups,dc=example,dc=org")
            try await Company.on(slapd, store: store, adjust: adjust) { company async throws in
                let report = await company.logIn("mallory", traced: true)
                #expect(report.outcome == .denied(.ruleUnknown))
                #expect(report.explanation?.contains("gone, or hidden from the service account") == true)
                #expect(try await company.backend.unresolvedRuleGroups().map(\.wasSeen) == [true])
            }
        }
    }

    @Test func aGroupThatIsHiddenFromTheServiceAccountLetsNobodyIn() async throws {
        let store = InMemoryAccountStore()
        let adjust: (inout LDAPBackendConfiguration) -> Void = { $0.deny = .group("suspended") }
        try await Company.on(try await SharedSlapd.company.server(), store: store, adjust: adjust) {
            company async throws in
            #expect(await company.outcome("mallory") == .denied(.inDeniedGroup))
        }
        var options = Slapd.Options()
        options.database = ["access to dn.exact=\"cn=suspended,ou=groups,dc=example,dc=org\" by * none"]
        try await withSlapd(loading: .company, options: options) { slapd async throws in
            try await Company.on(slapd, store: store, adjust: adjust) { company async throws in
                #expect(await company.outcome("mallory") == .denied(.ruleUnknown))
            }
        }
    }

    @Test func aGroupMadeAgainKeepsPeopleOutAfterAWhile() async throws {
        try await withSlapd(loading: .company) { slapd async throws in
            try await Company.on(slapd, adjust: { $0.deny = .group("suspended") }) { company async throws in
                #expect(await company.outcome("mallory") == .denied(.inDeniedGroup))
                let dn = "cn=suspended,ou=groups,dc=example,dc=org"
                try await slapd.delete(dn)
                try await slapd.add(
                    ldif: """
                        dn: \(dn)
                        objectClass: groupOfNames
                        cn: suspended
                        member: uid=mallory,ou=sales,ou=people,dc=example,dc=org

                        """)
                try await company.backend.lookAtRuleGroupsAgain()
                #expect(await company.outcome("mallory") == .denied(.inDeniedGroup))
            }
        }
    }

    @Test func aGroupOutsideTheBaseCannotBeToldAndLetsNobodyIn() async throws {
        let engineering = Rule.leaf(.dn("cn=engineering,ou=groups,dc=example,dc=org"))
        try await Company.on(
            try await SharedSlapd.company.server(),
            adjust: {
                $0.groups?.bases = [try DistinguishedName("ou=services,dc=example,dc=org")]
                $0.deny = engineering
            }
        ) { company async throws in
            #expect(await company.outcome("alice") == .denied(.ruleUnknown))
        }
    }

    @Test func groupsThatMayNotBeAllDecideNothing() async throws {
        try await Company.on(
            try await SharedSlapd.company.server(),
            adjust: {
                $0.groups?.maximumDepth = 1
                $0.deny = .group("staff")
            }
        ) { company async throws in
            #expect(await company.outcome("zofie") == .denied(.ruleUnknown))
        }
    }

    @Test func rulesGrantPermissionsAndTakeThemBack() async throws {
        try await withSlapd(loading: .company) { slapd async throws in
            let rule = PermissionRule(rule: .group("payroll"), grant: [view])
            try await Company.on(slapd, adjust: { $0.permissions = [rule] }) { company async throws in
                try await company.store.apply(
                    [
                        AccountPlan(
                            subject: .none,
                            changes: [.registerPermission(RegisteredPermission(permission: view, name: "x"))])
                    ],
                    cause: .administrator("test"))
                let user = try #require(await company.outcome("carol").user)
                #expect(
                    try await company.store.permissions(of: user.id) == [
                        view: [.direct(source: "corp", rule: "group 'payroll'")]
                    ])
                try await slapd.modify(
                    ldif: """
                        dn: cn=payroll,ou=groups,dc=example,dc=org
                        changetype: modify
                        delete: member
                        member: uid=carol,ou=hr,ou=people,dc=example,dc=org

                        """)
                _ = await company.logIn("carol")
                #expect(try await company.store.permissions(of: user.id).isEmpty)
            }
        }
    }

    @Test func staffAndSuperuserFollowTheirGroups() async throws {
        try await withSlapd(loading: .company) { slapd async throws in
            let admins = "cn=admins,ou=groups,dc=example,dc=org"
            let rule = Rule.leaf(.dn(admins))
            try await Company.on(slapd, adjust: { $0.flags = [.isStaff: rule, .isSuperuser: rule] }) {
                company async throws in
                let user = try #require(await company.outcome("admin").user)
                #expect(user.isStaff && user.isSuperuser)
                #expect(await company.outcome("carol").user?.isStaff == false)
                try await slapd.modify(
                    ldif: """
                        dn: \(admins)
                        changetype: modify
                        replace: member
                        member: uid=carol,ou=hr,ou=people,dc=example,dc=org

                        """)
                #expect(await company.outcome("admin").user?.isSuperuser == false)
                #expect(await company.outcome("carol").user?.isSuperuser == true)
            }
        }
    }

    @Test func aFlagThatCannotBeDecidedIsWithheldAndNotTakenForTheWantOfAnAnswer() async throws {
        let rule = Rule.leaf(.dn("cn=no-such-group,ou=groups,dc=example,dc=org"))
        try await Company.on(try await SharedSlapd.company.server(), adjust: { $0.flags = [.isStaff: rule] }) {
            company async throws in
            #expect(await company.logIn("carol").external?.flags == [.isStaff: false])
        }
        try await Company.on(
            try await SharedSlapd.company.server(),
            adjust: {
                $0.groups?.maximumDepth = 1
                $0.flags = [.isStaff: .leaf(.dn("cn=staff,ou=groups,dc=example,dc=org"))]
            }
        ) { company async throws in
            #expect(await company.logIn("zofie").external?.flags == [:])
        }
    }

    @Test func aGrantThatCannotBeDecidedIsWithheld() async throws {
        let rule = PermissionRule(rule: .group("payrol"), grant: [view])
        try await Company.on(try await SharedSlapd.company.server(), adjust: { $0.permissions = [rule] }) {
            company async throws in
            let report = await company.logIn("carol", traced: true)
            #expect(report.external?.grants.isEmpty == true)
            #expect(report.warnings.contains { $0.contains("withheld") })
            #expect(try await company.backend.unresolvedRuleGroups().map(\.leaf) == [.name("payrol")])
        }
    }
}

extension LDAPBackend {
    /// As if a while had passed.
    fileprivate func lookAtRuleGroupsAgain() async throws {
        _ = try await reading(AuthenticationContext()) {
            try await $0.directory.ruleGroups.current($0, at: .now + RuleGroups.refreshInterval)
        }
    }
}
