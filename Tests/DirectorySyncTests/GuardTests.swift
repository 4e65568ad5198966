import AuthCore
import DirectorySync
import LDAPBackend
import LDAPClient
import TestSupport
import Testing

/// A run that would take away too much takes away nothing.
@Suite struct GuardTests {
    private let view = Permission(appLabel: "payroll", codename: "view_payslip")

    /// Forty people, all in a group that gives a permission and makes them staff.
    private func withOffice(
        _ adjust: (inout LDAPBackendConfiguration) throws -> Void = { _ in }, _ body: (SyncSite) async throws -> Void
    ) async throws {
        let view = view
        let ldif = people(names(40)) + club(names(40))
        try await withSyncSite(
            loading: .base(adding: ldif),
            {
                $0.permissions = [PermissionRule(rule: .leaf(.name("club")), grant: [view])]
                try adjust(&$0)
            }
        ) { site async throws in
            try await site.administer(.registerPermission(RegisteredPermission(permission: view, name: "V")))
            try await site.sync()
            try await body(site)
        }
    }

    private func club(_ members: [String]) -> String {
        "dn: cn=club,\(SyncSite.groups)\nobjectClass: groupOfNames\ncn: club\n"
            + members.map { "member: \(member("uid=\($0)"))\n" }.joined() + "\n"
    }

    private func delete(_ site: SyncSite, _ count: Int) async throws {
        for name in names(count) { try await site.slapd.delete(member("uid=\(name)")) }
    }

