import AuthCore
import DirectorySync
import LDAPBackend
import TestSupport
import Testing

/// Groups come, go, change names and hold each other.
@Suite struct GroupTests {
    private let view = Permission(appLabel: "payroll", codename: "view_payslip")
    private let edit = Permission(appLabel: "payroll", codename: "change_payslip")
    private static let id = "99999999-8888-4777-8666-555555555555"
    private let payroll = "cn=payroll,\(SyncSite.groups)"
    private let sales = "cn=sales,\(SyncSite.groups)"

    /// Alice is in payroll, whose mirror may view payslips here, bob in sales, whose mirror may change them.
    private func withOffice(_ body: (SyncSite) async throws -> Void) async throws {
        let ldif =
            people("alice", "bob", "carol", "dave", "erin", "frank") + group("payroll", "uid=alice", id: Self.id)
            + group("sales", "uid=bob")
        try await withSyncSite(loading: .base(adding: ldif)) { site async throws in
            try await site.sync()
            try await site.administer(
                .registerPermission(RegisteredPermission(permission: view, name: "V")),
                .registerPermission(RegisteredPermission(permission: edit, name: "E")),
                .grantToGroup(view, group: "payroll"),
                .grantToGroup(edit, group: "sales"))
            try await body(site)
        }
    }

    /// The permissions that each group has here.
    private func permissions(_ site: SyncSite) throws -> [String] {
        try site.texts(
            """
            SELECT g.name || ': ' || p.codename FROM auth_group_permissions x JOIN auth_group g ON g.id = x.group_id
            JOIN auth_permission p ON p.id = x.permission_id ORDER BY 1
            """)
    }

