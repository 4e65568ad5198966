import TestSupport
import Testing

@Suite struct SecrecyTests {
    /// Site looks for the password, and for that of the service account, in the output of every run.
    @Test(arguments: ["--verbose", "--json"]) func noOutputHoldsAPassword(_ option: String) async throws {
        try await Site.withCompany {
            $0.addCompanyRules()
        } _: { site async throws in
            _ = try await site.run("permission", "register", "payroll.view_payslip", "-v")
            for command in ["login", "bind-test"] {
                for user in ["carol", "mallory", "jsmith", "lockedlou", "resetrita", "expirededna", "nobody"] {
                    _ = try await site.run(command, user, option, password: "\(user)-secret")
                }
                _ = try await site.run(command, "nopassword", option, password: "\u{1b}]0;title\u{7}-secret")
            }
            _ = try await site.run("user", "create", "rescue", option, password: "correct horse")
            _ = try await site.run("user", "set-password", "rescue", "-v", password: "battery staple")
            _ = try await site.run("user", "create-superuser", "root", "-v", password: "correct horse")
            _ = try await site.run("user", "break-glass", "carol", "-v", password: "battery staple")
            _ = try await site.run("user", "break-glass", "carol", "--off", "-v")
            _ = try await site.run("login", "rescue", option, password: "battery staple")
            _ = try await site.run("login", "rescue", option, password: "not the battery staple")
        }
    }

    @Test func verboseSaysWhatIsDoneOnStandardError() async throws {
        try await Site.withCompany { site async throws in
            let result = try await site.run("login", "alice", "--verbose", password: "alice-secret")
            #expect(result.errors.contains("debug"))
            #expect(result.errors.contains("auth.verdict=authenticated"))
            #expect(!result.output.contains("debug"))
        }
    }

    @Test func noPasswordIsStored() async throws {
        try await Site.withCompany { site async throws in
            _ = try await site.logIn("alice", "alice-secret")
            _ = try await site.run("user", "create", "rescue", password: "correct horse")
            _ = try await site.logIn("rescue", "not-the-password")
            let dump = try await site.sqlite(".dump")
            #expect(dump.contains("login.rejected"))
            for secret in ["alice-secret", "correct horse", "not-the-password", "bridge-secret"] {
                #expect(!dump.contains(secret))
            }
        }
    }

    @Test func theDatabaseIsReadableToNobodyElse() async throws {
        try await Site.withCompany { site async throws in
            _ = try await site.logIn("alice", "alice-secret")
            for name in try site.files().keys where name.hasPrefix("accounts.db") {
                let mode = try await runSuccessfully("stat", ["-c", "%a", "\(site.folder)/\(name)"]).output
                #expect(mode == "600\n")
            }
        }
    }
}
