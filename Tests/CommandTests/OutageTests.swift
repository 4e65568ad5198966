import Foundation
import TestSupport
import Testing

@Suite struct OutageTests {
    /// Runs `body` at a site where alice of the directory and rescue of the database have logged in once.
    private func withAccounts(_ body: (Site, Slapd) async throws -> Void) async throws {
        try await withSlapd(loading: .base(adding: person("alice") + person("bob"))) { slapd async throws in
            // A rule, because its groups are looked up before anybody is asked for.
            let settings = Settings(
                server: slapd.uri, loginDeadline: "4s", timeout: "1s", users: ["require: {not: {pattern: \"x*\"}}"])
            try await Site.with(settings) { site async throws in
                #expect(try await site.logIn("alice", "alice-secret").status == 0)
                #expect(try await site.run("user", "create", "rescue", password: "correct horse").status == 0)
                try await body(site, slapd)
            }
        }
    }

    private func expectOnlyLocalAccountsGetIn(_ site: Site, _ reason: String) async throws {
        for (user, password, expected) in [
            ("rescue", "correct horse", "0 authenticated -"),
            ("rescue", "not-the-password", "3 rejected wrongPassword"),
            ("alice", "alice-secret", "5 unavailable \(reason)"),
            ("bob", "bob-secret", "5 unavailable \(reason)"),
        ] {
            #expect(try await site.logIn(user, password).refusal == expected)
        }
        #expect(site.longestRun < .seconds(4))
        #expect(try await site.bindTest("alice", "alice-secret").refusal == "5 unavailable \(reason)")
    }

    @Test func whileTheDirectoryIsDownOnlyLocalAccountsGetIn() async throws {
        try await withAccounts { site, slapd async throws in
            await slapd.stop()
            try await expectOnlyLocalAccountsGetIn(site, "serverDown")
        }
    }

    @Test func whileTheDirectoryIsSilentOnlyLocalAccountsGetIn() async throws {
        try await withAccounts { site, slapd async throws in
            slapd.pause()
            try await expectOnlyLocalAccountsGetIn(site, "timedOut")
            slapd.resume()
        }
    }

    @Test func anOutageExplainsItself() async throws {
        try await withAccounts { site, slapd async throws in
            await slapd.stop()
            let attempt = try await site.read(AttemptRead.self, "login", "alice", password: "alice-secret").value
            #expect(attempt.steps.last?.name == "verdict")
            #expect(attempt.steps.last?.detail.contains(slapd.uri) == true)
        }
    }

    @Test func anOutageIsNoWrongPasswordInTheAuditTrail() async throws {
        try await withAccounts { site, slapd async throws in
            await slapd.stop()
            _ = try await site.logIn("alice", "alice-secret")
            let events = try await site.sqlite("SELECT event FROM bridge_audit WHERE event LIKE 'login.%'")
            #expect(events == "login.unavailable")
        }
    }

    @Test func aServiceAccountThatIsRefusedIsAnOutage() async throws {
        try await Site.withCompany { site async throws in
            try "not-the-service-password".write(
                toFile: "\(site.folder)/bind.password", atomically: false, encoding: .utf8)
            #expect(try await site.logIn("alice", "alice-secret").refusal == "5 unavailable serviceBindRefused")
        }
    }

    @Test func aFileThatIsNoDatabaseIsAnOutage() async throws {
        try await Site.withCompany { site async throws in
            try "not a database".write(toFile: site.database, atomically: false, encoding: .utf8)
            for (arguments, password) in [
                (["login", "alice"], "alice-secret"), (["bind-test", "alice"], "alice-secret"),
                (["user", "list"], nil),
                (["config", "check"], nil),
            ] {
                let result = try await site.run(arguments, password: password)
                #expect(result.status == 5)
                #expect(result.errors.contains("file is not a database"))
            }
            #expect(try String(contentsOfFile: site.database, encoding: .utf8) == "not a database")
        }
    }

    @Test func anEmptyFileBecomesTheDatabaseAtTheFirstLogin() async throws {
        try await Site.withCompany { site async throws in
            try "".write(toFile: site.database, atomically: false, encoding: .utf8)
            #expect(try await site.logIn("alice", "alice-secret").status == 0)
            #expect(try await site.usernames() == ["alice"])
        }
    }
}
