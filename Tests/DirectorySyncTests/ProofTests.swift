import AuthCore
import Foundation
import LDAPBackend
import LDAPClient
import SQLiteStore
import TestSupport
import Testing

@testable import DirectorySync

/// What is not provably so takes nothing away.
@Suite struct ProofTests {
    private static let small = "cn=small,ou=services,\(SyncSite.suffix)"

    /// What a run without a complete answer must not have done.
    private func requireNothingTaken(
        _ site: SyncSite, _ report: SyncReport, since before: [AccountView], _ cursor: [String]
    ) throws {
        #expect(!report.isComplete)
        let after = Dictionary(uniqueKeysWithValues: try site.accounts().map { ($0.id, $0) })
        for account in before {
            let now = try #require(after[account.id])
            #expect(now.isActive == account.isActive && now.username == account.username)
            #expect(now.groups.isSuperset(of: account.groups) && now.grants.isSuperset(of: account.grants))
            #expect(now.password == account.password)
        }
        #expect(try self.cursor(site) == cursor)
    }

    private func cursor(_ site: SyncSite) throws -> [String] {
        try site.texts("SELECT run_id || ' ' || completed || ' ' || people FROM bridge_sync_cursor")
    }

    private func entries(_ count: Int) -> String {
        people(names(count)) + group("club", "uid=p001", "uid=p002") + group("staff", "cn=club")
            + "dn: \(Self.small)\nobjectClass: organizationalRole\nobjectClass: simpleSecurityObject\ncn: small\n"
            + "userPassword: bridge-secret\n\n"
    }

    // MARK: The server's limits

