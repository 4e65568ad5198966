import TestSupport
import Testing

/// What administrators give and take by hand, beside what the directory gives.
@Suite struct GrantTests {
    private struct GroupRead: Decodable {
        struct Group: Decodable {
            let name: String
            let source: String?
        }
        let group: Group
        let members: [String]
        let permissions: [String]
    }

    private struct UserRead: Decodable {
        struct Account: Decodable { let owner: String }
        let account: Account
        let groups: [String]
        let permissions: [String]
    }

    private func user(_ name: String, _ site: Site) async throws -> UserRead {
        try await site.read(UserRead.self, "user", "show", name).value
    }

    @Test func aPermissionIsGivenToAMirroredGroupAndReachesItsMembers() async throws {
        try await Site.withCompany { _ in
        } _: { site async throws in
            _ = try await site.run("permission", "register", "payroll.view_payslip")
            #expect(try await site.logIn("alice", "alice-secret").status == 0)
            let granted = try await site.run("permission", "grant", "payroll.view_payslip", "--group", "payroll")
            #expect(granted.status == 0 && granted.errors == "payroll has payroll.view_payslip.\n")
            #expect(try await user("alice", site).permissions == ["payroll.view_payslip"])
            let group = try await site.read(GroupRead.self, "group", "show", "payroll").value
            #expect(group.group.source == "corp" && group.members == ["alice"])
            #expect(group.permissions == ["payroll.view_payslip"])
            // Another login leaves what was given here.
            #expect(try await site.logIn("alice", "alice-secret").status == 0)
            #expect(try await user("alice", site).permissions == ["payroll.view_payslip"])
            let revoked = try await site.run("permission", "revoke", "payroll.view_payslip", "--group", "payroll")
            #expect(revoked.errors == "payroll no longer has payroll.view_payslip.\n")
            #expect(try await user("alice", site).permissions == [])
            #expect(try await site.run("group", "list", "--json").status == 0)
        }
    }

    @Test func whatARuleGaveIsNotRevokedByHand() async throws {
        try await Site.withCompany {
            $0.addCompanyRules()
        } _: { site async throws in
            for permission in ["payroll.view_payslip", "payroll.change_payslip"] {
                _ = try await site.run("permission", "register", permission)
            }
            #expect(try await site.logIn("alice", "alice-secret").status == 0)
            let revoked = try await site.run("permission", "revoke", "payroll.view_payslip", "--user", "alice")
            #expect(revoked.errors == "alice was not given payroll.view_payslip here.\n")
            _ = try await site.run("permission", "grant", "payroll.change_payslip", "--user", "alice")
            #expect(try await user("alice", site).permissions == ["payroll.change_payslip", "payroll.view_payslip"])
            _ = try await site.run("permission", "revoke", "payroll.change_payslip", "--user", "alice")
            #expect(try await user("alice", site).permissions == ["payroll.view_payslip"])
        }
    }

    @Test func anInactiveAccountComesInNoMoreUntilItIsActivated() async throws {
        try await Site.withCompany { _ in
        } _: { site async throws in
            #expect(try await site.logIn("carol", "carol-secret").status == 0)
            let done = try await site.run("user", "deactivate", "carol")
            #expect(done.status == 0 && done.errors == "carol is inactive.\n")
            #expect(try await site.run("user", "deactivate", "carol").errors == "carol was already inactive.\n")
            #expect(try await site.logIn("carol", "carol-secret").refusal == "4 denied accountDisabled")
            #expect(try await site.logIn("carol", "mistyped").refusal == "3 rejected wrongPassword")
            _ = try await site.run("user", "activate", "carol")
            #expect(try await site.logIn("carol", "carol-secret").status == 0)
        }
    }

    @Test func anUnlinkedAccountKeepsNothingOfTheDirectory() async throws {
        try await Site.withCompany { _ in
        } _: { site async throws in
            #expect(try await site.logIn("carol", "carol-secret").status == 0)
            #expect(try await user("carol", site).groups.contains("hr"))
            #expect(try await site.run("user", "unlink", "carol").status == 0)
            let unlinked = try await user("carol", site)
            #expect(unlinked.groups == [] && unlinked.account.owner == "nobody")
            // The entry of the same name is somebody else now, until an administrator says otherwise.
            #expect(try await site.logIn("carol", "carol-secret").refusal == "4 denied nameCollision")
            #expect(try await site.run("user", "set-password", "carol", password: "of her own").status == 0)
            #expect(try await site.logIn("carol", "of her own").backend == "local")
            #expect(try await site.run("user", "unlink", "carol").status == 2)
        }
    }

    @Test func anUnlinkedAccountKeepsNoPermissionOfARule() async throws {
        try await Site.withCompany {
            $0.addCompanyRules()
        } _: { site async throws in
            _ = try await site.run("permission", "register", "payroll.view_payslip")
            #expect(try await site.logIn("alice", "alice-secret").status == 0)
            #expect(try await site.read(UserShowRead.self, "user", "show", "alice").value.permissions != [])
            #expect(try await site.run("user", "unlink", "alice").status == 0)
            #expect(try await site.read(UserShowRead.self, "user", "show", "alice").value.permissions == [])
        }
    }

    @Test func aLocalGroupIsMadeOnceAndNoDirectoryGroupFillsIt() async throws {
        try await Site.withCompany { _ in
        } _: { site async throws in
            #expect(try await site.run("group", "create", "payroll").status == 0)
            #expect(try await site.run("group", "create", "payroll").status == 2)
            #expect(try await site.logIn("alice", "alice-secret").status == 0)
            #expect(try await site.read(GroupRead.self, "group", "show", "payroll").value.members == [])
            #expect(try await site.run("group", "show", "nobody-has-this").status == 3)
        }
    }

    @Test func aHolderIsNamedOnce() async throws {
        try await Site.withCompany { _ in
        } _: { site async throws in
            let both = ["permission", "grant", "a.view_b", "--user", "alice", "--group", "payroll"]
            #expect(try await site.run(both).status == 2)
            #expect(try await site.run("permission", "grant", "a.view_b").status == 2)
            let unknown = try await site.run("permission", "grant", "a.view_b", "--group", "payroll")
            #expect(unknown.status == 2 && unknown.errors.contains("is not registered"))
        }
    }
}
