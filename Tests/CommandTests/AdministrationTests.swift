import TestSupport
import Testing

@Suite struct AdministrationTests {
    private func withEmptySite(_ body: (Site) async throws -> Void) async throws {
        try await Site.with(Settings(server: "ldap://127.0.0.1:1", chain: "[local]"), body)
    }

    @Test func aCreatedUserIsListedAndShownAndLogsIn() async throws {
        try await withEmptySite { site async throws in
            let created = try await site.run(
                "user", "create", "rescue", "--first-name", "Res", "--last-name", "Cue", "--email", "r@example.org",
                "--staff", password: "correct horse")
            #expect(created.status == 0)
            let list = try await site.run("user", "list")
            #expect(
                list.output == """
                    USERNAME  OWNER  STATE   NAME     E-MAIL
                    rescue    local  active  Res Cue  r@example.org

                    """)
            let (shown, _) = try await site.read(UserShowRead.self, "user", "show", "RESCUE")
            #expect(shown.account.user.isStaff)
            #expect(!shown.account.user.isSuperuser)
            #expect(shown.account.password == "usable")
            #expect(try await site.logIn("rescue", "correct horse").backend == "local")
        }
    }

    @Test func aSuperuserIsStaffAndHoldsEveryPermission() async throws {
        try await withEmptySite { site async throws in
            _ = try await site.run("permission", "register", "payroll.view_payslip")
            let created = try await site.run(
                "user", "create-superuser", "root", "--last-name", "Cause", password: "correct horse")
            #expect(created.status == 0)
            #expect(created.errors == "Created the superuser root.\n")
            let (shown, _) = try await site.read(UserShowRead.self, "user", "show", "root")
            #expect(shown.account.user.isStaff && shown.account.user.isSuperuser)
            #expect(shown.account.user.lastName == "Cause")
            #expect(shown.permissions == ["payroll.view_payslip"])
            #expect(try await site.logIn("root", "correct horse").backend == "local")
            #expect(try await site.run("user", "create-superuser", "ROOT", password: "correct horse").status == 2)
        }
    }

    @Test func aSuperuserIsMadeUnattendedFromTheEnvironment() async throws {
        try await withEmptySite { site async throws in
            let password = "correct horse"
            let variables = [
                "DJANGO_SUPERUSER_USERNAME": "root", "DJANGO_SUPERUSER_EMAIL": "r@example.org",
                "DJANGO_SUPERUSER_PASSWORD": password,
            ]
            let first = try await site.run("user", "create-superuser", "--no-input", environment: variables)
            #expect(first.status == 0 && first.errors == "Created the superuser root.\n")
            let user = try await site.read(UserShowRead.self, "user", "show", "root").value.account.user
            #expect(user.isSuperuser && user.isStaff && user.email == "r@example.org")
            #expect(try await site.logIn("root", password).status == 0)
            #expect(try await site.run("user", "create-superuser", "--noinput", environment: variables).status == 2)

            // Arguments and standard input go before the environment.
            let second = try await site.run(
                "user", "create-superuser", "other", "--email", "o@example.org", "--no-input", password: "battery",
                environment: variables)
            #expect(second.status == 0)
            #expect(
                try await site.read(UserShowRead.self, "user", "show", "other").value.account.user.email
                    == "o@example.org")
            #expect(try await site.logIn("other", "battery").status == 0)
        }
    }

    @Test(arguments: [("USERNAME", "username"), ("PASSWORD", "password")])
    func whatIsMissingUnattendedIsNamed(_ variable: String, _ name: String) async throws {
        try await withEmptySite { site async throws in
            var variables = ["USERNAME": "root", "PASSWORD": "correct horse"]
            variables[variable] = ""
            let environment = Dictionary(uniqueKeysWithValues: variables.map { ("DJANGO_SUPERUSER_\($0)", $1) })
            let result = try await site.run("user", "create-superuser", "--no-input", environment: environment)
            #expect(result.status == 2)
            #expect(result.errors.hasPrefix("There is no \(name); with --no-input give it "))
            #expect(result.errors.hasSuffix("in $DJANGO_SUPERUSER_\(variable).\n"))
            #expect(try await site.usernames() == [])
        }
    }

    @Test func aNewPasswordTakesThePlaceOfTheOld() async throws {
        try await withEmptySite { site async throws in
            _ = try await site.run("user", "create", "rescue", password: "correct horse")
            let changed = try await site.run("user", "set-password", "rescue", password: "battery staple")
            #expect(changed.status == 0)
            #expect(changed.errors == "Changed the password of rescue.\n")
            #expect(try await site.logIn("rescue", "correct horse").refusal == "3 rejected wrongPassword")
            #expect(try await site.logIn("rescue", "battery staple").status == 0)
        }
    }

    @Test(arguments: ["rescue", "RESCUE", "ｒｅｓｃｕｅ", "", "a\u{7}b", String(repeating: "a", count: 151)])
    func aNameThatIsTakenOrNoneIsRefused(_ name: String) async throws {
        try await withEmptySite { site async throws in
            _ = try await site.run("user", "create", "rescue", password: "correct horse")
            let result = try await site.run("user", "create", name, password: "correct horse")
            #expect(result.status == 2)
            #expect(try await site.usernames() == ["rescue"])
        }
    }

    @Test(arguments: [
        "", "\n", "null\u{0}byte", String(repeating: "p", count: 1025), String(repeating: "p", count: 70_000),
    ])
    func aPasswordThatCouldNeverBeAcceptedIsRefused(_ password: String) async throws {
        try await withEmptySite { site async throws in
            #expect(try await site.run("user", "create", "rescue", password: password).status == 2)
            #expect(try await site.usernames() == [])
        }
    }

    @Test func nobodyByThatNameIsStatusThree() async throws {
        try await withEmptySite { site async throws in
            #expect(try await site.run("permission", "register", "payroll.view_payslip").status == 0)
            #expect(try await site.run("user", "show", "nobody").status == 3)
            #expect(try await site.run("user", "set-password", "nobody", password: "correct horse").status == 3)
            #expect(try await site.run("permission", "check", "nobody", "payroll.view_payslip").status == 3)
        }
    }

    @Test func registeringAPermissionTwiceChangesNothing() async throws {
        try await withEmptySite { site async throws in
            let first = try await site.run("permission", "register", "payroll.view_payslip", "Can read payslips")
            let second = try await site.run("permission", "register", "payroll.view_payslip", "Something else")
            let third = try await site.run("permission", "register", "payroll.change_payslip")
            #expect([first, second, third].map(\.status) == [0, 0, 0])
            #expect(first.errors == "payroll.view_payslip is registered now.\n")
            #expect(second.errors == "payroll.view_payslip was registered already.\n")
            let list = try await site.run("permission", "list")
            #expect(
                list.output == """
                    payroll.change_payslip  Can change payslip
                    payroll.view_payslip    Can read payslips

                    """)
            #expect(try await site.run("permission", "list", "--json").status == 0)
        }
    }

    @Test func aPermissionIsCheckedWithItsGrounds() async throws {
        try await Site.withCompany {
            $0.addCompanyRules()
        } _: { site async throws in
            for permission in ["payroll.view_payslip", "payroll.change_payslip"] {
                _ = try await site.run("permission", "register", permission)
            }
            _ = try await site.run("user", "create-superuser", "root", password: "correct horse")
            for user in ["alice", "zofie"] { #expect(try await site.logIn(user, "\(user)-secret").status == 0) }

            for (user, permission, granted, ground) in [
                (
                    "alice", "payroll.view_payslip", true,
                    "local: by the rule of corp: group 'payroll'; 'corp' has them now in 'payroll' (direct)"
                ),
                ("alice", "payroll.change_payslip", false, "nobody grants it"),
                ("zofie", "payroll.view_payslip", false, "nobody grants it"),
                ("root", "payroll.view_payslip", true, "the account is a superuser's"),
            ] {
                let (decision, status) = try await site.read(
                    DecisionRead.self, "permission", "check", user, permission)
                #expect(status == (granted ? 0 : 3))
                #expect(decision.granted == granted && decision.grounds.map(\.text) == [ground])
                let text = try await site.run("permission", "check", user, permission)
                #expect(text.status == status)
                #expect(text.output == "\(user) \(granted ? "has" : "does not have") \(permission):\n  \(ground)\n")
            }
        }
    }

    /// An empty list would hide a mistake in the path.
    @Test func readingMakesNoDatabaseAndSaysThatThereIsNone() async throws {
        try await withEmptySite { site async throws in
            for command in [["user", "list"], ["permission", "list"], ["user", "show", "nobody"]] {
                let result = try await site.run(command)
                #expect(result.status == 5)
                #expect(result.errors.hasPrefix("There is no database "))
            }
            #expect(!site.databaseExists)
        }
    }
}
