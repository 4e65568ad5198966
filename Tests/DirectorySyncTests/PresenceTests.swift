import AuthCore
import DirectorySync
import LDAPBackend
import LDAPClient
import LocalBackend
import TestSupport
import Testing

/// People come and go.
@Suite struct PresenceTests {
    private let view = Permission(appLabel: "payroll", codename: "view_payslip")
    private let alice = member("uid=alice")
    private static let id = "11111111-2222-4333-8444-555555555555"

    /// Six people and two groups; payroll may view payslips. Alice is in both, and in one that was made here.
    private func withOffice(
        synced: Bool = true,
        _ adjust: (inout LDAPBackendConfiguration) throws -> Void = { _ in }, _ body: (SyncSite) async throws -> Void
    ) async throws {
        let view = view
        let ldif =
            unit("former") + unit("branch", under: SyncSite.people) + person("alice", id: Self.id)
            + people("bob", "carol", "dave", "erin", "frank") + group("payroll", "uid=alice", "uid=bob")
            + group("suspended", "uid=nobody") + group("admitted", "uid=alice", "uid=bob")
        try await withSyncSite(
            loading: .base(adding: ldif),
            {
                $0.permissions = [PermissionRule(rule: .leaf(.name("payroll")), grant: [view])]
                $0.flags[.isStaff] = .leaf(.dn("cn=payroll,\(SyncSite.groups)"))
                try adjust(&$0)
            }
        ) { site async throws in
            try await site.administer(
                .registerPermission(RegisteredPermission(permission: view, name: "V")),
                .createGroup(name: "chess", link: nil))
            if synced {
                try await site.sync()
                try await site.administer("alice", .addMembership(group: "chess", origin: nil))
            }
            try await body(site)
        }
    }

    @Test func whoIsRemovedIsDeactivatedAndWhoReturnsHasEverythingBack() async throws {
        try await withOffice { site async throws in
            let before = try #require(try site["alice"])
            #expect(try await site.permissions(of: "alice") == [view])
            try await site.slapd.delete(alice)
            let report = try await site.sync()
            #expect(report.isApplied && report.counts.deactivated == 1 && report.counts.flagsChanged == 1)
            let gone = try #require(try site["alice"])
            #expect(gone.id == before.id && gone.externalID == Self.id)
            #expect(!gone.isActive && gone.deactivation == "corp: absent" && !gone.isStaff)
            #expect(gone.groups == ["chess"] && gone.grants == [])
            // Django's session auth hash covers this column.
            #expect(gone.password != before.password && gone.password.hasPrefix("!") && gone.password.count == 41)
            #expect(try await site.permissions(of: "alice") == [])
            #expect(try await site.logIn("alice").user == nil)
            #expect(try await site.hasNothingToDo())

            try await site.slapd.add(ldif: person("alice", id: Self.id), isRelaxed: true)
            try await site.set("member", of: "cn=payroll,\(SyncSite.groups)", to: [member("uid=bob"), alice])
            try await site.set("member", of: "cn=admitted,\(SyncSite.groups)", to: [member("uid=bob"), alice])
            let again = try await site.sync()
            #expect(again.counts.reactivated == 1 && again.counts.created == 0)
            let back = try #require(try site["alice"])
            var expected = before
            expected.password = gone.password
            #expect(back == expected)
            #expect(try await site.permissions(of: "alice") == [view])
            #expect(try await site.hasNothingToDo())
        }
    }

    @Test func whatHappenedIsInTheAuditTrail() async throws {
        try await withOffice { site async throws in
            try await site.slapd.delete(alice)
            try await site.sync()
            #expect(
                try site.texts(
                    "SELECT event || ' ' || cause FROM bridge_audit WHERE id > (SELECT max(id) FROM bridge_audit WHERE event = 'membership.add') ORDER BY id"
                )
                    == ["user.deactivate", "user.flag", "membership.remove", "membership.remove", "permission.revoke"]
                    .map { "\($0) sync:corp" })
            #expect(
                try site.texts("SELECT details FROM bridge_audit WHERE event = 'user.deactivate'")
                    == [#"{"reason":"absent","source":"corp"}"#])
        }
    }

    @Test func whoIsMadeAgainUnderANewIDIsANewPersonWhoInheritsNothing() async throws {
        try await withOffice { site async throws in
            let before = try #require(try site["alice"])
            try await site.slapd.delete(alice)
            try await site.slapd.add(ldif: person("alice"))
            let report = try await site.sync()
            #expect(report.counts.created == 1 && report.counts.deactivated == 1)
            let (old, new) = (
                try #require(try site.accounts().first { $0.id == before.id }), try #require(try site["alice"])
            )
            #expect(new.id != before.id && new.externalID != Self.id)
            #expect(new.groups == [] && new.grants == [] && !new.isStaff && new.isActive)
            #expect(old.username == "alice+former-111111112222")
            #expect(!old.isActive && old.groups == ["chess"] && old.grants == [] && old.externalID == Self.id)
            #expect(try await site.hasNothingToDo())
        }
    }

