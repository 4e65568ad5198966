import TestSupport
import Testing

@Suite struct LoginTests {
    @Test func aLoginMakesAnAccountWithAnUnusablePassword() async throws {
        try await Site.withCompany { site async throws in
            let answer = try await site.logIn("alice", "alice-secret")
            #expect(
                answer
                    == LoginAnswer(
                        status: 0, verdict: "authenticated", backend: "corp", id: 1, username: "alice"))
            let password = try await site.sqlite("SELECT password FROM auth_user WHERE username = 'alice'")
            #expect(password.hasPrefix("!"))
            #expect(password.count == 41)
        }
    }

    @Test func aSecondLoginChangesNothingButTheLastLogin() async throws {
        try await Site.withCompany { site async throws in
            // The dump of a database in which nobody ever logged in, made within a transaction that is undone.
            func dump() async throws -> String {
                try await site.sqlite("BEGIN", "UPDATE auth_user SET last_login = NULL", ".dump", "ROLLBACK")
            }
            _ = try await site.logIn("alice", "alice-secret")
            let (before, first) = try await (dump(), site.sqlite("SELECT last_login FROM auth_user"))
            _ = try await site.logIn("alice", "alice-secret")
            let (after, second) = try await (dump(), site.sqlite("SELECT last_login FROM auth_user"))
            #expect(before.contains("alice@example.org"))
            #expect(before == after)
            #expect(!first.isEmpty)
            #expect(first < second)
        }
    }

    @Test func aWrongPasswordIsRejectedAndMakesNoAccount() async throws {
        try await Site.withCompany { site async throws in
            #expect(try await site.logIn("bob", "not-the-password").refusal == "3 rejected wrongPassword")
            #expect(try await site.usernames() == [])
        }
    }

    @Test func anUnknownUserIsNotFound() async throws {
        try await Site.withCompany { site async throws in
            #expect(try await site.logIn("nobody", "nobody-secret").refusal == "3 notFound unknownUser")
        }
    }

    @Test func anEmptyPasswordIsRejectedBeforeAnyPacketIsSent() async throws {
        try await withToyServer(.countsOnly) { toy async throws in
            try await Site.with(Settings(server: toy.uri)) { site async throws in
                #expect(try await site.logIn("alice", "").refusal == "3 rejected emptyPassword")
                // What is left of a line that was sent without a password.
                #expect(try await site.logIn("alice", "\n").refusal == "3 rejected emptyPassword")
                #expect(try await site.bindTest("alice", "").refusal == "3 rejected emptyPassword")
            }
            #expect(toy.connectionCount == 0)
        }
    }

    @Test func oneTrailingNewlineIsNotPartOfThePassword() async throws {
        try await Site.withCompany { site async throws in
            #expect(try await site.logIn("carol", "carol-secret\n").status == 0)
            #expect(try await site.logIn("carol", "carol-secret\n\n").refusal == "3 rejected wrongPassword")
        }
    }

    @Test(arguments: [
        ("mallory", "4 denied inDeniedGroup"),
        ("jsmith", "4 denied ambiguousUser"),
        ("JSmith", "4 denied ambiguousUser"),
        ("lockedlou", "4 denied accountLocked"),
        ("resetrita", "4 denied mustChangePassword"),
        ("circe", "0 authenticated -"),
    ])
    func whoMustNotComeInIsDeniedAlsoWithTheRightPassword(_ user: String, _ expected: String) async throws {
        try await Site.withCompany {
            $0.users.append("deny: suspended")
        } _: { site async throws in
            #expect(try await site.bindTest(user, user + "-secret").refusal == expected)
            #expect(try await site.logIn(user, user + "-secret").refusal == expected)
            #expect(try await site.usernames() == (expected.hasPrefix("0") ? [user] : []))
        }
    }

    @Test func whoIsNotInTheRequiredGroupIsDenied() async throws {
        try await Site.withCompany {
            $0.users.append("require: payroll")
        } _: { site async throws in
            #expect(try await site.logIn("bob", "bob-secret").refusal == "4 denied notInRequiredGroup")
            #expect(try await site.logIn("carol", "carol-secret").refusal == "0 authenticated -")
        }
    }

    @Test func thePersonIsMirroredWithGroupsAndPermissions() async throws {
        try await Site.withCompany {
            $0.addCompanyRules()
        } _: { site async throws in
            _ = try await site.run("permission", "register", "payroll.view_payslip")
            let (attempt, _) = try await site.read(AttemptRead.self, "login", "alice", password: "alice-secret")
            #expect(attempt.user?.profile == ["department": "2000"])
            #expect(attempt.permissions == ["payroll.view_payslip"])
            #expect(
                attempt.groups.map { "\($0.name): \($0.via)" }
                    == ["engineering: direct", "everyone: direct", "payroll: direct", "staff: through engineering"])

            let (shown, _) = try await site.read(UserShowRead.self, "user", "show", "alice")
            #expect(shown.account.owner == "corp")
            #expect(shown.account.password == "unusable")
            #expect(shown.account.user.dn == "uid=alice,ou=engineering,ou=people,dc=example,dc=org")
            #expect(shown.groups == ["engineering", "payroll", "staff"])
            #expect(shown.permissions == ["payroll.view_payslip"])
        }
    }
}