    @Test func aRenamedGroupKeepsItsPermissionsAndMembers() async throws {
        try await withOffice { site async throws in
            try await site.slapd.rename(payroll, to: "cn=wages")
            let report = try await site.sync()
            #expect(
                report.counts.groupsRenamed == 1 && report.counts.groupsCreated == 0
                    && report.counts.membershipsAdded == 0)
            #expect(try site.groups().keys.sorted() == ["sales", "wages"])
            #expect(try permissions(site) == ["sales: change_payslip", "wages: view_payslip"])
            #expect(try site["alice"]?.groups == ["wages <- corp"])
            #expect(try await site.hasNothingToDo())
        }
    }

    @Test func groupsThatExchangeTheirNamesKeepTheirPermissions() async throws {
        try await withOffice { site async throws in
            try await site.slapd.rename(payroll, to: "cn=tmp")
            try await site.slapd.rename(sales, to: "cn=payroll")
            try await site.slapd.rename("cn=tmp,\(SyncSite.groups)", to: "cn=sales")
            let report = try await site.sync()
            #expect(report.warnings == [])
            #expect(try site.groups()["sales"] == Self.id)
            #expect(try permissions(site) == ["payroll: change_payslip", "sales: view_payslip"])
            #expect(try site["alice"]?.groups == ["sales <- corp"])
            #expect(try site["bob"]?.groups == ["payroll <- corp"])
            #expect(try await site.permissions(of: "alice") == [view])
            #expect(try await site.hasNothingToDo())
        }
    }

    @Test func aGroupMadeAgainUnderANewIDInheritsNoPermissions() async throws {
        try await withOffice { site async throws in
            try await site.slapd.delete(payroll)
            try await site.slapd.add(ldif: group("payroll", "uid=alice", "uid=bob"))
            let report = try await site.sync()
            #expect(report.counts.groupsCreated == 1 && report.counts.groupsRenamed == 1)
            #expect(try site.groups().keys.sorted() == ["payroll", "payroll+former-999999998888", "sales"])
            #expect(try site.groups()["payroll+former-999999998888"] == Self.id)
            #expect(try permissions(site) == ["payroll+former-999999998888: view_payslip", "sales: change_payslip"])
            #expect(try site["alice"]?.groups == ["payroll <- corp"])
            #expect(try await site.permissions(of: "alice") == [])
            #expect(try await site.permissions(of: "bob") == [edit])
            #expect(try await site.hasNothingToDo())
        }
    }

    @Test func aGroupThatHasTheNameAnotherWouldGetAsideIsInNobodysWay() async throws {
        try await withOffice { site async throws in
            let aside = "payroll+former-999999998888"
            try await site.slapd.add(
                ldif: group(aside, "uid=bob").replacing("dn: cn=payroll+", with: "dn: cn=payroll\\+"))
            try await site.sync()
            try await site.slapd.delete(payroll)
            try await site.slapd.add(ldif: group("payroll", "uid=carol") + people("new"))
            let report = try await site.sync()
            #expect(report.isApplied && report.warnings == [])
            #expect(report.counts.created == 1 && report.counts.groupsCreated == 1 && report.counts.groupsRenamed == 1)
            #expect(try site.groups().keys.sorted() == ["payroll", aside, "\(aside)-2", "sales"])
            #expect(try site.groups()["\(aside)-2"] == Self.id)
            #expect(try permissions(site) == ["\(aside)-2: view_payslip", "sales: change_payslip"])
            #expect(try site["carol"]?.groups == ["payroll <- corp"] && site["new"] != nil)
            #expect(try site["bob"]?.groups == ["sales <- corp", "\(aside) <- corp"])
            #expect(try await site.hasNothingToDo())
        }
    }

    /// A group keeps nobody waiting whose name somebody takes between the plan and its application.
    @Test func aGroupWhoseNameIsTakenMeanwhileKeepsNobodyWaiting() async throws {
        try await withOffice { site async throws in
            try await site.slapd.rename(payroll, to: "cn=wages")
            try await site.slapd.add(ldif: people("new") + group("fresh", "uid=carol"))
            let meanwhile = Meanwhile.planned {
                try? site.execute("INSERT INTO auth_group (name) VALUES ('wages')")
            }
            let report = try await site.sync(progress: meanwhile.progress)
            #expect(meanwhile.happened && report.isApplied)
            #expect(try site["new"] != nil && site["carol"]?.groups == ["fresh <- corp"])
            #expect(try site["alice"]?.groups == ["payroll <- corp"])
        }
    }

    @Test func aDeletedGroupLosesItsMembersAndStays() async throws {
        try await withOffice { site async throws in
            try await site.administer("carol", .addMembership(group: "payroll", origin: nil))
            try await site.slapd.delete(payroll)
            let report = try await site.sync()
            #expect(report.counts.membershipsRemoved == 1)
            #expect(try site["alice"]?.groups == [] && site["carol"]?.groups == ["payroll"])
            #expect(try site.groups()["payroll"] == Self.id)
            #expect(try permissions(site) == ["payroll: view_payslip", "sales: change_payslip"])
            #expect(try await site.hasNothingToDo())
            try await site.slapd.add(ldif: group("payroll", "uid=alice", id: Self.id), isRelaxed: true)
            try await site.sync()
            #expect(try await site.permissions(of: "alice") == [view])
        }
    }

    @Test func aGroupRenamedOntoALocalGroupKeepsItsName() async throws {
        try await withOffice { site async throws in
            try await site.administer(.createGroup(name: "wages", link: nil), .grantToGroup(edit, group: "wages"))
            try await site.slapd.rename(payroll, to: "cn=wages")
            let report = try await site.sync()
            #expect(
                report.warnings == [
                    "The mirrored group 'payroll' was renamed in 'corp' and keeps its name here: the name 'wages' is taken."
                ])
            #expect(try site["alice"]?.groups == ["payroll <- corp"])
            #expect(try await site.permissions(of: "alice") == [view])
            #expect(try site.groups()["wages"] == .some(nil))
            #expect(try await site.hasNothingToDo())
        }
    }

    @Test func aNewGroupGetsTheNameThatARenamedOneGaveUp() async throws {
        try await withOffice { site async throws in
            try await site.slapd.rename(payroll, to: "cn=wages")
            try await site.slapd.add(ldif: group("payroll", "uid=carol"))
            let report = try await site.sync()
            #expect(report.warnings == [] && report.counts.groupsCreated == 1 && report.counts.groupsRenamed == 1)
            #expect(try permissions(site) == ["sales: change_payslip", "wages: view_payslip"])
            #expect(try site["carol"]?.groups == ["payroll <- corp"])
            #expect(try await site.permissions(of: "carol") == [])
        }
    }

    @Test func whatAGroupHoldsIsInheritedUpwardsAndCirclesEnd() async throws {
        try await withOffice { site async throws in
            try await site.slapd.add(
                ldif: group("company", "cn=payroll", "cn=circle") + group("circle", "cn=company", "uid=carol"))
            let report = try await site.sync()
            #expect(report.counts.membershipsAdded == 4)
            #expect(try site["alice"]?.groups == ["payroll <- corp", "company <- corp", "circle <- corp"])
            #expect(try site["carol"]?.groups == ["circle <- corp", "company <- corp"])
            #expect(try site["bob"]?.groups == ["sales <- corp"])
            #expect(try await site.hasNothingToDo())
        }
    }

    @Test func nestingDeeperThanTheLimitTakesNothingAway() async throws {
        try await withOffice { site async throws in
            try await site.slapd.add(
                ldif: group("one", "cn=payroll") + group("two", "cn=one") + group("three", "cn=two"))
            try await site.sync { $0.groups?.maximumDepth = 3 }
            let all: Set = ["payroll <- corp", "one <- corp", "two <- corp", "three <- corp"]
            #expect(try site["alice"]?.groups == all)
            // Below the limit everything counts, above it nothing is known, so nothing is taken.
            try await site.sync { $0.groups?.maximumDepth = 2 }
            #expect(try site["alice"]?.groups == all)
            try await site.slapd.delete("cn=three,\(SyncSite.groups)")
            try await site.sync { $0.groups?.maximumDepth = 2 }
            #expect(try site["alice"]?.groups == all.subtracting(["three <- corp"]))
        }
    }

    @Test func aGroupThatMirroringNoLongerNamesLosesItsMembersAndStays() async throws {
        try await withOffice { site async throws in
            try await site.sync { $0.mirrorPolicy.groups = .except(["payroll"]) }
            #expect(try site["alice"]?.groups == [])
            #expect(try site.groups().keys.sorted() == ["payroll", "sales"])
            try await site.sync()
            #expect(try site["alice"]?.groups == ["payroll <- corp"])
            #expect(try await site.permissions(of: "alice") == [view])
        }
    }

    @Test func aGroupThatShowsNoIDMakesTheRunIncompleteAndTakesNothingAway() async throws {
        var options = Slapd.Options()
        options.database = [
            "access to filter=(businessCategory=hidden) attrs=entryUUID by * none"
        ]
        let ldif =
            people("alice", "bob", "carol", "dave", "erin", "frank") + group("payroll", "uid=alice")
            + group("sales", "uid=bob")
        try await withSyncSite(loading: .base(adding: ldif), options: options) { site async throws in
            try await site.sync()
            let before = try site.accounts()
            try await site.set("businessCategory", of: payroll, to: ["hidden"])
            try await site.set("member", of: sales, to: [member("uid=carol")])
            try await site.slapd.delete(member("uid=dave"))
            let report = try await site.sync()
            #expect(!report.isComplete && report.isApplied && !report.isHeld && report.reason == .incomplete)
            #expect(
                report.explanations == [
                    "The groups of 'corp' could not all be read: the group \(payroll) shows no entryUUID."
                ])
            var after = before
            after[2].groups = ["sales <- corp"]
            #expect(try site.accounts() == after)
        }
    }
}
