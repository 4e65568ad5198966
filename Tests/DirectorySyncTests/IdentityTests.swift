import AuthCore
import DirectorySync
import LDAPBackend
import TestSupport
import Testing

/// Nobody gets what is somebody else's, however entries, members and groups are named.
@Suite struct IdentityTests {
    private static let id = "11111111-1111-4111-8111-1111111111ab"
    private let view = Permission(appLabel: "payroll", codename: "view_payslip")

    // MARK: DNs

    /// slapd tells them apart, so they are two.
    @Test func aTwinWhoseNameOnlyUnicodeFoldsGetsNothingOfTheOther() async throws {
        func twin(_ name: String, _ uid: String) -> String {
            """
            dn: cn=\(name),\(SyncSite.people)
            objectClass: inetOrgPerson
            cn: \(name)
            sn: \(uid)
            uid: \(uid)
            userPassword: \(uid)-secret


            """
        }
        let ldif =
            people("a", "b", "c", "d") + twin("strasse", "boss") + twin("stra\u{DF}e", "eve")
            + group("admins", "cn=strasse,\(SyncSite.people)")
        try await withSyncSite(
            loading: .base(adding: ldif), { $0.flags = [.isSuperuser: .leaf(.dn("cn=admins,\(SyncSite.groups)"))] }
        ) { site async throws in
            #expect(try await site.sync().isApplied)
            let (boss, eve) = (try #require(try site["boss"]), try #require(try site["eve"]))
            #expect(boss.isSuperuser && boss.groups == ["admins <- corp"])
            #expect(!eve.isSuperuser && eve.groups == [])
            // A login says the same.
            #expect(try await site.logIn("eve").user?.isSuperuser == false)
            #expect(try await site.hasNothingToDo())
        }
    }

    /// Whoever may write one group could else keep somebody's memberships for ever.
    @Test func whoAGroupNamesInADoubtfulSpellingIsAskedAbout() async throws {
        let ldif =
            people("a", "b", "c", "d", "e", "eve") + group("adm", "uid=a", "uid=b", "uid=eve")
            + group("staff", "uid=a", "uid=b", "uid=c", "uid=d", "uid=e", "uid=eve") + group("own", "uid=eve")
        try await withSyncSite(
            loading: .base(adding: ldif),
            {
                $0.require = .leaf(.name("staff"))
                $0.flags = [.isSuperuser: .leaf(.dn("cn=adm,\(SyncSite.groups)"))]
            }
        ) { site async throws in
            try await site.sync()
            #expect(try site["eve"]?.isSuperuser == true)
            let doubtful = "uid=ev\u{200D}e,\(SyncSite.people)"
            try await site.set("member", of: member("cn=own"), to: [member("uid=eve"), doubtful])
            try await site.set("member", of: member("cn=adm"), to: ["a", "b"].map { member("uid=\($0)") })
            let kept = try await site.sync()
            #expect(kept.isApplied && kept.warnings == [] && kept.counts.flagsChanged == 1)
            #expect(try site["eve"]?.isSuperuser == false && site["eve"]?.isActive == true)
            #expect(try site["eve"]?.groups == ["own <- corp", "staff <- corp"])
            try await site.set(
                "member", of: member("cn=staff"), to: ["a", "b", "c", "d", "e"].map { member("uid=\($0)") })
            let report = try await site.sync()
            #expect(report.counts.deactivated == 1 && report.quarantined == [])
            #expect(try site["eve"]?.deactivation == "corp: notInRequiredGroup" && site["eve"]?.groups == [])
        }
    }

    // MARK: Ids

    @Test func anIDThatChangesItsCaseIsTheSame() async throws {
        let ldif = people("a", "b", "c", "d", "e") + person("ann", id: Self.id.uppercased()) + group("staff", "uid=ann")
        try await withSyncSite(loading: .base(adding: ldif)) { site async throws in
            try await site.sync()
            let before = try #require(try site["ann"])
            #expect(try await site.entryUUID(member("uid=ann")) == Self.id.uppercased() && before.externalID == Self.id)
            // As after a restore from a backup of another server.
            try await site.slapd.delete(member("uid=ann"))
            try await site.slapd.add(ldif: person("ann", id: Self.id), isRelaxed: true)
            try await site.set("member", of: member("cn=staff"), to: [member("uid=ann")])
            #expect(try await site.hasNothingToDo())
            #expect(try site["ann"] == before)
            #expect(try await site.logIn("ann").user?.id.rawValue == before.id)
        }
    }

    @Test(arguments: [id, id.uppercased()]) func anIDThatTwoEntriesHaveGivesTheAccountToNeither(_ loaded: String)
        async throws
    {
        let ldif = people("a", "b", "c", "d", "e") + person("ann", id: loaded) + group("staff", "uid=ann")
        try await withSyncSite(loading: .base(adding: ldif)) { site async throws in
            try await site.sync()
            let before = try site.accounts()
            try await site.slapd.add(ldif: person("mal", id: Self.id), isRelaxed: true)
            let report = try await site.sync(limits: .none)
            #expect(report.quarantined.map(\.entry) == [Self.id])
            #expect(
                report.quarantined.first?.reason.hasPrefix("The id \(Self.id) was seen at two entries.") == true)
            #expect(try site.accounts() == before)
            #expect(try await site.hasNothingToDo())
        }
    }

