import AuthCore
import LDAPBackend
import LDAPClient
import TestSupport
import Testing

/// A scan and a login say the same about everybody.
@Suite struct ScanDecisionTests {
    private let view = Permission(appLabel: "payroll", codename: "view_payslip")
    private let open = Permission(appLabel: "door", codename: "open")

    @Test func aScanAndALoginSayTheSame() async throws {
        let staff = Rule.leaf(.dn("cn=staff,\(Company.groups)"))
        try await Company.on(
            try await SharedSlapd.company.server(),
            adjust: {
                $0.attributes.profile["photo"] = "jpegPhoto"
                $0.require = .any([.group("staff"), .group("contractors"), .leaf(.pattern("circle*"))])
                $0.deny = .group("suspended")
                $0.permissions = [
                    PermissionRule(rule: .group("payroll"), grant: [view]),
                    PermissionRule(
                        rule: .any([.leaf(.attribute("DEPARTMENTnumber", equals: "7000")), .group("it")]),
                        grant: [open, view]),
                    PermissionRule(rule: .leaf(.pattern("*works")), grant: [open]),
                ]
                $0.flags = [
                    .isStaff: staff, .isSuperuser: .leaf(.dn("cn=admins,\(Company.groups)")),
                    .isActive: .not(.leaf(.attribute("employeeNumber", equals: "N0003"))),
                ]
            }
        ) { company async throws in
            let scan = try await Scan(company.backend)
            let decisions = try await company.backend.ruleDecisions()
            #expect(decisions.unresolved.isEmpty && decisions.warnings.isEmpty)
            let names = [
                "astrid", "alice", "bob", "carol", "zofie", "mallory", "circe", "cyril", "admin", "nogiven", "nomail",
                "twomails", "photo", "comma", "plus", "quote", "backslash", "hash", "space", "multi", "lukasz",
                "o'brien",
                "hebrew", "decomposed", "emoji",
            ]
            var refused: [DenialReason] = []
            for person in scan.people where names.contains(person.username) {
                let decision = decisions.decide(person, groups: scan.groups(of: person), groupsAreComplete: true)
                #expect(decision.warnings.isEmpty)
                let report = await company.logIn(person.username)
                switch decision.access {
                case .allowed:
                    var login = try #require(report.external, "\(person.username)")
                    var scanned = decision.account
                    #expect(Set(login.groups.map(\.id)) == Set(scanned.groups.map(\.id)), "\(person.username)")
                    #expect(Set(login.groups.map(\.name)) == Set(scanned.groups.map(\.name)))
                    (login.groups, scanned.groups) = ([], [])
                    #expect(login == scanned)
                    #expect(scanned.barred == nil && scanned.flags[.isActive] == nil)
                case .refused(let reason, _):
                    refused.append(reason)
                    #expect(report.outcome == .denied(reason))
                    #expect(decision.account.barred == reason)
                case .undecided(let explanation): Issue.record("\(person.username): \(explanation)")
                }
            }
            #expect(Set(refused) == [.inDeniedGroup, .accountDisabled])
        }
    }

    @Test func whomTheActiveRuleDoesNotHoldForIsRefusedAsDisabled() async throws {
        let adjust = { (configuration: inout LDAPBackendConfiguration) in
            configuration.flags = [.isActive: .group("engineering")]
        }
        try await Company.on(try await SharedSlapd.company.server(), adjust: adjust) { company async throws in
            #expect(await company.outcome("alice").user?.isActive == true)
            let report = await company.logIn("carol", traced: true)
            #expect(report.outcome == .denied(.accountDisabled))
            #expect(report.explanation == "flags: is_active is not satisfied: group 'engineering'.")
            #expect(await company.outcome("carol", "wrong") == .rejected(.wrongPassword))
        }
    }

