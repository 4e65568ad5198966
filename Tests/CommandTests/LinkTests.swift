import TestSupport
import Testing

/// Local accounts that an administrator ties to entries, one by one.
@Suite struct LinkTests {
    private func account(_ name: String, _ site: Site) async throws -> AccountRead {
        try await site.read(UserShowRead.self, "user", "show", name).value.account
    }

    private func withLocalCarol(_ body: (Site) async throws -> Void) async throws {
        try await Site.withCompany { site async throws in
            #expect(try await site.run("user", "create", "carol", password: "correct horse").status == 0)
            try await body(site)
        }
    }

    @Test func aLinkedAccountIsEnteredWithTheDirectorysPasswordAndNoOther() async throws {
        try await withLocalCarol { site async throws in
            _ = try await site.run("permission", "register", "payroll.view_payslip")
            _ = try await site.run("permission", "grant", "payroll.view_payslip", "--user", "carol")
            let before = try await account("carol", site)
            #expect(try await site.logIn("carol", "carol-secret").refusal == "3 rejected wrongPassword")
            let linked = try await site.run("user", "link", "CAROL")
            #expect(linked.status == 0)
            #expect(linked.errors == "carol is linked to uid=carol,ou=hr,ou=people,dc=example,dc=org of 'corp'.\n")

            let after = try await account("carol", site)
            #expect(after.owner == "corp" && after.password == "unusable" && !after.breakGlass)
            #expect(try await site.logIn("carol", "correct horse").refusal == "3 rejected wrongPassword")
            let login = try await site.logIn("carol", "carol-secret")
            #expect(login.backend == "corp" && login.id == before.user.id)
            // What was given here stays.
            let shown = try await site.read(UserShowRead.self, "user", "show", "carol").value
            #expect(shown.permissions == ["payroll.view_payslip"] && shown.groups.contains("hr"))
            let trail = try await site.run("audit", "--event", "user.link").output
            #expect(trail.contains("user.link  carol  administrator:"))

            let again = try await site.run("user", "link", "carol")
            #expect(again.status == 2)
            #expect(again.errors.hasSuffix("of 'corp' already; to untie it: dirbridge user unlink carol\n"))
        }
    }

    @Test func anEntryOfAnotherNameIsLinkedOnlyWhenItIsNamed() async throws {
        try await Site.withCompany { site async throws in
            _ = try await site.run("user", "create", "alice@example.org", password: "correct horse")
            let refused = try await site.run("user", "link", "alice@example.org")
            #expect(refused.status == 3)
            #expect(refused.errors.hasSuffix("which goes by 'alice'; if it is the same person, add: --entry alice\n"))
            #expect(try await account("alice@example.org", site).owner == "local")
            let linked = try await site.run("user", "link", "alice@example.org", "--entry", "alice")
            #expect(linked.status == 0)
            #expect(linked.errors.hasSuffix("With the next login the account gets the name alice.\n"))
            let id = try await account("alice@example.org", site).user.id
            #expect(try await site.logIn("alice", "alice-secret").id == id)
            #expect(try await site.usernames() == ["alice"])
        }
    }

    @Test func anEntryThatIsSomebodysOrNobodysIsRefused() async throws {
        try await withLocalCarol { site async throws in
            #expect(try await site.logIn("bob", "bob-secret").status == 0)
            for name in ["jsmith", "nobody-here", "other"] {
                _ = try await site.run("user", "create", name, password: "correct horse")
            }
            let before = try await site.sqlite("SELECT * FROM auth_user", "SELECT * FROM bridge_user_link")
            for (arguments, status, words) in [
                (["nobody-here"], 3, "'corp' has no entry for 'nobody-here'."),
                (["other", "--entry", "ali*"], 3, "'corp' has no entry for 'ali*'."),
                (["other", "--entry", ""], 3, "Nobody has that name"),
                (["jsmith"], 4, "stands for more than one entry of 'corp'"),
                (["other", "--entry", "bob"], 2, "is the account 'bob'; to untie it: dirbridge user unlink bob"),
                (["other", "--entry", "carol"], 2, "which is the name of another account, 'carol'"),
                (["who"], 3, "There is no account named 'who'"),
                (["carol", "--directory", "local"], 2, "There is no directory 'local'; there are: corp."),
            ] {
                let result = try await site.run(["user", "link"] + arguments)
                #expect(result.status == status, "\(arguments)")
                #expect(result.errors.contains(words), "\(result.errors)")
            }
            #expect(try await site.sqlite("SELECT * FROM auth_user", "SELECT * FROM bridge_user_link") == before)
        }
    }

    @Test func theDirectoryIsNamedWhereThereAreSeveral() async throws {
        let server = try await Site.company.server().uri
        var settings = Settings(server: server, chain: "[corp, sales, local]")
        try await Site.with(settings) { site async throws in
            let sales = """
                  sales:
                    servers: ["\(server)"]
                    service_account: {dn: "cn=bridge,ou=services,dc=example,dc=org", password_file: bind.password}
                    users: {base: "ou=sales,ou=people,dc=example,dc=org"}

                """
            try site.configure(settings.text + sales)
            _ = try await site.run("user", "create", "bob", password: "correct horse")
            let unnamed = try await site.run("user", "link", "bob")
            #expect(unnamed.status == 2)
            #expect(unnamed.errors == "There are several directories; name one with --directory: corp, sales.\n")
            #expect(try await site.run("user", "adopt").status == 2)
            #expect(try await site.run("user", "link", "bob", "--directory", "sales").status == 0)
            #expect(try await account("bob", site).owner == "sales")

            // Nobody could come in through one that is not asked.
            settings.chain = "[local]"
            try site.configure(settings.text)
            _ = try await site.run("user", "create", "carol", password: "correct horse")
            for arguments in [["link", "carol"], ["link", "carol", "--directory", "corp"], ["adopt"]] {
                let result = try await site.run(["user"] + arguments)
                #expect(result.status == 2 && result.errors.hasPrefix("'corp' is not in the chain"))
            }
            #expect(try await account("carol", site).owner == "local")
        }
    }

    @Test func aSuperuserIsLinkedByHandWithAWarning() async throws {
        try await Site.withCompany { site async throws in
            _ = try await site.run("user", "create-superuser", "admin", password: "correct horse")
            let linked = try await site.run("user", "link", "admin")
            #expect(linked.status == 0)
            #expect(linked.errors.contains("admin is a superuser: whoever comes in by that entry is one now"))
            #expect(try await site.logIn("admin", "admin-secret").backend == "corp")
            #expect(try await account("admin", site).user.isSuperuser)
        }
    }

    @Test func anOutageLinksNobody() async throws {
        try await Site.with(Settings(server: "ldap://127.0.0.1:1")) { site async throws in
            _ = try await site.run("user", "create", "carol", password: "correct horse")
            #expect(try await site.run("user", "link", "carol").status == 5)
            #expect(try await site.logIn("carol", "correct horse").backend == "local")
        }
    }
}
