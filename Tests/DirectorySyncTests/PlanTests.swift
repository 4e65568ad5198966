import AuthCore
import Foundation
import GRDB
import LDAPBackend
import TestSupport
import Testing

@testable import DirectorySync

/// What is planned is what is done, or nothing is.
@Suite struct PlanTests {
    private let view = Permission(appLabel: "payroll", codename: "view_payslip")

    /// A directory in which, after a first run, everything changes that can: people are new, gone, back, renamed in a circle and onto a free name,
    /// barred, moved; fields, flags, groups, memberships and permissions change.
    private func withChanges(_ body: (SyncSite) async throws -> Void) async throws {
        let view = view
        let ldif =
            people("a", "b", "c", "d", "e", "f", "gone", "left", "back") + unit("branch", under: SyncSite.people)
            + unit("former") + group("payroll", "uid=a", "uid=b", "uid=left") + group("old", "uid=c")
            + group("suspended", "uid=nobody")
            + group("it", "uid=d")
        try await withSyncSite(
            loading: .base(adding: ldif),
            {
                $0.permissions = [PermissionRule(rule: .leaf(.name("payroll")), grant: [view])]
                $0.flags = [.isStaff: .leaf(.dn("cn=it,\(SyncSite.groups)"))]
                $0.deny = .leaf(.name("suspended"))
            }
        ) { site async throws in
            try await site.administer(.registerPermission(RegisteredPermission(permission: view, name: "V")))
            try await site.sync()
            let slapd = site.slapd
            try await slapd.rename(member("uid=back"), to: "uid=back", under: "ou=former,\(SyncSite.suffix)")
            try await site.sync()
            try await slapd.rename("uid=back,ou=former,\(SyncSite.suffix)", to: "uid=back", under: SyncSite.people)
            try await slapd.delete(member("uid=gone"))
            try await slapd.add(ldif: person("gone") + people("new"))
            try await slapd.rename(member("uid=a"), to: "uid=tmp")
            try await slapd.rename(member("uid=b"), to: "uid=a")
            try await slapd.rename(member("uid=tmp"), to: "uid=b")
            try await slapd.rename(member("uid=c"), to: "uid=carol", under: "ou=branch,\(SyncSite.people)")
            try await site.set("mail", of: member("uid=d"), to: ["d@example.org"])
            try await site.set("departmentNumber", of: member("uid=d"), to: ["7"])
            try await site.set("member", of: "cn=suspended,\(SyncSite.groups)", to: [member("uid=left")])
            try await site.set("member", of: "cn=it,\(SyncSite.groups)", to: [member("uid=e")])
            try await site.set("member", of: "cn=payroll,\(SyncSite.groups)", to: [member("uid=b"), member("uid=f")])
            try await slapd.rename("cn=old,\(SyncSite.groups)", to: "cn=older")
            try await slapd.add(ldif: group("fresh", "uid=f", "cn=it"))
            try await body(site)
        }
    }

