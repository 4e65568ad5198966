import AuthCore
import DirectorySync
import LDAPBackend
import TestSupport
import Testing

/// What the service account may no longer see looks like what is not there, and is not taken for it.
@Suite struct HiddenTests {
    private let view = Permission(appLabel: "payroll", codename: "view_payslip")

    /// People of whom `sus` is suspended and three are former ones, so that these have no accounts; `a` is superuser and may view payslips.
    /// - Parameter rule: What an entry with the title `hidden` hides.
    private func withOffice(hiding rule: String, _ body: (SyncSite) async throws -> Void) async throws {
        let view = view
        var options = Slapd.Options()
        options.database = ["access to filter=(description=hidden) \(rule)"]
        let former = ["former1", "former2", "former3"].map { person($0, lines: ["employeeType: former"]) }.joined()
        let ldif =
            people("a", "b", "c", "d", "e", "sus") + former + group("staff", "uid=a", "uid=b")
            + group("adm", "uid=a") + group("suspended", "uid=sus")
        try await withSyncSite(
            loading: .base(adding: ldif), options: options,
            {
                $0.deny = .leaf(.name("suspended"))
                $0.flags = [
                    .isSuperuser: .leaf(.dn("cn=adm,\(SyncSite.groups)")),
                    .isActive: .not(.leaf(.attribute("employeeType", equals: "former"))),
                ]
                $0.permissions = [PermissionRule(rule: .leaf(.name("staff")), grant: [view])]
            }
        ) { site async throws in
            try await site.administer(.registerPermission(RegisteredPermission(permission: view, name: "V")))
            let report = try await site.sync()
            #expect(report.isComplete && report.isDecided)
            #expect(try site.usernames() == ["a", "b", "c", "d", "e"])
            #expect(try site["a"]?.isSuperuser == true && site["a"]?.grants == ["payroll.view_payslip <- corp"])
            try await body(site)
        }
    }

    private func hide(_ site: SyncSite, _ dns: String...) async throws {
        for dn in dns { try await site.set("description", of: dn, to: ["hidden"]) }
    }

    @Test func groupsWhoseMembersAreHiddenTakeNothingAndLetNobodyIn() async throws {
        try await withOffice(hiding: "attrs=member by users search") { site async throws in
            let before = try site.accounts()
            try await hide(site, member("cn=staff"), member("cn=adm"), member("cn=suspended"))
            let report = try await site.sync(limits: .none)
            #expect(!report.isComplete && report.reason == .incomplete && report.isApplied)
            #expect(report.explanations.first?.contains("shows no member, which it must have") == true)
            #expect(try site.accounts() == before)
        }
    }

    @Test func aRulesGroupThatIsHiddenTakesNoFlagAndNoPermission() async throws {
        try await withOffice(hiding: "by * none") { site async throws in
            let before = try #require(try site["a"])
            try await hide(site, member("cn=staff"), member("cn=adm"))
            let report = try await site.sync(limits: .none)
            #expect(report.isApplied && !report.isDecided && report.reason == .undecided)
            #expect(report.explanations.count == 2)
            #expect(report.counts.flagsChanged == 0 && report.counts.permissionsRevoked == 0)
            #expect(try site["a"]?.isSuperuser == true && site["a"]?.grants == before.grants)
            #expect(try site["b"]?.grants == before.grants)
        }
    }

    @Test func aDenyingGroupThatIsHiddenLetsNobodyIn() async throws {
        try await withOffice(hiding: "by * none") { site async throws in
            let before = try site.accounts()
            try await hide(site, member("cn=suspended"))
            let report = try await site.sync(limits: .none)
            #expect(!report.isDecided && report.counts.quarantined == 6)
            #expect(try site.accounts() == before)
        }
    }

    // MARK: Conditions

    @Test func aConditionThatHeldForThreeAndHoldsForNobodyIsHeld() async throws {
        try await withOffice(hiding: "attrs=employeeType by * none") { site async throws in
            let before = try site.dump()
            try await hide(site, member("uid=former1"), member("uid=former2"), member("uid=former3"))
            let report = try await site.sync(limits: .none)
            #expect(report.isHeld && !report.isApplied && report.reason == .conditions)
            #expect(report.explanations.count == 1)
            #expect(
                report.explanations.first?.hasSuffix(
                    "held for 3 people at the last run and holds for nobody now; see that the service account can read the attribute."
                ) == true)
            for (table, rows) in try site.dump() where !table.hasPrefix("bridge_plan") {
                #expect(rows == before[table], "\(table)")
            }
            // Whoever really wants that can have it.
            #expect(try await site.sync(.approved(try #require(report.plan)), limits: .none).counts.created == 3)
        }
    }

    @Test func aConditionThatStillHoldsForOneIsNotHeld() async throws {
        try await withOffice(hiding: "attrs=employeeType by * none") { site async throws in
            for name in ["former1", "former2"] { try await site.set("employeeType", of: member("uid=\(name)"), to: []) }
            let one = try await site.sync(limits: .none)
            #expect(one.isApplied && one.counts.created == 2)
            // It held for one at the last run, which is too few to tell.
            try await site.set("employeeType", of: member("uid=former3"), to: [])
            let none = try await site.sync(limits: .none)
            #expect(none.isApplied && none.counts.created == 1)
        }
    }

    // MARK: Ids

    @Test func idsThatCanBeReadAndNotSearchedForMakeTheRunIncomplete() async throws {
        try await withOffice(hiding: "attrs=entryUUID by users =r") { site async throws in
            let names = ["a", "b", "c", "d", "e", "sus", "former1", "former2", "former3"]
            for name in names { try await hide(site, member("uid=\(name)")) }
            try await site.set("member", of: member("cn=suspended"), to: [member("uid=e")])
            let (before, cursor) = (try site.accounts(), try site.texts("SELECT run_id FROM bridge_sync_cursor"))
            let report = try await site.sync(limits: .none)
            #expect(!report.isComplete && report.reason == .canaryMissing)
            #expect(report.explanations.count == 1)
            #expect(report.explanations.first?.contains("none can be found by the id that the scan saw") == true)
            #expect(report.explanations.first?.hasSuffix("the right to search by entryUUID.") == true)
            #expect(report.warnings.allSatisfy { !$0.contains("moved") })
            #expect(try site.accounts() == before)
            #expect(try site.texts("SELECT run_id FROM bridge_sync_cursor") == cursor)
        }
    }
}
