import AuthCore
import DirectorySync
import LDAPBackend
import TestSupport
import Testing

/// An answer that is not complete gives and does not take, and says so in every record.
@Suite struct IncompleteTests {
    private let club = member("cn=club")
    private let elsewhere = """
        dn: ou=elsewhere,\(SyncSite.people)
        objectClass: referral
        objectClass: extensibleObject
        ou: elsewhere
        ref: ldap://127.0.0.1:1/ou=elsewhere,\(SyncSite.people)


        """

    @Test func whereAPartIsOnAnotherServerWhatIsNewIsAddedAndNothingTaken() async throws {
        let ldif = people("a", "b", "c", "d", "e", "f") + group("club", "uid=a", "uid=b") + elsewhere
        try await withSyncSite(
            loading: .base(adding: ldif), { $0.flags = [.isSuperuser: .leaf(.dn("cn=club,\(SyncSite.groups)"))] }
        ) { site async throws in
            #expect(try await site.sync().reason == .incomplete)
            try await site.set("member", of: club, to: [member("uid=a"), member("uid=c")])
            try await site.set("mail", of: member("uid=b"), to: ["b@example.org"])
            try await site.slapd.add(ldif: people("new"))
            let plan = try await site.sync(.plan)
            #expect(plan.reason == .incomplete && !plan.isHeld)
            let report = try await site.sync()
            #expect(report.isApplied && !report.isHeld && report.reason == .incomplete)
            #expect(report.explanations.map { $0.contains("a part of the tree is on another server") } == [true])
            #expect(report.counts == plan.counts && report.changes == plan.changes)
            #expect(report.counts.created == 1 && report.counts.membershipsAdded == 1 && report.counts.updated == 1)
            // What is not done is not counted as done, and is no line of a plan.
            #expect(report.counts.membershipsRemoved == 0 && report.counts.withheld == 2)
            #expect(report.counts.flagsChanged == 1)
            #expect(report.changes.allSatisfy { $0.event != "membership.remove" })
            #expect(
                try site.count("SELECT counts ->> 'withheld' FROM bridge_sync_run ORDER BY id DESC LIMIT 1") == 2)
            #expect(try site["new"] != nil && site["b"]?.email == "b@example.org")
            #expect(try site["b"]?.groups == ["club <- corp"] && site["b"]?.isSuperuser == true)
            #expect(try site["c"]?.groups == ["club <- corp"] && site["c"]?.isSuperuser == true)
        }
    }

    @Test func anApprovedPlanIsRefusedOnAnIncompleteAnswerAndStaysOpen() async throws {
        var options = Slapd.Options()
        options.database = ["access to filter=(description=hidden) attrs=entryUUID by * none"]
        let ldif = people("a", "b", "c", "d", "e", "f") + group("club", "uid=a", "uid=b", "uid=c")
        try await withSyncSite(loading: .base(adding: ldif), options: options) { site async throws in
            try await site.sync()
            try await site.set("member", of: club, to: [member("uid=a")])
            let limits = LossLimits.with(\.memberships, 0)
            let held = try await site.sync(limits: limits)
            let plan = try #require(held.plan)
            #expect(held.isHeld && held.counts.membershipsRemoved == 2)

            try await site.set("description", of: member("uid=f"), to: ["hidden"])
            let before = try site.dump()
            let runs = try site.count("SELECT count(*) FROM bridge_sync_run")
            let refused = try await site.sync(.approved(plan), limits: limits)
            #expect(refused.isHeld && !refused.isApplied && refused.reason == .incomplete && refused.run == nil)
            #expect(
                refused.explanations.last == "The plan \(plan) stays as it is, for when the directory answers in full.")
            #expect(try site.dump() == before)
            #expect(try site.count("SELECT count(*) FROM bridge_sync_run") == runs)
            #expect(try site.texts("SELECT status FROM bridge_plan WHERE id = \(plan)") == ["open"])

            try await site.set("description", of: member("uid=f"), to: [])
            let applied = try await site.sync(.approved(plan), limits: limits)
            #expect(applied.isApplied && applied.counts.membershipsRemoved == 2)
            #expect(try site["b"]?.groups == [] && site["a"]?.groups == ["club <- corp"])
        }
    }

    /// What a run that was interrupted has left of a plan.
    @Test func aPlanThatWasNotWrittenToItsEndCannotBeApproved() async throws {
        try await withSyncSite(loading: .base(adding: people("a", "b", "c", "d", "e", "f"))) { site async throws in
            try await site.sync()
            try await site.slapd.delete(member("uid=f"))
            try site.execute("INSERT INTO bridge_plan (source, created, status) VALUES ('corp', '2026-01-01', 'draft')")
            let draft = try Int64(site.count("SELECT max(id) FROM bridge_plan"))
            let refusal = await #expect(throws: SyncError.self) { try await site.sync(.approved(draft)) }
            #expect(refusal?.code == .noOpenPlan)
            #expect(try site["f"]?.isActive == true)
            let plan = try #require(try await site.sync(.plan).plan)
            #expect(plan != draft)
            #expect(try site.texts("SELECT status FROM bridge_plan") == ["open"])
        }
    }
}
