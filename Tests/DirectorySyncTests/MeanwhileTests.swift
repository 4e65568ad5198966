import AuthCore
import DirectorySync
import Foundation
import LDAPBackend
import TestSupport
import Testing

/// Somebody else writes between the plan and its application. One test at a time, since some of them make a thread wait.
@Suite(.serialized) struct MeanwhileTests {
    private let view = Permission(appLabel: "payroll", codename: "view_payslip")
    private let club = "cn=club,\(SyncSite.groups)"

    /// Six people with accounts, of whom three are in a group that gives a permission.
    private func withOffice(_ body: (SyncSite) async throws -> Void) async throws {
        let view = view
        let ldif = people("a", "b", "c", "d", "e", "f") + group("club", "uid=a", "uid=b", "uid=c")
        try await withSyncSite(
            loading: .base(adding: ldif),
            { $0.permissions = [PermissionRule(rule: .leaf(.name("club")), grant: [view])] }
        ) { site async throws in
            try await site.administer(.registerPermission(RegisteredPermission(permission: view, name: "V")))
            try await site.sync()
            try await body(site)
        }
    }

    @Test func whoLogsInBetweenPlanAndApplicationIsThereOnceAndInFull() async throws {
        try await withOffice { site async throws in
            try await site.slapd.add(ldif: people("new", "newer"))
            try await site.set("member", of: club, to: ["a", "b", "new", "newer"].map { member("uid=\($0)") })
            let meanwhile = Meanwhile.planned {
                site.logInNow("new")
                // Who loses a membership loses it by this login already.
                site.logInNow("c")
            }
            let report = try await site.sync(progress: meanwhile.progress)
            #expect(meanwhile.happened && report.isApplied && report.quarantined == [])
            #expect(try site.usernames() == ["a", "b", "c", "d", "e", "f", "new", "newer"])
            for name in ["new", "newer"] {
                let account = try #require(try site[name])
                #expect(account.groups == ["club <- corp"] && account.grants == ["payroll.view_payslip <- corp"])
            }
            #expect(try site["c"]?.groups == [] && site["c"]?.grants == [])
            #expect(
                try site.count("SELECT count(*) FROM bridge_audit WHERE event = 'user.create' AND username = 'new'")
                    == 1)
            #expect(try site.count("SELECT count(*) FROM bridge_audit WHERE event = 'membership.remove'") == 1)
            #expect(try await site.hasNothingToDo())
        }
    }

    @Test func whoLogsInWhileAnApprovedPlanIsAppliedIsThereOnce() async throws {
        try await withOffice { site async throws in
            try await site.slapd.add(ldif: people("new"))
            let plan = try #require(try await site.sync(.plan).plan)
            let meanwhile = Meanwhile.planned { site.logInNow("new") }
            let report = try await site.sync(.approved(plan), progress: meanwhile.progress)
            #expect(meanwhile.happened && report.isApplied)
            #expect(try site.usernames().count { $0 == "new" } == 1)
            #expect(try await site.hasNothingToDo())
        }
    }

    @Test func anAccountThatMovedWhileAnApprovedPlanIsAppliedEndsIt() async throws {
        try await withOffice { site async throws in
            try await site.set("mail", of: member("uid=a"), to: ["a@example.org"])
            try await site.slapd.delete(member("uid=f"))
            let plan = try #require(try await site.sync(.plan).plan)
            let cursor = try site.texts("SELECT run_id FROM bridge_sync_cursor")
            let meanwhile = Meanwhile.planned {
                try? site.execute("UPDATE auth_user SET email = 'x@example.org' WHERE username = 'a'")
            }
            let report = try await site.sync(.approved(plan), progress: meanwhile.progress)
            #expect(meanwhile.happened && !report.isApplied && report.isHeld && report.reason == .planOutdated)
            let explanation = try #require(report.explanations.last)
            #expect(explanation.contains("(a: user.field is new)"))
            #expect(explanation.hasSuffix("what was added before stays, nothing was taken away."))
            #expect(try site["f"]?.isActive == true && site["a"]?.email == "x@example.org")
            #expect(try site.texts("SELECT outcome FROM bridge_sync_run WHERE id = \(report.run ?? 0)") == ["refused"])
            #expect(try site.texts("SELECT run_id FROM bridge_sync_cursor") == cursor)
            #expect(try site.texts("SELECT status FROM bridge_plan") == ["open"])
        }
    }

    /// Of two who lose something, one is gone, and one is still there.
    @Test(arguments: ["f", "a"]) func whoGetsSomethingToLoseWhileAnApprovedPlanIsAppliedEndsItToo(_ name: String)
        async throws
    {
        try await withOffice { site async throws in
            try await site.slapd.add(ldif: group("other", "uid=b"))
            try await site.sync()
            try await site.slapd.delete(member("uid=f"))
            try await site.set("member", of: club, to: ["b", "c"].map { member("uid=\($0)") })
            let plan = try #require(try await site.sync(.plan).plan)
            // The plan has a time, the run's record has one, and then comes what is taken. The source puts somebody into a group before that, as
            // a login before the change would have.
            let times = Counter()
            let report = try await site.sync(
                .approved(plan),
                now: {
                    if times.next() == 3 {
                        try? site.execute(
                            """
                            INSERT INTO auth_user_groups (user_id, group_id)
                                SELECT u.id, g.id FROM auth_user u, auth_group g WHERE u.username = '\(name)' AND g.name = 'other';
                            INSERT INTO bridge_membership_origin SELECT max(id), 'corp' FROM auth_user_groups;
                            """)
                    }
                    return Date()
                })
            #expect(!report.isApplied && report.isHeld && report.reason == .planOutdated)
            #expect(report.explanations.last?.contains("(\(name): membership.remove is new)") == true)
            // All that would be taken is taken in one transaction, or nothing is.
            #expect(try site["f"]?.isActive == true)
            #expect(try site["a"]?.groups.contains("club <- corp") == true)
        }
    }

    @Test func whoIsInvolvedInAnExchangeOfNamesAndMovesOnEndsAnApprovedPlan() async throws {
        try await withOffice { site async throws in
            try await site.slapd.rename(member("uid=d"), to: "uid=tmp")
            try await site.slapd.rename(member("uid=e"), to: "uid=d")
            try await site.slapd.rename(member("uid=tmp"), to: "uid=e")
            let plan = try #require(try await site.sync(.plan).plan)
            let times = Counter()
            let report = try await site.sync(
                .approved(plan),
                now: {
                    if times.next() == 3 {
                        try? site.execute("UPDATE auth_user SET email = 'x@example.org' WHERE username = 'd'")
                    }
                    return Date()
                })
            #expect(!report.isApplied && report.reason == .planOutdated)
            #expect(try site.usernames() == ["a", "b", "c", "d", "e", "f"] && site["d"]?.email == "x@example.org")
        }
    }

    @Test func whoseNameIsTakenMeanwhileIsNamed() async throws {
        try await withOffice { site async throws in
            try await site.slapd.add(ldif: people("new", "newer"))
            let meanwhile = Meanwhile.planned {
                try? site.execute(
                    """
                    INSERT INTO auth_user (password, is_superuser, username, first_name, last_name, email, is_staff, is_active, date_joined)
                    VALUES ('x$1', 0, 'NEW', '', '', '', 0, 1, '2026-01-31 12:34:56')
                    """)
            }
            let report = try await site.sync(progress: meanwhile.progress)
            #expect(report.isApplied && report.quarantined.map(\.username) == ["new"])
            #expect(report.quarantined.first?.reason.hasPrefix("An account named 'NEW' exists and is local") == true)
            #expect(try site["new"] == nil && site["newer"] != nil)
        }
    }

    @Test func whomTheStoreRefusesKeepsNobodyElseWaiting() async throws {
        try await withOffice { site async throws in
            try await site.slapd.add(ldif: people("new", "newer"))
            try await site.set("member", of: club, to: ["a", "b", "c", "new"].map { member("uid=\($0)") })
            let meanwhile = Meanwhile.planned {
                try? site.execute("DELETE FROM auth_user_user_permissions; DELETE FROM auth_permission")
            }
            let report = try await site.sync(progress: meanwhile.progress)
            #expect(report.isApplied && report.quarantined.map(\.username) == ["new"])
            #expect(report.quarantined.first?.reason.contains("is not registered") == true)
            #expect(try site["new"] == nil && site["newer"] != nil)
        }
    }

    @Test func whenNamesCannotBeExchangedNobodyHasAnother() async throws {
        try await withOffice { site async throws in
            try await site.slapd.rename(member("uid=d"), to: "uid=tmp")
            try await site.slapd.rename(member("uid=e"), to: "uid=d")
            try await site.slapd.rename(member("uid=tmp"), to: "uid=e")
            try await site.slapd.add(ldif: people("newer"))
            try await site.set("member", of: club, to: ["a", "b", "c", "d"].map { member("uid=\($0)") })
            let before = try (site["d"]?.id, site["e"]?.id)
            // The plan has a time, the run's record has one, and then come the names.
            let times = Counter()
            let report = try await site.sync(now: {
                if times.next() == 3 {
                    try? site.execute("DELETE FROM auth_user_user_permissions; DELETE FROM auth_permission")
                }
                return Date()
            })
            #expect(Set(report.quarantined.compactMap(\.username)) == ["d", "e"])
            #expect(try site.usernames() == ["a", "b", "c", "d", "e", "f", "newer"])
            #expect(try (site["d"]?.id, site["e"]?.id) == before)
            // The next run, which knows that the permission is gone, does it.
            try await site.sync()
            #expect(try (site["e"]?.id, site["d"]?.id) == before)
        }
    }

    @Test func whomAnAdministratorDeactivatesMeanwhileStaysSo() async throws {
        try await withOffice { site async throws in
            try await site.set("mail", of: member("uid=a"), to: ["a@example.org"])
            let meanwhile = Meanwhile.planned {
                try? site.execute("UPDATE auth_user SET is_active = 0 WHERE username = 'a'")
            }
            #expect(try await site.sync(progress: meanwhile.progress).isApplied)
            #expect(try site["a"]?.isActive == false && site["a"]?.deactivation == nil)
        }
    }

    // MARK: The directory moves

    /// A login asks the directory later than the run did, so the run has nothing to say about whoever logged in.
    @Test func whatALoginTookAwayAfterTheGroupsWereReadStaysAway() async throws {
        try await withOffice { site async throws in
            let leave = "dn: \(club)\nchangetype: modify\ndelete: member\nmember: \(member("uid=a"))\n\n"
            try await site.whileReading(
                .places(2),
                {
                    site.modifyNow(leave)
                    site.logInNow("a")
                }
            ) { directory async throws in
                let report = try await site.sync(from: directory)
                #expect(report.isApplied && report.counts.membershipsAdded == 0)
                #expect(try site["a"]?.groups == [] && site["a"]?.grants == [])
            }
            #expect(try await site.hasNothingToDo())
        }
    }

    @Test func whatALoginTookAwayAfterThePlanWasMadeStaysAway() async throws {
        try await withOffice { site async throws in
            // Something else is to be given, so the run looks at the account once more.
            try await site.set("mail", of: member("uid=a"), to: ["a@example.org"])
            try await site.set("mail", of: member("uid=b"), to: ["b@example.org"])
            let leave = "dn: \(club)\nchangetype: modify\ndelete: member\nmember: \(member("uid=a"))\n\n"
            let meanwhile = Meanwhile.planned {
                site.modifyNow(leave)
                site.logInNow("a")
            }
            #expect(try await site.sync(progress: meanwhile.progress).isApplied)
            #expect(meanwhile.happened)
            #expect(try site["a"]?.groups == [] && site["a"]?.grants == [])
            #expect(try site["a"]?.email == "a@example.org" && site["b"]?.email == "b@example.org")
            #expect(try await site.hasNothingToDo())
        }
    }

    /// What a login gave after the scan is not taken either.
    @Test func whatALoginGaveAfterThePlanWasMadeIsNotTaken() async throws {
        try await withOffice { site async throws in
            try await site.set("member", of: club, to: [member("uid=b"), member("uid=c")])
            try await site.set("mail", of: member("uid=a"), to: ["a@example.org"])
            let join = "dn: \(club)\nchangetype: modify\nadd: member\nmember: \(member("uid=a"))\n\n"
            let meanwhile = Meanwhile.planned {
                site.modifyNow(join)
                site.logInNow("a")
            }
            #expect(try await site.sync(progress: meanwhile.progress).isApplied)
            #expect(meanwhile.happened)
            #expect(try site["a"]?.groups == ["club <- corp"] && site["a"]?.grants.count == 1)
            #expect(try await site.hasNothingToDo())
        }
    }

    /// Groups come in pages of a thousand: `child` with the first and `parent`, which names it, with the next, or the other way round. In between,
    /// or before or after both, the directory renames `child`, and refint(5) what `parent` holds.
    @Test(
        arguments: zip(
            [GroupRequest.members(page: 1), .members(page: 2), .members(page: 2), .places(2)],
            [true, true, false, false]))
    func whoIsInAGroupThatIsRenamedWhileGroupsAreReadLosesNothing(_ request: GroupRequest, _ childIsFirst: Bool)
        async throws
    {
        let child = group("child", "uid=p1", "uid=p2")
        let holder = group("parent", "cn=child", "uid=p3")
        let ldif =
            people("p1", "p2", "p3", "p4", "p5", "p6") + (childIsFirst ? child : holder)
            + (1...1000).map { group("g\($0)", "uid=p6") }.joined() + (childIsFirst ? holder : child)
        let parent = Rule.leaf(.dn("cn=parent,\(SyncSite.groups)"))
        try await withSyncSite(
            loading: .base(adding: ldif),
            {
                $0.require = .any([parent, .leaf(.name("g1")), .leaf(.attribute("sn", equals: "p4"))])
                $0.flags = [.isSuperuser: parent]
                $0.mirrorPolicy.groups = .only(["parent"])
            }
        ) { site async throws in
            try await site.sync()
            let before = try site.accounts()
            #expect(try site["p1"]?.isSuperuser == true && site["p1"]?.groups == ["parent <- corp"])
            let move = "dn: \(member("cn=child"))\nchangetype: modrdn\nnewrdn: cn=kid\ndeleteoldrdn: 0\n\n"
            try await site.whileReading(
                request, { site.modifyNow(move) }
            ) { directory async throws in
                let report = try await site.sync(from: directory, limits: .none)
                #expect(report.isApplied && report.isComplete && report.changes == [])
                #expect(report.groups == 1002)
            }
            #expect(try site.accounts() == before)
        }
    }

    @Test func aRulesGroupThatIsMadeAgainAfterGroupsWereReadDecidesNothing() async throws {
        try await withOffice { site async throws in
            let everybody = ["a", "b", "c", "d", "e", "f"]
            let require = Rule.leaf(.name("staff"))
            try await site.slapd.add(ldif: group("staff", "uid=a"))
            try await site.set("member", of: member("cn=staff"), to: everybody.map { member("uid=\($0)") })
            try await site.sync { $0.require = require }
            let before = try site.accounts()
            let again =
                "dn: \(member("cn=staff"))\nchangetype: delete\n\n"
                + "dn: \(member("cn=staff"))\nchangetype: add\nobjectClass: groupOfNames\ncn: staff\n"
                + everybody.map { "member: \(member("uid=\($0)"))\n" }.joined() + "\n"
            try await site.whileReading(.places(2), { site.modifyNow(again) }, with: { $0.require = require }) {
                directory async throws in
                let report = try await site.sync(from: directory, limits: .none)
                #expect(report.counts.deactivated == 0)
                #expect(try site.accounts().map(\.isActive) == before.map(\.isActive))
            }
            try await site.sync(limits: .none) { $0.require = require }
            #expect(try site.accounts().map(\.isActive) == before.map(\.isActive))
        }
    }
}
