import AuthCore
import DirectorySync
import LDAPBackend
import TestSupport
import Testing

/// What is mirrored, and what is left alone.
@Suite struct MirroringTests {
    private let view = Permission(appLabel: "payroll", codename: "view_payslip")
    private let edit = Permission(appLabel: "payroll", codename: "change_payslip")

    private func withOffice(
        _ adjust: (inout LDAPBackendConfiguration) throws -> Void = { _ in }, _ body: (SyncSite) async throws -> Void
    ) async throws {
        let ldif =
            people("alice", "bob", "carol", "dave", "erin", "frank") + group("sales", "uid=alice", "uid=bob")
            + group("staff", "cn=sales", "uid=carol") + group("payroll", "uid=alice")
        try await withSyncSite(loading: .base(adding: ldif), adjust, body)
    }

    private static let modes: [(MirrorPolicy.GroupMirroring, alice: Set<String>)] = [
        (.none, []), (.all, ["sales <- corp", "staff <- corp", "payroll <- corp"]),
        (.only(["STAFF"]), ["staff <- corp"]), (.except(["Sales"]), ["staff <- corp", "payroll <- corp"]),
    ]

    @Test func eachModeMirrorsWhatItNamesFromWhateverModeOneComes() async throws {
        try await withOffice { site async throws in
            // Every mode after every other.
            for (from, to) in [
                (0, 1), (1, 2), (2, 3), (3, 0), (0, 2), (2, 1), (1, 3), (3, 2), (2, 0), (0, 3), (3, 1), (1, 0),
            ] {
                for step in [from, to] {
                    let (mode, alice) = Self.modes[step]
                    let report = try await site.sync { $0.mirrorPolicy.groups = mode }
                    #expect(report.isApplied)
                    #expect(try site["alice"]?.groups == alice)
                    #expect(try site["bob"]?.groups == alice.subtracting(["payroll <- corp"]))
                    #expect(try site["dave"]?.groups == [])
                }
            }
        }
    }

    @Test func inEveryModeASecondRunHasNothingToDo() async throws {
        for (mode, _) in Self.modes {
            try await withOffice({ $0.mirrorPolicy.groups = mode }) { site async throws in
                try await site.sync()
                #expect(try await site.hasNothingToDo())
            }
        }
    }

    @Test func withoutNestingOnlyDirectGroupsCount() async throws {
        try await withOffice({ $0.groups?.isNested = false }) { site async throws in
            try await site.sync()
            #expect(try site["alice"]?.groups == ["sales <- corp", "payroll <- corp"])
            #expect(try site["carol"]?.groups == ["staff <- corp"])
        }
    }

    @Test func whatWasGivenHereStays() async throws {
        try await withOffice { site async throws in
            try await site.sync()
            try await site.administer(
                .createGroup(name: "chess", link: nil),
                .registerPermission(RegisteredPermission(permission: view, name: "V")),
                .registerPermission(RegisteredPermission(permission: edit, name: "E")),
                .create(NewAccount(username: "root", password: EncodedPassword(encoded: "x$1"), isSuperuser: true)))
            try await site.administer(
                "alice", .addMembership(group: "chess", origin: nil), .grant(view, origin: nil, rule: nil))
            // A membership by hand in a mirrored group.
            try await site.administer("dave", .addMembership(group: "staff", origin: nil))
            try await site.administer("root", .addMembership(group: "staff", origin: nil))
            try await site.administer(.grantToGroup(edit, group: "staff"))
            let root = try site["root"]

            let sales = "cn=sales,\(SyncSite.groups)"
            try await site.set("member", of: sales, to: [member("uid=bob")])
            try await site.sync()
            let alice = try #require(try site["alice"])
            #expect(alice.groups == ["chess", "payroll <- corp"])
            #expect(alice.grants == ["payroll.view_payslip"])
            #expect(try site["dave"]?.groups == ["staff"])
            #expect(try site["root"] == root)
            #expect(try await site.permissions(of: "dave") == [edit])
            #expect(try await site.permissions(of: "alice") == [view])
        }
    }

    @Test func aMembershipThatBothGaveStaysTheOneFromHere() async throws {
        try await withOffice { site async throws in
            try await site.sync { $0.mirrorPolicy.groups = .all }
            try await site.administer("dave", .addMembership(group: "payroll", origin: nil))
            let payroll = "cn=payroll,\(SyncSite.groups)"
            try await site.set("member", of: payroll, to: [member("uid=alice"), member("uid=dave")])
            try await site.sync()
            #expect(try site["dave"]?.groups == ["payroll"])
            try await site.set("member", of: payroll, to: [member("uid=alice")])
            try await site.sync()
            #expect(try site["dave"]?.groups == ["payroll"])
        }
    }