    /// What must hold of a run that a guard holds.
    private func requireHeld(
        _ site: SyncSite, _ reason: SyncReport.Reason, _ words: String, limits: LossLimits
    ) async throws {
        let before = try site.dump()
        let cursor = try site.texts("SELECT run_id || completed FROM bridge_sync_cursor")
        // Something to add as well: a held plan gives nothing either.
        try await site.slapd.add(ldif: people("new"))
        let report = try await site.sync(limits: limits)
        #expect(report.isHeld && !report.isApplied && report.isComplete && report.reason == reason)
        #expect(report.explanations == [words])
        #expect(report.plan != nil && !report.changes.isEmpty)
        for (table, rows) in try site.dump() where !table.hasPrefix("bridge_plan") {
            #expect(rows == before[table], "\(table)")
        }
        #expect(try site.texts("SELECT run_id || completed FROM bridge_sync_cursor") == cursor)
        #expect(
            try site.texts("SELECT outcome FROM bridge_sync_run WHERE id = \(report.run ?? 0)") == ["held"])
        let plan = try #require(report.plan)
        let approved = try await site.sync(.approved(plan), limits: limits)
        #expect(approved.isApplied && approved.plan == plan && approved.changes == report.changes)
        #expect(try await site.hasNothingToDo())
    }

    @Test func deactivationsAreHeldAboveTheirLimitOnly() async throws {
        try await withOffice { site async throws in
            try await delete(site, 3)
            let limits = LossLimits.with(\.deactivations, 2)
            try await requireHeld(
                site, .deactivations, "3 of 40 active accounts would be deactivated; 2 are allowed.", limits: limits)
            try await site.slapd.delete(member("uid=p010"))
            try await site.slapd.delete(member("uid=p011"))
            let report = try await site.sync(limits: limits)
            #expect(report.isApplied && report.counts.deactivated == 2)
        }
    }

    @Test func theDefaultLimitLetsFiveGoAndHoldsSix() async throws {
        try await withOffice { site async throws in
            try await delete(site, 6)
            let held = try await site.sync()
            #expect(held.isHeld && held.reason == .deactivations)
            #expect(held.explanations == ["6 of 40 active accounts would be deactivated; 5 are allowed."])
            try await site.slapd.add(ldif: person("p006"))
            // Made again under a new id it is somebody else, so there are six still.
            #expect(try await site.sync().isHeld)
        }
        try await withOffice { site async throws in
            try await delete(site, 5)
            #expect(try await site.sync().counts.deactivated == 5)
        }
    }

    @Test func whomARuleBarsCountsAsDeactivated() async throws {
        try await withOffice { site async throws in
            let report = try await site.sync { $0.deny = .leaf(.name("club")) }
            #expect(report.isHeld && report.reason == .deactivations)
            #expect(report.explanations == ["40 of 40 active accounts would be deactivated; 5 are allowed."])
            #expect(try site.accounts().allSatisfy(\.isActive))
        }
    }

    @Test func membershipsAreHeldAboveTheirLimitOnly() async throws {
        try await withOffice { site async throws in
            let club = "cn=club,\(SyncSite.groups)"
            try await site.set("member", of: club, to: names(37).map { member("uid=\($0)") })
            let limits = LossLimits.with(\.memberships, 2)
            try await requireHeld(
                site, .memberships, "3 of 40 memberships would be taken away; 2 are allowed.", limits: limits)
            try await site.set("member", of: club, to: names(35).map { member("uid=\($0)") })
            let report = try await site.sync(limits: limits)
            #expect(report.isApplied && report.counts.membershipsRemoved == 2)
        }
    }

    @Test func permissionsAreHeldAboveTheirLimitOnly() async throws {
        try await withOffice { site async throws in
            let club = "cn=club,\(SyncSite.groups)"
            try await site.set("member", of: club, to: names(37).map { member("uid=\($0)") })
            let limits = LossLimits.with(\.permissions, 2)
            try await requireHeld(
                site, .permissions, "3 of 40 permissions would be taken away; 2 are allowed.", limits: limits)
            try await site.set("member", of: club, to: names(35).map { member("uid=\($0)") })
            let report = try await site.sync(limits: limits)
            #expect(report.isApplied && report.counts.permissionsRevoked == 2)
        }
    }

    @Test func administratorsAreHeldAboveTheirLimitOnly() async throws {
        let staff = Rule.leaf(.dn("cn=club,\(SyncSite.groups)"))
        try await withOffice({ $0.flags = [.isStaff: staff] }) { site async throws in
            let club = "cn=club,\(SyncSite.groups)"
            // One is gone, two lose the flag.
            try await site.slapd.delete(member("uid=p001"))
            try await site.set("member", of: club, to: names(38).dropFirst().map { member("uid=\($0)") })
            let limits = LossLimits.with(\.administrators, 2)
            try await requireHeld(
                site, .administrators, "3 of 40 staff and superusers would be lost; 2 are allowed.", limits: limits)
            try await site.slapd.delete(member("uid=p002"))
            try await site.slapd.delete(member("uid=p003"))
            let report = try await site.sync(limits: limits)
            #expect(report.isApplied && report.counts.deactivated == 2)
        }
    }

    @Test func clearedValuesAreHeldAboveTheirLimitOnly() async throws {
        try await withOffice { site async throws in
            // Of a field and of the profile, and both of one person, who counts once.
            for name in names(5) { try await site.set("mail", of: member("uid=\(name)"), to: ["\(name)@example.org"]) }
            for name in ["p001", "p006"] {
                try await site.set("departmentNumber", of: member("uid=\(name)"), to: ["7"])
            }
            try await site.sync()
            for name in names(2) { try await site.set("mail", of: member("uid=\(name)"), to: []) }
            for name in ["p001", "p006"] { try await site.set("departmentNumber", of: member("uid=\(name)"), to: []) }
            let limits = LossLimits.with(\.values, 2)
            try await requireHeld(
                site, .values, "3 of 40 people would lose values of fields or profile; 2 are allowed.", limits: limits)
            // Another value is no loss, nor is what goes with somebody who is gone.
            for name in ["p003", "p004"] { try await site.set("mail", of: member("uid=\(name)"), to: []) }
            try await site.set("mail", of: member("uid=p005"), to: ["other@example.org"])
            try await site.slapd.delete(member("uid=p007"))
            let report = try await site.sync(limits: limits)
            #expect(report.isApplied && report.counts.updated == 3)
            #expect(try site["p003"]?.email == "" && site["p001"]?.profile == [:])
        }
    }

    @Test func severalLimitsAreAllNamed() async throws {
        try await withOffice({ $0.flags = [.isStaff: .leaf(.dn("cn=club,\(SyncSite.groups)"))] }) { site async throws in
            try await delete(site, 6)
            try await site.set("member", of: "cn=club,\(SyncSite.groups)", to: [member("uid=p040")])
            var limits = LossLimits()
            limits.memberships = LossLimit(minimum: 0, count: 0, percent: 100)
            limits.permissions = LossLimit(minimum: 0, count: 100, percent: 0)
            let report = try await site.sync(limits: limits)
            #expect(report.reason == .deactivations)
            #expect(
                report.explanations == [
                    "6 of 40 active accounts would be deactivated; 5 are allowed.",
                    "39 of 40 staff and superusers would be lost; 5 are allowed.",
                    "33 of 40 memberships would be taken away; 0 are allowed.",
                    "33 of 40 permissions would be taken away; 0 are allowed.",
                ])
        }
    }

    @Test func anEmptiedBaseIsHeldAndChangesNobody() async throws {
        try await withOffice { site async throws in
            let before = try site.accounts()
            try await delete(site, 40)
            let report = try await site.sync(limits: .none)
            #expect(report.isHeld && report.reason == .emptied && report.people == 0)
            #expect(
                report.explanations.first?.hasPrefix("The directory shows nobody below users: base, and there are 40")
                    == true)
            #expect(try site.accounts() == before)
            // Whoever really wants that can have it.
            let applied = try await site.sync(.approved(try #require(report.plan)))
            #expect(applied.isApplied && applied.counts.deactivated == 40)
        }
    }

    @Test func aFilterThatFindsNobodyIsHeldToo() async throws {
        try await withOffice { site async throws in
            let before = try site.accounts()
            let none = try UserSearch.finding("(&(objectClass=person)(title=nobody)(uid={username}))")
            let report = try await site.sync(limits: .none) { $0.users = none }
            #expect(report.isHeld && report.reason == .emptied)
            #expect(try site.accounts() == before)
        }
    }

    @Test func anEmptyBaseIsNoMatterWhereThereIsNobodyToLose() async throws {
        try await withSyncSite(loading: .base) { site async throws in
            let report = try await site.sync()
            #expect(report.isApplied && report.isComplete && report.reason == nil)
            #expect(try site.count("SELECT people FROM bridge_sync_cursor") == 0)
        }
    }

    @Test func aPlanThatSaysTheSameKeepsItsNumber() async throws {
        try await withOffice { site async throws in
            try await delete(site, 6)
            let first = try await site.sync()
            let second = try await site.sync()
            #expect(first.plan != nil && first.plan == second.plan)
            try await site.slapd.delete(member("uid=p007"))
            let third = try await site.sync()
            #expect(third.plan != first.plan)
            #expect(
                try site.texts("SELECT status FROM bridge_plan ORDER BY id") == ["outdated", "open"])
        }
    }
}

extension UserSearch {
    /// Everybody below `ou=people` whom a filter finds.
    static func finding(_ filter: String) throws -> UserSearch {
        UserSearch(.search(base: try DistinguishedName(SyncSite.people), filter: try FilterTemplate(filter)))
    }
}