    @Test func whoGetsASecondUsernameIsJudgedByTheRestOfTheEntry() async throws {
        let ldif =
            people("a", "b", "c", "d", "e", "f") + group("adm", "uid=a", "uid=c") + group("suspended", "uid=f")
        try await withSyncSite(
            loading: .base(adding: ldif),
            {
                $0.deny = .leaf(.name("suspended"))
                $0.flags = [.isSuperuser: .leaf(.dn("cn=adm,\(SyncSite.groups)"))]
            }
        ) { site async throws in
            try await site.sync()
            try await site.slapd.modify(
                ldif: "dn: \(member("uid=c"))\nchangetype: modify\nadd: uid\nuid: c-second\n\n")
            try await site.set("mail", of: member("uid=c"), to: ["c@example.org"])
            try await site.set("member", of: member("cn=adm"), to: [member("uid=a")])
            let report = try await site.sync()
            #expect(report.quarantined.map(\.entry) == [member("uid=c")])
            #expect(report.quarantined.first?.reason.contains("no single value of uid") == true)
            let account = try #require(try site["c"])
            #expect(account.isActive && !account.isSuperuser && account.groups == [])
            #expect(account.email == "c@example.org")

            try await site.set("member", of: member("cn=suspended"), to: [member("uid=c"), member("uid=f")])
            #expect(try await site.sync().counts.deactivated == 1)
            #expect(try site["c"]?.deactivation == "corp: inDeniedGroup")
            #expect(try site.usernames() == ["a", "b", "c", "d", "e"])
        }
    }

    // MARK: Groups of rules

    @Test func aGroupThatTakesTheNameOfARulesGroupGivesNothing() async throws {
        let view = view
        let ldif =
            people("a", "b", "c", "d", "e", "eve") + group("pay", "uid=a", "uid=b", "uid=c")
            + unit("own", under: SyncSite.groups)
        try await withSyncSite(
            loading: .base(adding: ldif),
            { $0.permissions = [PermissionRule(rule: .leaf(.name("pay")), grant: [view])] }
        ) { site async throws in
            try await site.administer(.registerPermission(RegisteredPermission(permission: view, name: "V")))
            try await site.sync()
            try await site.slapd.rename(member("cn=pay"), to: "cn=payroll")
            try await site.sync()
            try await site.slapd.add(
                ldif: group("pay", "uid=eve").replacing("dn: cn=pay,", with: "dn: cn=pay,ou=own,"))
            let report = try await site.sync()
            #expect(report.isApplied && report.isDecided)
            #expect(report.counts.permissionsGranted == 0 && report.counts.permissionsRevoked == 0)
            #expect(report.warnings.contains { $0.contains("is now cn=payroll,") })
            #expect(try site["eve"]?.grants == [] && site["eve"]?.groups == ["pay <- corp"])
            #expect(try site["a"]?.grants == ["payroll.view_payslip <- corp"])
        }
    }
}