    @Test func aSizeLimitOnTheServiceAccountAddsAndTakesNothing() async throws {
        var options = Slapd.Options()
        options.database = [
            "limits dn.exact=\"\(Self.small)\" size.soft=unlimited size.hard=unlimited size.prtotal=8",
            "access to dn.subtree=\"\(SyncSite.people)\" attrs=entry,children,@inetOrgPerson,entryUUID by dn.exact=\"\(Self.small)\" read by * break",
        ]
        try await withSyncSite(loading: .base(adding: entries(12)), options: options) { site async throws in
            try await site.sync()
            let (before, cursor) = (try site.accounts(), try cursor(site))
            try await site.slapd.delete(member("uid=p012"))
            try await site.set(
                "member", of: "cn=club,\(SyncSite.groups)", to: [member("uid=p001"), member("uid=p003")])
            try await site.set("mail", of: member("uid=p001"), to: ["new@example.org"])
            // The name of somebody whom the run does not come to.
            try await site.slapd.add(ldif: unit("branch", under: SyncSite.people))
            try await site.slapd.rename(member("uid=p004"), to: "uid=p011", under: "ou=branch,\(SyncSite.people)")
            try await site.slapd.delete(member("uid=p011"))
            // Where nothing is taken away there is nothing to limit.
            let report = try await site.withService(Self.small) {
                try await site.sync(from: $0, limits: .with(\.memberships, 0))
            }
            #expect(report.isApplied && !report.isHeld && report.reason == .incomplete)
            #expect(report.people < 11 && report.people > 0 && report.counts.deactivated == 0)
            #expect(report.explanations.count == 1)
            #expect(report.explanations.first?.hasPrefix("The people of 'corp' could not all be read") == true)
            try requireNothingTaken(site, report, since: before, cursor)
            // What it saw is added all the same.
            #expect(try site["p001"]?.email == "new@example.org")
            #expect(try site["p003"]?.groups == ["club <- corp", "staff <- corp"])
            #expect(try site["p002"]?.groups == ["club <- corp", "staff <- corp"])
            #expect(
                try site.texts("SELECT outcome FROM bridge_sync_run ORDER BY id DESC LIMIT 1") == ["incomplete"])
            // And a run that sees everything does the rest.
            #expect(report.quarantined.map(\.username) == ["p011"])
            #expect(try await site.sync().counts.deactivated == 2)
            #expect(try site["p002"]?.groups == [])
            #expect(try site["p011"]?.id == before[3].id)
        }
    }

    @Test func anUnreadableBaseIsAnOutageAndChangesNothing() async throws {
        try await withSyncSite(loading: .base(adding: entries(6))) { site async throws in
            try await site.sync()
            let before = try site.dump()
            let base = UserSearch(
                .search(
                    base: try DistinguishedName("ou=nowhere,\(SyncSite.suffix)"),
                    filter: try FilterTemplate("(uid={username})")))
            await #expect(throws: AuthenticationOutage.self) { try await site.sync { $0.users = base } }
            let groups = GroupSearch(base: try DistinguishedName("ou=nowhere,\(SyncSite.suffix)"))
            await #expect(throws: AuthenticationOutage.self) { try await site.sync { $0.groups = groups } }
            // A place that the service account may not even know of.
            await #expect(throws: AuthenticationOutage.self) {
                try await site.withService("cn=nobody,ou=services,\(SyncSite.suffix)") { try await site.sync(from: $0) }
            }
            #expect(try site.dump() == before)
            #expect(try site.count("SELECT count(*) FROM bridge_sync_run") == 1)
        }
    }

    @Test func aServiceAccountThatSeesNobodyIsHeldAsAnEmptiedBase() async throws {
        var options = Slapd.Options()
        // The template's rules show people to cn=bridge alone; so the base itself, and nobody in it.
        options.database = ["access to dn.base=\"\(SyncSite.people)\" by users read"]
        try await withSyncSite(loading: .base(adding: entries(6)), options: options) { site async throws in
            try await site.sync()
            let before = try site.accounts()
            let report = try await site.withService(Self.small) { try await site.sync(from: $0, limits: .none) }
            #expect(!report.isApplied && report.isHeld && report.reason == .emptied)
            #expect(try site.accounts() == before)
        }
    }

    @Test func aServiceAccountThatMayNotSeeTheBaseIsAnOutage() async throws {
        try await withSyncSite(loading: .base(adding: entries(6))) { site async throws in
            try await site.sync()
            let before = try site.dump()
            await #expect(throws: AuthenticationOutage.self) {
                try await site.withService(Self.small) { try await site.sync(from: $0, limits: .none) }
            }
            #expect(try site.dump() == before)
        }
    }

    // MARK: What is hidden

    @Test func peopleWhomAnAccessRuleHidesAreHeldByTheLimit() async throws {
        var options = Slapd.Options()
        options.database = ["access to filter=(employeeType=hidden) by * none"]
        try await withSyncSite(loading: .base(adding: entries(20)), options: options) { site async throws in
            try await site.sync()
            let before = try site.accounts()
            for name in names(6) { try await site.set("employeeType", of: member("uid=\(name)"), to: ["hidden"]) }
            let report = try await site.sync()
            #expect(report.isHeld && report.reason == .deactivations)
            #expect(try site.accounts() == before)
        }
    }

    @Test func peopleWhoseIDIsHiddenMakeTheRunIncomplete() async throws {
        var options = Slapd.Options()
        options.database = ["access to filter=(employeeType=hidden) attrs=entryUUID by * none"]
        try await withSyncSite(loading: .base(adding: entries(12)), options: options) { site async throws in
            try await site.sync()
            let (before, cursor) = (try site.accounts(), try cursor(site))
            for name in names(2) { try await site.set("employeeType", of: member("uid=\(name)"), to: ["hidden"]) }
            try await site.slapd.delete(member("uid=p012"))
            let report = try await site.sync()
            #expect(report.reason == .incomplete && report.isApplied)
            #expect(
                report.explanations == [
                    "Entries that show no entryUUID, so that nobody can tell who they are: 2; give the service account the right to read it."
                ])
            #expect(report.quarantined.map(\.entry).sorted() == names(2).map { member("uid=\($0)") })
            try requireNothingTaken(site, report, since: before, cursor)
        }
    }

    @Test func whoWasSeenAndCannotBeReadAgainIsNoWitness() async throws {
        var options = Slapd.Options()
        options.database = ["access to dn.subtree=\"\(SyncSite.people)\" filter=(employeeType=hidden) by * none"]
        let count = 500
        try await withSyncSite(loading: .base(adding: entries(count)), options: options) { site async throws in
            try await site.sync()
            let (before, cursor) = (try site.accounts(), try cursor(site))
            try await site.slapd.delete(member("uid=p500"))
            // One more comes, so that the page is full and the run says how far it is.
            try await site.slapd.add(ldif: people("new"))
            let hiding = names(count - 1).map {
                "dn: \(member("uid=\($0)"))\nchangetype: modify\nreplace: employeeType\nemployeeType: hidden\n\n"
            }.joined()
            let meanwhile = Meanwhile.reading { site.modifyNow(hiding) }
            let report = try await site.sync(progress: meanwhile.progress)
            #expect(meanwhile.happened)
            #expect(report.reason == .canaryMissing && report.isApplied && !report.isHeld)
            #expect(
                report.explanations == [
                    "4 of 5 people whom the scan saw could not be read again a moment later; look at the directory's access rules and its replicas."
                ])
            try requireNothingTaken(site, report, since: before, cursor)
            #expect(try site["new"] != nil && site["p500"]?.isActive == true)
        }
    }

    @Test func whoMayBeInAGroupThatIsHiddenIsNotLetIn() async throws {
        var options = Slapd.Options()
        options.database = ["access to filter=(businessCategory=hidden) attrs=entryUUID by * none"]
        let ldif = people(names(8)) + group("suspended", "cn=team") + group("team", "uid=p001")
        try await withSyncSite(loading: .base(adding: ldif), options: options, { $0.deny = .leaf(.name("suspended")) })
        {
            site async throws in
            try await site.sync()
            #expect(try site["p001"] == nil && site["p002"] != nil)
            try await site.set(
                "member", of: "cn=team,\(SyncSite.groups)", to: [member("uid=p001"), member("uid=p002")])
            try await site.sync()
            #expect(try site["p002"]?.isActive == false)
            try await site.set("businessCategory", of: "cn=team,\(SyncSite.groups)", to: ["hidden"])
            let before = try site.accounts()
            let report = try await site.sync()
            #expect(!report.isComplete && report.counts.created == 0 && report.counts.reactivated == 0)
            #expect(try site.accounts() == before)
        }
    }

    // MARK: What happens meanwhile

    @Test func aDirectoryThatDiesBeforeTheScanIsAnOutage() async throws {
        try await withSyncSite(loading: .base(adding: entries(6))) { site async throws in
            try await site.sync()
            let before = try site.dump()
            let meanwhile = Meanwhile({ $0.phase == .reading }) { site.slapd.kill() }
            await #expect(throws: AuthenticationOutage.self) { try await site.sync(progress: meanwhile.progress) }
            #expect(meanwhile.happened)
            #expect(try site.dump() == before)
        }
    }

    @Test func aDirectoryThatDiesInTheMiddleOfTheScanIsAnOutage() async throws {
        try await withSyncSite(loading: .base(adding: people((1...1200).map { "n\($0)" }))) { site async throws in
            try await site.sync()
            let before = try site.dump()
            try await site.slapd.delete(member("uid=n7"))
            let meanwhile = Meanwhile.reading { site.slapd.kill() }
            await #expect(throws: AuthenticationOutage.self) { try await site.sync(progress: meanwhile.progress) }
            #expect(meanwhile.happened)
            #expect(try site.dump() == before)
        }
    }

    /// Moves somebody when the first people have been read: the one that came with them, or one of the next page. In either case refint(5)
    /// renames the member of the group, and groups are read after people.
    @Test(arguments: ["p3", "p1100"]) func whoIsMovedWhileTheScanGoesOnLosesNothingByIt(_ name: String) async throws {
        let ldif =
            people((1...1100).map { "p\($0)" }) + unit("branch", under: SyncSite.people)
            + group("club", "uid=p1", "uid=\(name)")
        try await withSyncSite(
            loading: .base(adding: ldif), { $0.flags[.isStaff] = .leaf(.dn("cn=club,\(SyncSite.groups)")) }
        ) {
            site async throws in
            try await site.sync()
            let before = try #require(try site[name])
            let move = """
                dn: \(member("uid=\(name)"))
                changetype: modrdn
                newrdn: uid=\(name)
                deleteoldrdn: 1
                newsuperior: ou=branch,\(SyncSite.people)

                """
            try await site.slapd.delete(member("uid=p2"))
            let meanwhile = Meanwhile.reading { site.modifyNow(move) }
            let report = try await site.sync(limits: .none, progress: meanwhile.progress)
            #expect(meanwhile.happened && report.isApplied && report.isComplete)
            #expect(
                report.counts.membershipsRemoved == 0 && report.counts.flagsChanged == 0
                    && report.counts.deactivated == 1)
            #expect(try site[name]?.groups == before.groups && site[name]?.isStaff == true)

            #expect(try await site.sync().warnings == [])
            var moved = before
            moved.dn = "uid=\(name),ou=branch,\(SyncSite.people)"
            #expect(try site[name] == moved)
            #expect(try await site.hasNothingToDo())
        }
    }

    @Test func whomTheScanMissedAndALookUpFindsIsNotGone() async throws {
        let ldif = people((1...2600).map { "p\($0)" }) + unit("former")
        try await withSyncSite(loading: .base(adding: ldif)) { site async throws in
            try await site.sync()
            // One of the second page, who is elsewhere while that is read.
            func move(from: String, to: String) -> String {
                "dn: uid=p1500,\(from)\nchangetype: modrdn\nnewrdn: uid=p1500\ndeleteoldrdn: 1\nnewsuperior: \(to)\n\n"
            }
            let former = "ou=former,\(SyncSite.suffix)"
            let (away, back) = (move(from: SyncSite.people, to: former), move(from: former, to: SyncSite.people))
            let leaving = Meanwhile.reading { site.modifyNow(away) }
            let returning = Meanwhile({ $0.phase == .reading && $0.done >= 2000 }) { site.modifyNow(back) }
            try await site.slapd.delete(member("uid=p2"))
            let report = try await site.sync(progress: {
                leaving.progress($0)
                returning.progress($0)
            })
            #expect(leaving.happened && returning.happened && report.isApplied && report.isComplete)
            #expect(report.people == 2598 && report.counts.deactivated == 1)
            #expect(try site["p1500"]?.isActive == true && site["p2"]?.isActive == false)
        }
    }

    // MARK: Few people

    @Test func withFewerThanFivePeopleTheDirectoryIsReadTwice() async throws {
        let ldif = people(names(4)) + group("club", "uid=p001")
        try await withSyncSite(loading: .base(adding: ldif)) { site async throws in
            try await site.sync()
            let same = try await site.slapd.counting { try await site.sync() }
            try await site.slapd.delete(member("uid=p004"))
            let gone = try await site.slapd.counting {
                let report = try await site.sync()
                #expect(report.isApplied && report.isComplete && report.counts.deactivated == 1)
            }
            // Two more scans of two searches each, and the questions about whoever is gone.
            #expect(gone["Search"] - same["Search"] >= 4)
            #expect(try site["p004"]?.isActive == false)
        }
    }

    @Test func fivePeopleAreWitnessesEnough() async throws {
        try await withSyncSite(loading: .base(adding: people(names(6)))) { site async throws in
            try await site.sync()
            let scans = Counter()
            try await site.slapd.delete(member("uid=p006"))
            let report = try await site.sync(progress: {
                if $0.phase == .reading, $0.done == 0 { _ = scans.next() }
            })
            #expect(report.counts.deactivated == 1 && scans.next() == 2)
            try await site.slapd.delete(member("uid=p005"))
            let again = Counter()
            try await site.sync(progress: { if $0.phase == .reading, $0.done == 0 { _ = again.next() } })
            #expect(again.next() == 3)
        }
    }

    @Test func whoIsBackInTheSecondScanIsNotGone() async throws {
        let ldif = people(names(3)) + unit("former")
        try await withSyncSite(loading: .base(adding: ldif)) { site async throws in
            try await site.sync()
            try await site.slapd.rename(member("uid=p003"), to: "uid=p003", under: "ou=former,\(SyncSite.suffix)")
            // The second scan says how far it is when the first has ended.
            let back = """
                dn: uid=p003,ou=former,\(SyncSite.suffix)
                changetype: modrdn
                newrdn: uid=p003
                deleteoldrdn: 1
                newsuperior: \(SyncSite.people)

                """
            let scans = Counter()
            let meanwhile = Meanwhile({ $0.phase == .reading && $0.done == 0 && scans.next() == 2 }) {
                site.modifyNow(back)
            }
            let report = try await site.sync(progress: meanwhile.progress)
            #expect(meanwhile.happened)
            #expect(report.counts.deactivated == 0)
            #expect(try site["p003"]?.isActive == true)
        }
    }

    @Test func whoIsMissingInTheSecondScanOnlyIsNotGone() async throws {
        let ldif = people(names(4))
        try await withSyncSite(loading: .base(adding: ldif)) { site async throws in
            try await site.sync()
            try await site.slapd.delete(member("uid=p004"))
            let scans = Counter()
            let meanwhile = Meanwhile({ $0.phase == .reading && $0.done == 0 && scans.next() == 2 }) {
                site.modifyNow("dn: \(member("uid=p003"))\nchangetype: delete\n\n")
            }
            let report = try await site.sync(progress: meanwhile.progress)
            #expect(meanwhile.happened)
            #expect(report.counts.deactivated == 1)
            #expect(try site["p003"]?.isActive == true && site["p004"]?.isActive == false)
        }
    }
}