    @Test func aLocalGroupOfTheSameNameIsLeftAlone() async throws {
        try await withOffice { site async throws in
            try await site.administer(
                .createGroup(name: "payroll", link: nil),
                .registerPermission(RegisteredPermission(permission: view, name: "V")),
                .grantToGroup(view, group: "payroll"))
            let report = try await site.sync()
            #expect(
                report.warnings == [
                    "A local group 'payroll' exists; cn=payroll,\(SyncSite.groups) is not mirrored into it."
                ])
            #expect(try site["alice"]?.groups == ["sales <- corp", "staff <- corp"])
            #expect(try await site.permissions(of: "alice") == [])
            #expect(try site.groups()["payroll"] == .some(nil))
            #expect(try await site.hasNothingToDo())
        }
    }

    @Test func rulesGiveAndTakeBackTheirPermissionsAndNoOthers() async throws {
        let rule = { (name: String, permission: Permission) in
            PermissionRule(rule: .leaf(.name(name)), grant: [permission])
        }
        let (payroll, sales) = (rule("payroll", view), rule("sales", edit))
        try await withOffice({ $0.permissions = [payroll, sales] }) { site async throws in
            try await site.administer(.registerPermission(RegisteredPermission(permission: view, name: "V")))
            let report = try await site.sync()
            #expect(try site["alice"]?.grants == ["payroll.view_payslip <- corp"])
            #expect(report.warnings.count == 1)
            #expect(report.warnings.first?.contains("payroll.change_payslip is not registered") == true)
            try await site.administer(.registerPermission(RegisteredPermission(permission: edit, name: "E")))
            try await site.administer("bob", .grant(edit, origin: nil, rule: nil))
            try await site.sync()
            #expect(try site["alice"]?.grants == ["payroll.view_payslip <- corp", "payroll.change_payslip <- corp"])
            #expect(try site["bob"]?.grants == ["payroll.change_payslip"])
            let after = try await site.sync { $0.permissions = [payroll] }
            #expect(after.counts.permissionsRevoked == 1)
            #expect(try site["alice"]?.grants == ["payroll.view_payslip <- corp"])
            #expect(try site["bob"]?.grants == ["payroll.change_payslip"])
        }
    }

    @Test func flagsFollowTheirGroupsInBothDirectionsAndOnlyThoseThatRulesDecide() async throws {
        try await withOffice({ $0.flags = [.isStaff: .leaf(.dn("cn=payroll,\(SyncSite.groups)"))] }) {
            site async throws in
            try await site.sync()
            #expect(try site.accounts().filter(\.isStaff).map(\.username) == ["alice"])
            try await site.administer("alice", .setFlag(.isSuperuser, from: false, to: true))
            try await site.administer("bob", .setFlag(.isStaff, from: false, to: true))
            try await site.set("member", of: "cn=payroll,\(SyncSite.groups)", to: [member("uid=carol")])
            let report = try await site.sync(limits: .none)
            #expect(report.counts.flagsChanged == 3)
            #expect(try site.accounts().filter(\.isStaff).map(\.username) == ["carol"])
            #expect(try site["alice"]?.isSuperuser == true)
        }
    }

    @Test func fieldsProfilesAndMovesAreFollowed() async throws {
        try await withOffice { site async throws in
            let before = try await site.sync()
            #expect(before.counts.created == 6)
            try await site.slapd.add(ldif: unit("branch", under: SyncSite.people))
            try await site.set("mail", of: member("uid=bob"), to: ["bob@example.org"])
            try await site.set("departmentNumber", of: member("uid=bob"), to: ["7"])
            try await site.slapd.rename(member("uid=carol"), to: "uid=carol", under: "ou=branch,\(SyncSite.people)")
            let report = try await site.sync()
            #expect(report.counts.updated == 2)
            #expect(report.counts.unchanged == 4)
            #expect(try site["bob"]?.email == "bob@example.org")
            #expect(try site["bob"]?.profile == ["department": "7"])
            #expect(try site["carol"]?.dn == "uid=carol,ou=branch,\(SyncSite.people)")
            // refint(5) has renamed the member of the group as well.
            #expect(try site["carol"]?.groups == ["staff <- corp"])
            try await site.set("departmentNumber", of: member("uid=bob"), to: [])
            try await site.sync()
            #expect(try site["bob"]?.profile == [:])
            #expect(try await site.hasNothingToDo())
        }
    }

    @Test func accountsThatNobodyOwnsAreAdoptedWhereThePolicySaysSo() async throws {
        try await withOffice { site async throws in
            let local = { (name: String, staff: Bool) in
                AccountChange.create(NewAccount(username: name, password: .unusable(), isStaff: staff))
            }
            try await site.administer(local("alice", false))
            try await site.administer(local("bob", true))
            let ids = try ["alice", "bob"].map { try site[$0]?.id }
            let refused = try await site.sync()
            #expect(Set(refused.quarantined.compactMap(\.username)) == ["alice", "bob"])
            #expect(try site["alice"]?.externalID == nil)
            let report = try await site.sync { $0.mirrorPolicy.adopt = .unusable }
            #expect(report.quarantined.map(\.username) == ["bob"])
            #expect(report.counts.adopted == 1 && report.counts.created == 0)
            #expect(try site["alice"]?.externalID != nil && site["alice"]?.id == ids[0])
            #expect(try site["alice"]?.groups.count == 3)
            #expect(try site["bob"]?.externalID == nil && site["bob"]?.id == ids[1])
            // What was adopted comes out in the trail under the account's own number.
            #expect(
                try site.count("SELECT user_id FROM bridge_audit WHERE event = 'user.link' AND username = 'alice'")
                    == ids[0].map { Int($0) })
        }
    }

    @Test func whereNoNewAccountsAreMadeNobodyIsCreated() async throws {
        try await withOffice({ $0.mirrorPolicy.newUsers = .refuse }) { site async throws in
            let report = try await site.sync()
            #expect(report.counts.excluded == 6 && report.counts.created == 0)
            #expect(report.quarantined == [])
            #expect(try site.accounts() == [])
        }
    }
}