    @Test func anActiveRuleThatCannotBeDecidedLetsNobodyInAndDeactivatesNobody() async throws {
        try await Company.on(
            try await SharedSlapd.company.server(), adjust: { $0.flags = [.isActive: .group("enginering")] }
        ) { company async throws in
            #expect(await company.outcome("alice") == .denied(.ruleUnknown))
            let scan = try await Scan(company.backend)
            let decisions = try await company.backend.ruleDecisions()
            #expect(decisions.unresolved.map(\.leaf) == [.name("enginering")])
            let alice = try #require(scan.person("alice"))
            let decision = decisions.decide(alice, groups: scan.groups(of: alice), groupsAreComplete: true)
            #expect(
                decision.access
                    == .undecided(
                        explanation:
                            "It cannot be decided whether flags: is_active is satisfied: group 'enginering'. There is no group 'enginering' in 'corp'."
                    ))
            #expect(decision.account.barred == nil && decision.account.flags.isEmpty)
        }
    }

    @Test func whatRefusesForCertainGoesBeforeADoubt() async throws {
        try await Company.on(
            try await SharedSlapd.company.server(),
            adjust: {
                $0.require = .group("stuff")
                $0.deny = .group("suspended")
            }
        ) { company async throws in
            #expect(await company.outcome("mallory") == .denied(.inDeniedGroup))
            #expect(await company.outcome("carol") == .denied(.ruleUnknown))
        }
    }

    @Test func groupsThatMayNotBeAllLeaveOpenWhatTheMissingOnesCouldSettle() async throws {
        try await Company.on(
            try await SharedSlapd.company.server(),
            adjust: {
                $0.require = .group("staff")
                $0.permissions = [PermissionRule(rule: .group("payroll"), grant: [view])]
                $0.flags = [.isStaff: .leaf(.dn("cn=hr,\(Company.groups)"))]
            }
        ) { company async throws in
            let scan = try await Scan(company.backend)
            let decisions = try await company.backend.ruleDecisions()
            let carol = try #require(scan.person("carol"))
            let groups = scan.groups(of: carol)
            var decision = decisions.decide(carol, groups: groups, groupsAreComplete: false)
            #expect(decision.access == .allowed)
            #expect(decision.account.grants.count == 1 && decision.account.flags == [.isStaff: true])
            #expect(!decision.account.groupsAreComplete)
            decision = decisions.decide(carol, groups: [], groupsAreComplete: false)
            #expect(
                decision.access
                    == .undecided(
                        explanation:
                            "It cannot be decided whether users: require is satisfied: group 'staff'. Not all groups of the person could be read."
                    ))
            #expect(decision.account.grants.isEmpty && decision.account.flags.isEmpty)
            #expect(decision.warnings.count == 2)
            decision = decisions.decide(carol, groups: [], groupsAreComplete: true)
            #expect(
                decision.access
                    == .refused(.notInRequiredGroup, explanation: "users: require is not satisfied: group 'staff'."))
            #expect(decision.account.flags == [.isStaff: false])
        }
    }

    @Test func aRunSeesTheGroupsOfThisMomentAndSoDoLoginsAfterIt() async throws {
        try await withSlapd(loading: .company) { slapd async throws in
            try await Company.on(slapd, adjust: { $0.deny = .group("suspended") }) { company async throws in
                #expect(await company.outcome("mallory") == .denied(.inDeniedGroup))
                let dn = "cn=suspended,\(Company.groups)"
                try await slapd.delete(dn)
                try await slapd.add(
                    ldif: """
                        dn: \(dn)
                        objectClass: groupOfNames
                        cn: suspended
                        member: uid=bob,ou=sales,\(Company.people)

                        """)
                let decisions = try await company.backend.ruleDecisions()
                let scan = try await Scan(company.backend)
                let bob = try #require(scan.person("bob"))
                let decision = decisions.decide(bob, groups: scan.groups(of: bob), groupsAreComplete: true)
                #expect(decision.account.barred == .inDeniedGroup)
                #expect(await company.outcome("bob") == .denied(.inDeniedGroup))
                #expect(await company.outcome("mallory").user != nil)

                try await slapd.rename(dn, to: "cn=paused")
                let renamed = try await company.backend.ruleDecisions()
                #expect(renamed.warnings.count == 1 && renamed.warnings.first?.contains("paused") == true)
                #expect(
                    renamed.decide(bob, groups: scan.groups(of: bob), groupsAreComplete: true).account.barred
                        == .inDeniedGroup)
            }
        }
    }

    @Test func noRuleThatNamesAGroupCostsNoSearch() async throws {
        try await withSlapd(loading: .company) { slapd async throws in
            try await Company.on(slapd, adjust: { $0.deny = .leaf(.attribute("employeeType", equals: "former")) }) {
                company async throws in
                let cost = try await slapd.counting { _ = try await company.backend.ruleDecisions() }
                #expect(cost["Search"] == 0)
            }
        }
    }
}
