import Foundation
import TestSupport
import Testing

/// Throttling and the rules for passwords, from one run of the command to the next.
@Suite struct AccountProtectionTests {
    @Test func failuresAreRememberedBetweenRuns() async throws {
        try await Site.withCompany {
            $0.accounts = ["throttling: {strangers: {failures: 2, refill: 1d, parallel: 1}}"]
        } _: { site async throws in
            _ = try await site.run("user", "create", "rescue", password: "correct horse")
            #expect(try await site.logIn("rescue", "guess one").refusal == "3 rejected wrongPassword")
            let change = try await site.run(
                "password", "change", "rescue", password: "guess two\nbattery staple\n")
            #expect(change.status == 3)
            #expect(try await site.logIn("RESCUE", "correct horse").refusal == "4 denied throttled")
            let late = try await site.run(
                "password", "change", "rescue", password: "correct horse\nbattery staple\n")
            #expect(late.status == 4 && late.errors.contains("(throttled)"))
        }
    }

    @Test func aBadPasswordIsRefusedUnlessSomebodyInsists() async throws {
        try await Site.withCompany {
            $0.validators = "django"
        } _: { site async throws in
            let refused = try await site.run("user", "create-superuser", "rescue", password: "12345")
            #expect(refused.status == 2)
            for code in ["password_too_short", "password_too_common", "password_entirely_numeric"] {
                #expect(refused.errors.contains("(\(code))"))
            }
            #expect(try await site.usernames() == [])
            let skipping = ["--skip-validation"]
            #expect(
                try await site.run(["user", "create-superuser", "rescue"] + skipping, password: "12345").status == 0)
            for command in ["set-password", "break-glass"] {
                let user = command == "break-glass" ? "alice" : "rescue"
                if command == "break-glass" { #expect(try await site.logIn("alice", "alice-secret").status == 0) }
                let first = try await site.run("user", command, user, password: "67890")
                #expect(first.status == 2 && first.errors.contains("password_too_short"))
                #expect(try await site.run(["user", command, user] + skipping, password: "67890").status == 0)
                #expect(try await site.logIn(user, "67890").backend == "local")
            }
        }
    }

    @Test func whatCountsIsShownWithoutTheKey() async throws {
        try await Site.withCompany {
            $0.accounts = ["secret_key_file: secret.key", "throttling: {address: {failures: 50}}"]
        } _: { site async throws in
            let key = String(repeating: "k3y", count: 20)
            try key.write(toFile: site.folder + "/secret.key", atomically: true, encoding: .utf8)
            let shown = try await site.run("config", "show").output
            for line in [
                "passwords.algorithm", "passwords.validators", "throttling.strangers", "50 failures, one back each 5s",
                "10 failures, one back each 2m, 2 at once", "\(site.folder)/secret.key", "sessions.lifetime",
            ] { #expect(shown.contains(line), "\(line)") }
            #expect(!shown.contains("k3y"))
        }
    }
}