    /// A change as one text that a plan and the audit trail have in common: about whom, what, and the particulars.
    private func text(_ account: String, _ event: String, _ details: [String: String]) -> String {
        var details = details
        details["evidence"] = nil
        if event == "membership.remove" { details["group"] = nil }
        // Who gets out of the way is somebody else than the one whose change it is.
        let whom = event == "user.rename-aside" || event.hasPrefix("group.") ? "" : account
        return "\(whom) \(event) "
            + details.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: " ")
    }

    /// What the trail says after a certain entry.
    private func trail(_ site: SyncSite, after last: Int) throws -> [String] {
        let rows = try site.other.read {
            try Row.fetchAll(
                $0,
                sql: """
                    SELECT coalesce(l.external_id, '') AS id, a.event, a.details, a.cause FROM bridge_audit a
                    LEFT JOIN bridge_user_link l ON l.user_id = a.user_id WHERE a.id > ?
                    """, arguments: [last])
        }
        return try rows.map { row in
            #expect(row["cause"] == "sync:corp")
            let details = try JSONDecoder().decode([String: String].self, from: Data((row["details"] as String).utf8))
            return text(row["id"], row["event"], details)
        }
    }

    @Test(arguments: [true, false]) func whatIsPlannedIsWhatIsDoneChangeForChange(_ isApproved: Bool) async throws {
        try await withChanges { site async throws in
            let before = try site.dump()
            let last = try site.count("SELECT max(id) FROM bridge_audit")
            let plan = try await site.sync(.plan)
            #expect(plan.isComplete && !plan.isApplied && !plan.isHeld && plan.reason == nil)
            for (table, rows) in try site.dump() where !table.hasPrefix("bridge_plan") {
                #expect(rows == before[table], "\(table)")
            }
            let done = try await site.sync(isApproved ? .approved(try #require(plan.plan)) : .apply)
            #expect(done.isApplied && done.changes == plan.changes && done.counts == plan.counts)
            let planned = plan.changes.map { text($0.account, $0.event, $0.details) }.sorted()
            #expect(try trail(site, after: last).sorted() == planned)
            // All that can happen did.
            #expect(
                Set(plan.changes.map(\.event)).isSuperset(of: [
                    "user.create", "user.link", "user.rename", "user.rename-aside", "user.move", "user.field",
                    "user.profile",
                    "user.flag", "user.deactivate", "user.reactivate", "group.create", "group.rename", "membership.add",
                    "membership.remove", "permission.grant", "permission.revoke",
                ]))
            #expect(try await site.hasNothingToDo())
        }
    }

    @Test func theCountsAreThoseOfTheChanges() async throws {
        try await withChanges { site async throws in
            let plan = try await site.sync(.plan)
            func count(_ event: String) -> Int { plan.changes.count { $0.event == event } }
            #expect(plan.counts.created == count("user.create"))
            #expect(plan.counts.renamed == count("user.rename"))
            #expect(plan.counts.deactivated == count("user.deactivate") && plan.counts.deactivated == 2)
            #expect(plan.counts.reactivated == count("user.reactivate") && plan.counts.reactivated == 1)
            #expect(plan.counts.groupsCreated == count("group.create"))
            #expect(plan.counts.groupsRenamed == count("group.rename"))
            #expect(plan.counts.membershipsAdded == count("membership.add"))
            #expect(plan.counts.membershipsRemoved == count("membership.remove"))
            #expect(plan.counts.flagsChanged == count("user.flag") && plan.counts.flagsChanged == 2)
            #expect(plan.counts.permissionsGranted == count("permission.grant"))
            #expect(plan.counts.permissionsRevoked == count("permission.revoke"))
            // Who is renamed is moved, too: the uid stands in the DN.
            #expect(plan.counts.updated == 4)
            #expect(
                try site.texts("SELECT outcome || ' ' || plan_id FROM bridge_sync_run ORDER BY id DESC LIMIT 1")
                    == ["planned \(plan.plan ?? 0)"])
        }
    }

    @Test func whatIsTakenAwayIsNamedByTheGroupsName() async throws {
        try await withChanges { site async throws in
            let plan = try await site.sync(.plan)
            let removed = plan.changes.filter { $0.event == "membership.remove" }
            #expect(Set(removed.compactMap { $0.details["group"] }) == ["payroll", "it"])
        }
    }

    // MARK: Refusals

    private func requireOutdated(
        _ site: SyncSite, _ plan: SyncReport, _ words: String, sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        let before = try site.dump()
        let id = try #require(plan.plan)
        let refused = try await site.sync(.approved(id))
        #expect(refused.isHeld && !refused.isApplied && refused.reason == .planOutdated, sourceLocation: sourceLocation)
        #expect(refused.run == nil, sourceLocation: sourceLocation)
        #expect(refused.explanations.count == 1, sourceLocation: sourceLocation)
        let explanation = try #require(refused.explanations.first)
        #expect(explanation.hasPrefix("The plan \(id) is not what would be done now ("), sourceLocation: sourceLocation)
        #expect(explanation.contains(words), "\(explanation)", sourceLocation: sourceLocation)
        #expect(try site.dump() == before, sourceLocation: sourceLocation)
    }

    @Test func aPlanWhoseDirectoryMovedIsRefusedAndNamesWho() async throws {
        try await withChanges { site async throws in
            let plan = try await site.sync(.plan)
            try await site.set("mail", of: member("uid=d"), to: ["other@example.org"])
            try await requireOutdated(site, plan, "d: user.field no longer applies; d: user.field is new")
            try await site.set("mail", of: member("uid=d"), to: ["d@example.org"])
            // As it was again, it is what was approved.
            #expect(try await site.sync(.approved(try #require(plan.plan))).isApplied)
        }
    }

    @Test func aPlanWhoseAccountMovedIsRefusedAndNamesWho() async throws {
        try await withChanges { site async throws in
            let plan = try await site.sync(.plan)
            try await site.administer("e", .setFlag(.isStaff, from: false, to: true))
            try await requireOutdated(site, plan, "e: user.flag no longer applies")
        }
    }

    @Test func whatALoginHasDoneMeanwhileIsNoReasonToRefuseAPlan() async throws {
        try await withChanges { site async throws in
            let plan = try await site.sync(.plan)
            #expect(try await site.logIn("new").user != nil)
            let accounts = try site.accounts().count
            let applied = try await site.sync(.approved(try #require(plan.plan)))
            #expect(applied.isApplied && applied.counts.created == plan.counts.created - 1)
            #expect(try site.accounts().count == accounts + applied.counts.created)
            #expect(try site.accounts().count { $0.username == "new" } == 1)
            #expect(try await site.hasNothingToDo())
        }
    }

    /// Nothing of a held plan is done until somebody approves it, and people go on working meanwhile.
    @Test func aHeldPlanCanBeApprovedAfterALoginDidAPartOfIt() async throws {
        let ldif = people("a", "b", "c", "d", "e", "f", "g", "h") + group("club", "uid=a", "uid=b")
        try await withSyncSite(loading: .base(adding: ldif)) { site async throws in
            try await site.sync()
            for name in ["c", "d", "e"] { try await site.slapd.delete(member("uid=\(name)")) }
            try await site.set("givenName", of: member("uid=a"), to: ["Anna"])
            try await site.set("member", of: member("cn=club"), to: [member("uid=b")])
            let limits = LossLimits.with(\.deactivations, 2)
            let held = try await site.sync(limits: limits)
            #expect(held.isHeld && held.counts.updated == 1 && held.counts.membershipsRemoved == 1)
            #expect(try await site.logIn("a").user?.firstName == "Anna")
            #expect(try site["a"]?.groups == [])
            let applied = try await site.sync(.approved(try #require(held.plan)), limits: limits)
            #expect(applied.isApplied && applied.counts.deactivated == 3 && applied.counts.updated == 0)
            #expect(try await site.hasNothingToDo())
        }
    }

    @Test func anInterruptedPlanCanBeAppliedToItsEnd() async throws {
        try await withChanges { site async throws in
            let plan = try await site.sync(.plan)
            // What a run writes before it is killed is what it writes before it ends.
            try await site.sync()
            let rest = try await site.sync(.approved(try #require(plan.plan)))
            #expect(rest.isApplied && rest.changes.isEmpty)
        }
    }

    @Test func ofManyDifferencesTheFirstAreNamedAndTheRestCounted() {
        let text = SyncRun.outdated(3, (1...7).map { "p\($0): user.create is new" })
        #expect(text.hasPrefix("The plan 3 is not what would be done now (p1: user.create is new; p2: "))
        #expect(text.hasSuffix("; p5: user.create is new; and 2 more). Make a new one with --plan."))
    }

    @Test func aPlanThatIsNotOpenIsRefused() async throws {
        try await withChanges { site async throws in
            let unknown = await #expect(throws: SyncError.self) { try await site.sync(.approved(99)) }
            #expect(unknown?.code == .noOpenPlan)
            #expect(unknown?.message == "'corp' has no plan 99; make one with: dirbridge sync --directory corp --plan")

            let first = try #require(try await site.sync(.plan).plan)
            try await site.set("mail", of: member("uid=e"), to: ["e@example.org"])
            let second = try #require(try await site.sync(.plan).plan)
            #expect(second != first)
            let older = await #expect(throws: SyncError.self) { try await site.sync(.approved(first)) }
            #expect(
                older?.message
                    == "The plan \(first) was followed by a newer one; make a new one with: dirbridge sync --directory corp --plan"
            )

            #expect(try await site.sync(.approved(second)).isApplied)
            let applied = await #expect(throws: SyncError.self) { try await site.sync(.approved(second)) }
            #expect(applied?.code == .noOpenPlan)
            #expect(
                applied?.message
                    == "The plan \(second) has been applied; make a new one with: dirbridge sync --directory corp --plan"
            )

            try site.execute("INSERT INTO bridge_plan (source, created, status) VALUES ('lab', '2026-01-01', 'open')")
            let other = try Int64(site.count("SELECT max(id) FROM bridge_plan"))
            let foreign = await #expect(throws: SyncError.self) { try await site.sync(.approved(other)) }
            #expect(foreign?.code == .noOpenPlan)
        }
    }

    @Test func anApprovedPlanIsNotHeldByALimit() async throws {
        try await withChanges { site async throws in
            let limits = LossLimits.with(\.deactivations, 1)
            let plan = try await site.sync(.plan, limits: limits)
            #expect(plan.isHeld && plan.reason == .deactivations && !plan.changes.isEmpty)
            #expect(try await site.sync(.approved(try #require(plan.plan)), limits: limits).isApplied)
            #expect(try site.texts("SELECT status FROM bridge_plan") == ["applied"])
        }
    }
}
