import AuthCore
import DirectorySync
import LDAPBackend
import TestSupport
import Testing

/// The whole company, compared with what the test itself computes from the directory.
@Suite struct CompanyTests {
    private static let view = Permission(appLabel: "payroll", codename: "view_payslip")
    private static let open = Permission(appLabel: "door", codename: "open")
    private static let former = "N0003"

    /// Rules of every kind, as in the README.
    private static func withRules(_ configuration: inout LDAPBackendConfiguration) {
        configuration.require = .any([.leaf(.name("staff")), .leaf(.name("contractors"))])
        configuration.deny = .leaf(.name("suspended"))
        configuration.flags = [
            .isStaff: .leaf(.dn("cn=it,\(SyncSite.groups)")), .isSuperuser: .leaf(.dn("cn=admins,\(SyncSite.groups)")),
            .isActive: .not(.leaf(.attribute("employeeNumber", equals: former))),
        ]
        configuration.permissions = [
            PermissionRule(rule: .leaf(.name("payroll")), grant: [view, open]),
            PermissionRule(rule: .leaf(.pattern("circle*")), grant: [open]),
        ]
        configuration.mirrorPolicy.groups = .except(["everyone"])
    }

    private func withCompany(_ body: (SyncSite) async throws -> Void) async throws {
        try await withSyncSite(loading: .company, Self.withRules) { site async throws in
            try await site.administer(
                .registerPermission(RegisteredPermission(permission: Self.view, name: "Can view payslip")),
                .registerPermission(RegisteredPermission(permission: Self.open, name: "Can open the door")))
            try await body(site)
        }
    }

    @Test func everyAccountIsWhatTheDirectorySays() async throws {
        try await withCompany { site async throws in
            let report = try await site.sync()
            #expect(report.isApplied && report.isComplete && !report.isHeld && report.reason == nil)
            #expect(report.explanations == [] && report.warnings == [])

            let expected = try await Expectation(site.slapd)
            let twins = expected.twins
            #expect(twins == ["jsmith", "JSmith"])
            let accounts = Dictionary(uniqueKeysWithValues: try site.accounts().map { ($0.username, $0) })
            var usernames: Set<String> = []
            for entry in expected.people {
                let username = try #require(entry["uid"]?.first)
                let groups = expected.groups(of: entry)
                let mayComeIn =
                    !groups.isDisjoint(with: ["staff", "contractors"]) && !groups.contains("suspended")
                    && entry["employeeNumber"] != [Self.former]
                    && entry["pwdAccountLockedTime"] != ["000001010000Z"]
                guard mayComeIn, !twins.contains(username) else { continue }
                usernames.insert(username)
                let account = try #require(accounts[username], "\(username)")
                #expect(account.externalID == entry["entryUUID"]?.first)
                // Of several values the least.
                #expect(account.email == entry["mail"]?.min() ?? "")
                #expect(account.profile["department"] == entry["departmentNumber"]?.first)
                #expect(account.groups == Set(groups.subtracting(["everyone"]).map { "\($0) <- corp" }), "\(username)")
                #expect(account.isStaff == groups.contains("it"), "\(username)")
                #expect(account.isSuperuser == groups.contains("admins"), "\(username)")
                var grants: Set<String> = []
                if groups.contains("payroll") { grants = ["payroll.view_payslip <- corp", "door.open <- corp"] }
                if groups.contains(where: { $0.hasPrefix("circle") }) { grants.insert("door.open <- corp") }
                #expect(account.grants == grants, "\(username)")
                #expect(account.isActive && account.deactivation == nil)
                #expect(account.password.hasPrefix("!") && account.password.count == 41)
            }
            #expect(Set(accounts.keys) == usernames)
            #expect(usernames.count > 200)
            #expect(report.counts.created == usernames.count)
            #expect(report.counts.excluded == expected.people.count - usernames.count - twins.count)

            let mirrored = expected.groups.filter { $0.name != "everyone" }.map { ($0.name, String?.some($0.id)) }
            #expect(try site.groups() == Dictionary(uniqueKeysWithValues: mirrored))
        }
    }

    @Test func twinsAreQuarantinedAndNamed() async throws {
        try await withCompany { site async throws in
            let report = try await site.sync()
            let twins = report.quarantined.filter { $0.username?.lowercased() == "jsmith" }
            #expect(
                Set(twins.map(\.entry)) == [
                    "uid=jsmith,ou=sales,\(SyncSite.people)", "uid=JSmith,ou=production,\(SyncSite.people)",
                ])
            #expect(twins.allSatisfy { $0.reason.contains("the username of more than one entry") })
            #expect(report.counts.quarantined == report.quarantined.count)
        }
    }

    @Test func aSecondRunChangesNothingButItsRecordAndTheCursor() async throws {
        try await withCompany { site async throws in
            let first = try await site.sync()
            let before = try site.dump()
            let second = try await site.sync()
            #expect(second.isApplied && second.isComplete)
            #expect(second.changes == [])
            #expect(second.counts.unchanged == first.counts.created)
            #expect(
                second.counts.named.filter { $0.count > 0 }.map(\.name) == ["unchanged", "excluded", "quarantined"])
            let after = try site.dump()
            for (table, rows) in before { #expect(after[table] == rows, "\(table)") }
            #expect(before.count == after.count && before.count > 15)
            #expect(
                try site.texts("SELECT outcome || ' ' || (finished IS NOT NULL) FROM bridge_sync_run")
                    == ["applied 1", "applied 1"])
            #expect(try site.count("SELECT run_id FROM bridge_sync_cursor") == second.run.map { Int($0) })
            #expect(try site.count("SELECT people FROM bridge_sync_cursor") == second.people)
        }
    }

    @Test func aLoginAfterASyncFindsEverythingAsItShouldBe() async throws {
        try await withCompany { site async throws in
            try await site.sync()
            let before = try site.dump()
            for name in ["alice", "zofie", "circe", "admin", "carol", "o'brien", "hebrew", "decomposed", "emoji"] {
                _ = try await site.logIn(name)
            }
            let after = try site.dump()
            for (table, rows) in before { #expect(after[table] == rows, "\(table)") }
        }
    }

    @Test func aSyncAfterLoginsFindsTheirAccountsAsTheyShouldBe() async throws {
        try await withCompany { site async throws in
            for name in ["alice", "zofie", "circe", "admin"] {
                #expect(try await site.logIn(name).user?.username == name)
            }
            let before = try site.accounts()
            let report = try await site.sync()
            #expect(report.counts.unchanged == 4)
            for account in before { #expect(try site[account.username] == account) }
        }
    }
}