    @Test func whoIsMovedWithinTheBaseStays() async throws {
        try await withOffice { site async throws in
            let before = try #require(try site["alice"])
            try await site.slapd.rename(alice, to: "uid=alice", under: "ou=branch,\(SyncSite.people)")
            try await site.sync()
            var expected = before
            expected.dn = "uid=alice,ou=branch,\(SyncSite.people)"
            #expect(try site["alice"] == expected)
        }
    }

    @Test func whoIsMovedOutOfTheBaseIsGoneAndTheEvidenceSaysWhere() async throws {
        try await withOffice { site async throws in
            try await site.slapd.rename(alice, to: "uid=alice", under: "ou=former,\(SyncSite.suffix)")
            let plan = try await site.sync(.plan)
            let line = try #require(plan.changes.first { $0.event == "user.deactivate" })
            #expect(
                line.details == [
                    "source": "corp", "reason": "absent",
                    "evidence":
                        "the entry is uid=alice,ou=former,\(SyncSite.suffix) now, which is not below users: base",
                ])
            #expect(try site["alice"]?.isActive == true)
            try await site.sync()
            #expect(try site["alice"]?.deactivation == "corp: absent")
            try await site.slapd.rename(
                "uid=alice,ou=former,\(SyncSite.suffix)", to: "uid=alice", under: SyncSite.people)
            try await site.sync()
            #expect(try site["alice"]?.isActive == true)
        }
    }

    @Test func whomTheFilterExcludesIsGoneAndTheEvidenceSaysSo() async throws {
        let filter = try FilterTemplate("(&(objectClass=inetOrgPerson)(!(employeeType=former))(uid={username}))")
        let search = UserSearch(.search(base: try DistinguishedName(SyncSite.people), filter: filter))
        try await withOffice({ $0.users = search }) { site async throws in
            try await site.set("employeeType", of: alice, to: ["former"])
            let plan = try await site.sync(.plan)
            let line = try #require(plan.changes.first { $0.event == "user.deactivate" })
            #expect(line.details["evidence"] == "\(alice) no longer matches users: filter")
            try await site.sync()
            #expect(try site["alice"]?.isActive == false)
            try await site.set("employeeType", of: alice, to: [])
            try await site.sync()
            #expect(try site["alice"]?.isActive == true)
        }
    }

    @Test func whoIsNowhereHasThatForEvidence() async throws {
        try await withOffice { site async throws in
            try await site.slapd.delete(alice)
            let plan = try await site.sync(.plan)
            let line = try #require(plan.changes.first { $0.event == "user.deactivate" })
            #expect(line.details["evidence"] == "there is no entry with this id")
            #expect(line.account == Self.id && line.name == "alice")
        }
    }

    // MARK: Rules

    private struct Bar: Sendable {
        var name: String
        var reason: String
        var rule: @Sendable (inout LDAPBackendConfiguration) -> Void
        var bar: @Sendable (SyncSite) async throws -> Void
        var admit: @Sendable (SyncSite) async throws -> Void
    }

    private static func members(_ group: String, _ members: String...) -> @Sendable (SyncSite) async throws -> Void {
        { site in try await site.set("member", of: "cn=\(group),\(SyncSite.groups)", to: members.map(member)) }
    }

    private static let bars = [
        Bar(
            name: "require", reason: "notInRequiredGroup", rule: { $0.require = .leaf(.name("admitted")) },
            bar: members("admitted", "uid=bob"), admit: members("admitted", "uid=bob", "uid=alice")),
        Bar(
            name: "deny", reason: "inDeniedGroup", rule: { $0.deny = .leaf(.name("suspended")) },
            bar: members("suspended", "uid=alice"), admit: members("suspended", "uid=nobody")),
        Bar(
            name: "is_active", reason: "accountDisabled",
            rule: { $0.flags[.isActive] = .not(.leaf(.attribute("employeeType", equals: "former"))) },
            bar: { try await $0.set("employeeType", of: member("uid=alice"), to: ["former"]) },
            admit: { try await $0.set("employeeType", of: member("uid=alice"), to: []) }),
    ]

    @Test(arguments: 0..<3) func whomARuleBarsIsDeactivatedAndComesBackWithEverything(_ index: Int) async throws {
        let bar = Self.bars[index]
        try await withOffice(bar.rule) { site async throws in
            let before = try #require(try site["alice"])
            try await bar.bar(site)
            let report = try await site.sync(limits: .none)
            #expect(report.counts.deactivated == 1)
            let barred = try #require(try site["alice"])
            #expect(!barred.isActive && barred.deactivation == "corp: \(bar.reason)")
            #expect(barred.groups == ["chess"] && barred.grants == [] && !barred.isStaff)
            #expect(barred.password != before.password)
            #expect(try await site.permissions(of: "alice") == [])
            #expect(try await site.logIn("alice").reason == bar.reason)
            #expect(try await site.hasNothingToDo())

            try await bar.admit(site)
            try await site.sync()
            var expected = before
            expected.password = barred.password
            #expect(try site["alice"] == expected)
        }
    }

    @Test(arguments: 0..<3) func whoIsBarredAndHasNoAccountGetsNone(_ index: Int) async throws {
        let bar = Self.bars[index]
        try await withOffice(synced: false) { site async throws in
            try await bar.bar(site)
            let report = try await site.sync { bar.rule(&$0) }
            #expect(try site["alice"] == nil)
            #expect(report.counts.excluded >= 1 && report.quarantined == [])
        }
    }

    @Test func whenARuleCannotBeDecidedEverybodyIsLeftAlone() async throws {
        try await withOffice { site async throws in
            let before = try site.accounts()
            try await site.slapd.add(ldif: people("new"))
            try await site.set("mail", of: alice, to: ["new@example.org"])
            try await site.set("member", of: "cn=payroll,\(SyncSite.groups)", to: [alice])
            let report = try await site.sync { $0.require = .leaf(.name("no such group")) }
            #expect(try site.accounts() == before)
            #expect(report.counts.quarantined == 7 && report.counts.deactivated == 0)
            #expect(report.quarantined.allSatisfy { $0.reason.contains("It cannot be decided whether users: require") })
        }
    }

    // MARK: Administrators

    @Test func whomAnAdministratorDeactivatedStaysSo() async throws {
        try await withOffice { site async throws in
            try await site.administer("alice", .setFlag(.isActive, from: true, to: false))
            let before = try #require(try site["alice"])
            let report = try await site.sync()
            #expect(report.changes == [] && report.quarantined == [])
            #expect(try await site.logIn("alice").reason == "accountDisabled")
            #expect(try site["alice"] == before)
            // Not even leaving and coming back changes that.
            try await site.slapd.delete(alice)
            try await site.sync()
            #expect(try site["alice"]?.deactivation == nil)
            try await site.slapd.add(ldif: person("alice", id: Self.id), isRelaxed: true)
            try await site.sync()
            #expect(try site["alice"]?.isActive == false)
            #expect(try await site.logIn("alice").reason == "accountDisabled")
        }
    }

    @Test func whomAnAdministratorDeactivatedAfterASyncDidIsNotActivatedByWhoeverReturns() async throws {
        try await withOffice { site async throws in
            try await site.slapd.delete(alice)
            try await site.sync()
            #expect(try site["alice"]?.deactivation == "corp: absent")
            try await site.administer("alice", .setFlag(.isActive, from: false, to: false))
            #expect(try site["alice"]?.deactivation == nil)
            try await site.slapd.add(ldif: person("alice", id: Self.id), isRelaxed: true)
            try await site.sync()
            #expect(try site["alice"]?.isActive == false)
            #expect(try await site.logIn("alice").reason == "accountDisabled")
            #expect(try site["alice"]?.isActive == false)
        }
    }

    @Test func whomAnAdministratorDeactivatedLosesWhatTheDirectoryTakes() async throws {
        try await withOffice { site async throws in
            try await site.administer("alice", .setFlag(.isActive, from: true, to: false))
            try await site.set("mail", of: alice, to: ["alice@example.org"])
            for name in ["payroll", "admitted"] {
                try await site.set("member", of: member("cn=\(name)"), to: [member("uid=bob")])
            }
            let report = try await site.sync(limits: .none)
            #expect(report.counts.membershipsRemoved == 2 && report.counts.flagsChanged == 1)
            #expect(report.counts.permissionsRevoked == 1 && report.counts.reactivated == 0)
            let account = try #require(try site["alice"])
            #expect(!account.isActive && account.deactivation == nil)
            #expect(!account.isStaff && account.groups == ["chess"] && account.grants == [])
            #expect(account.email == "alice@example.org")
            // So activation gives nothing back.
            try await site.administer("alice", .setFlag(.isActive, from: false, to: true))
            #expect(try await site.permissions(of: "alice") == [])
            #expect(try await site.hasNothingToDo())
        }
    }

    @Test func whomAnAdministratorDeactivatedAndWhoIsGoneLosesAFlagThatIsAllThereIs() async throws {
        try await withOffice { site async throws in
            try await site.administer("alice", .setFlag(.isActive, from: true, to: false))
            try site.execute(
                "DELETE FROM auth_user_groups; DELETE FROM auth_user_user_permissions")
            try await site.slapd.delete(alice)
            let report = try await site.sync(limits: .none)
            #expect(report.counts.flagsChanged == 1)
            #expect(try site["alice"]?.isStaff == false && site["alice"]?.isActive == false)
        }
    }

    @Test func aBreakGlassAccountWhosePersonIsRenamedIsKnownByItsNameAndKeepsAll() async throws {
        try await withOffice { site async throws in
            let hash = try await PasswordHashing(preferred: PBKDF2SHA256Hasher(iterations: 1)).encode(
                Secret("rescue"))
            try await site.administer("alice", .setPassword(hash, replacing: nil), .setBreakGlass(true))
            let before = try #require(try site["alice"])
            try await site.slapd.rename(alice, to: "uid=zz")
            try await site.set("member", of: member("cn=payroll"), to: [member("uid=bob")])
            try await site.set("member", of: member("cn=admitted"), to: [member("uid=bob")])
            let report = try await site.sync(limits: .none)
            #expect(report.isApplied && report.counts.renamed == 0 && report.counts.membershipsRemoved == 0)
            #expect(
                report.warnings == [
                    "'alice' is a break-glass account and keeps its name and what it has, although 'corp' says otherwise."
                ])
            var expected = before
            expected.dn = member("uid=zz")
            #expect(try site["alice"] == expected)
            #expect(try await site.logIn("alice", password: "rescue").user?.isStaff == true)
            #expect(try await site.permissions(of: "alice") == [view])
        }
    }

    @Test(arguments: [true, false]) func aBreakGlassAccountKeepsWhatItHasAndSomebodyIsTold(_ isBarred: Bool)
        async throws
    {
        try await withOffice { site async throws in
            try await site.administer(
                "alice", .setPassword(EncodedPassword(encoded: "x$1"), replacing: nil), .setBreakGlass(true))
            let before = try #require(try site["alice"])
            if isBarred {
                try await site.set("member", of: "cn=suspended,\(SyncSite.groups)", to: [alice])
            } else {
                try await site.slapd.delete(alice)
            }
            let report = try await site.sync { $0.deny = .leaf(.name("suspended")) }
            #expect(report.isApplied && report.counts.deactivated == 0)
            #expect(try site["alice"] == before)
            #expect(report.warnings.count == 1)
            #expect(report.warnings.first?.hasPrefix("'alice' is a break-glass account and stays active") == true)
        }
    }

    @Test func whomDjangoActivatedThoughTheyAreGoneIsDeactivatedAgain() async throws {
        try await withOffice { site async throws in
            try await site.slapd.delete(alice)
            try await site.sync()
            try site.execute("UPDATE auth_user SET is_active = 1 WHERE username = 'alice'")
            let report = try await site.sync()
            #expect(report.counts.deactivated == 1)
            #expect(try site["alice"]?.isActive == false && site["alice"]?.deactivation == "corp: absent")
        }
    }

    @Test func whomDjangoActivatedAndWhoReturnsIsNoLongerNotedAsDeactivated() async throws {
        try await withOffice { site async throws in
            try await site.slapd.delete(alice)
            try await site.sync()
            try site.execute("UPDATE auth_user SET is_active = 1 WHERE username = 'alice'")
            try await site.slapd.add(ldif: person("alice", id: Self.id), isRelaxed: true)
            try await site.sync()
            #expect(try site["alice"]?.isActive == true && site["alice"]?.deactivation == nil)
            // From now on a deactivation in Django is an administrator's.
            try site.execute("UPDATE auth_user SET is_active = 0 WHERE username = 'alice'")
            try await site.sync()
            #expect(try site["alice"]?.isActive == false)
        }
    }

    @Test func aLoginActivatesWhomASyncHadDeactivatedAndWhoIsBack() async throws {
        try await withOffice { site async throws in
            let before = try #require(try site["alice"])
            try await site.slapd.delete(alice)
            try await site.sync()
            #expect(try await site.logIn("alice").user == nil)
            #expect(try site["alice"]?.isActive == false)
            try await site.slapd.add(ldif: person("alice", id: Self.id), isRelaxed: true)
            try await site.set("member", of: "cn=payroll,\(SyncSite.groups)", to: [member("uid=bob"), alice])
            try await site.set("member", of: "cn=admitted,\(SyncSite.groups)", to: [member("uid=bob"), alice])
            let user = try await site.logIn("alice").user
            #expect(user?.id.rawValue == before.id && user?.isActive == true && user?.isStaff == true)
            let after = try #require(try site["alice"])
            #expect(after.isActive && after.deactivation == nil && after.groups == before.groups)
            #expect(after.grants == before.grants)
            #expect(try await site.permissions(of: "alice") == [view])
            #expect(try await site.hasNothingToDo())
        }
    }
}
