import TestSupport
import Testing

/// `dirbridge password change`
@Suite struct PasswordChangeCommandTests {
    private struct Change: Decodable {
        let username, outcome: String
        let backend, reason, explanation, text: String?
        let warnings: [String]
    }

    /// A directory over TLS in which people and the service account may write passwords.
    private func withPeople(
        people: [String] = [person("alice"), person("reset", lines: ["pwdReset: TRUE"])], startTLS: Bool = true,
        _ body: (Site, Slapd) async throws -> Void
    ) async throws {
        var options = Slapd.Options()
        options.tls = true
        options.database = [
            "access to attrs=userPassword,pwdReset by dn.exact=\"cn=bridge,ou=services,dc=example,dc=org\" write"
                + " by self =wx by anonymous auth by * none"
        ]
        try await withSlapd(loading: .base(adding: people.joined()), options: options) { slapd async throws in
            var settings = Settings(server: slapd.uri)
            if startTLS {
                let authority = try await Certificates.shared().authority
                settings.directory = ["tls: {start_tls: true, ca_file: \(authority)}"]
            }
            try await Site.with(settings) { site async throws in try await body(site, slapd) }
        }
    }

    /// Runs the command, whose output has neither password in it.
    private func change(
        _ site: Site, _ user: String, from old: String? = nil, to new: String, _ more: String...
    ) async throws -> ProcessResult {
        let result = try await site.run(
            ["password", "change", user] + (old == nil ? ["--reset"] : []) + more,
            password: (old.map { $0 + "\n" } ?? "") + new + "\n")
        for secret in [old, new].compactMap(\.self) { #expect(!(result.output + result.errors).contains(secret)) }
        return result
    }

    @Test func aDirectorysPasswordIsChangedWithTheOldOne() async throws {
        try await withPeople { site, _ async throws in
            #expect(try await site.logIn("alice", "alice-secret").status == 0)
            let column = try await site.sqlite("SELECT password FROM auth_user")
            let changed = try await change(site, "ALICE", from: "alice-secret", to: "battery staple")
            #expect(changed.status == 0)
            #expect(changed.errors == "Changed the password of alice in 'corp'.\n")
            #expect(try await site.logIn("alice", "battery staple").backend == "corp")
            #expect(try await site.logIn("alice", "alice-secret").refusal == "3 rejected wrongPassword")
            // The column is another mark that nothing matches: sessions that are bound to it end.
            let after = try await site.sqlite("SELECT password FROM auth_user")
            #expect(after != column && after.hasPrefix("!"))
            let trail = try await site.run("audit", "--event", "password.").output
            #expect(trail.contains("password.changed") && trail.contains("source=corp"))
            #expect(!trail.contains("battery") && !trail.contains("alice-secret"))
        }
    }

    @Test func whoMustChangeThePasswordBeforeTheFirstLoginChangesItAndComesIn() async throws {
        try await withPeople { site, _ async throws in
            #expect(try await site.logIn("reset", "reset-secret").refusal == "4 denied mustChangePassword")
            #expect(try await site.usernames() == [])
            #expect(try await change(site, "reset", from: "reset-secret", to: "battery staple").status == 0)
            #expect(try await site.logIn("reset", "battery staple").status == 0)
        }
    }

    @Test func theServiceAccountResetsAndDemandsAnother() async throws {
        try await withPeople { site, _ async throws in
            let reset = try await change(site, "alice", to: "battery staple", "--must-change")
            #expect(reset.status == 0, "\(reset.errors)")
            #expect(try await site.logIn("alice", "battery staple").refusal == "4 denied mustChangePassword")
            #expect(
                try await change(site, "alice", from: "battery staple", to: "correct horse", "--verbose").status == 0)
            #expect(try await site.logIn("alice", "correct horse").status == 0)
            #expect(try await change(site, "alice", to: "Tr0ub4dor", "--verbose").status == 0)
            let trail = try await site.run("audit", "--event", "password.").output
            #expect(trail.contains("password.reset") && trail.contains("must_change=true"))
        }
    }

    @Test func aLocalPasswordIsChangedByTheSameCommand() async throws {
        try await withPeople { site, _ async throws in
            _ = try await site.run("user", "create", "rescue", password: "correct horse")
            let wrong = try await change(site, "rescue", from: "no horse", to: "battery staple")
            #expect(wrong.status == 3 && wrong.errors.contains("wrongPassword"))
            #expect(try await change(site, "rescue", from: "correct horse", to: "battery staple").status == 0)
            #expect(try await site.logIn("rescue", "battery staple").backend == "local")
            #expect(try await site.logIn("rescue", "correct horse").status == 3)
            #expect(try await change(site, "rescue", to: "Tr0ub4dor").status == 0)
            #expect(try await site.logIn("rescue", "Tr0ub4dor").backend == "local")
            #expect(try await change(site, "rescue", to: "another", "--must-change").status == 2)
            #expect(try await site.logIn("rescue", "Tr0ub4dor").backend == "local")
        }
    }

    @Test func aBreakGlassAccountHasItsPasswordHere() async throws {
        try await withPeople { site, slapd async throws in
            #expect(try await site.logIn("alice", "alice-secret").status == 0)
            _ = try await site.run("user", "break-glass", "alice", password: "correct horse")
            #expect(try await change(site, "alice", from: "alice-secret", to: "battery staple").status == 3)
            #expect(try await change(site, "alice", from: "correct horse", to: "battery staple").status == 0)
            #expect(try await site.logIn("alice", "battery staple").backend == "local")
            #expect(try !slapd.log().contains("PASSMOD"))
        }
    }

    @Test func refusalsAreDocumentsWithATextForEachReader() async throws {
        try await withPeople { site, _ async throws in
            func document(
                _ user: String, _ old: String, _ new: String, _ more: String...
            ) async throws -> (Change, Int32) {
                let result = try await site.run(
                    ["password", "change", user, "--json"] + more, password: more.isEmpty ? "\(old)\n\(new)" : new)
                return (try site.decoded(Change.self, result), result.status)
            }
            let (wrong, status) = try await document("alice", "no horse", "battery staple")
            #expect(status == 3 && wrong.outcome == "refused" && wrong.reason == "wrongPassword")
            #expect(wrong.backend == "corp" && wrong.explanation?.contains("uid=alice") == true)
            #expect(wrong.text?.contains("uid=alice") == false)
            let (nobody, missing) = try await document("nobody", "no horse", "battery staple")
            #expect(missing == 3 && nobody.reason == "unknownUser" && nobody.backend == nil)
            #expect(nobody.text == wrong.text)
            let (same, denied) = try await document("alice", "alice-secret", "alice-secret")
            #expect(denied == 4 && same.reason == "sameAsOld")
            let (empty, usage) = try await document("alice", "", "", "--reset")
            #expect(usage == 2 && empty.reason == "unusable")
            let (done, none) = try await document("alice", "alice-secret", "battery staple")
            #expect(none == 0 && done.outcome == "changed" && done.text == nil && done.username == "alice")
            let trail = try await site.run("audit", "--event", "password.refused").output
            #expect(trail.contains("reason=wrongPassword") && trail.contains("reason=sameAsOld"))
        }
    }

    @Test func overAPlainConnectionNothingIsSent() async throws {
        try await withPeople(startTLS: false) { site, slapd async throws in
            for old in ["alice-secret", nil] {
                let refused = try await change(site, "alice", from: old, to: "battery staple")
                #expect(refused.status == 2 && refused.errors.contains("notEncrypted"))
            }
            #expect(try !slapd.log().contains("PASSMOD") && !slapd.log().contains("BIND dn=\"uid=alice"))
        }
    }

    @Test func usageAndOutages() async throws {
        try await withPeople { site, slapd async throws in
            #expect(try await change(site, "alice", from: "alice-secret", to: "x", "--must-change").status == 2)
            let oneLine = try await site.run("password", "change", "alice", password: "alice-secret")
            #expect(oneLine.status == 2 && oneLine.errors.contains("one line"))
            await slapd.stop()
            #expect(try await change(site, "alice", from: "alice-secret", to: "battery staple").status == 5)
            let down = try await site.run(
                "password", "change", "alice", "--json", password: "alice-secret\nbattery staple")
            #expect(down.status == 5)
            #expect(try site.decoded(Change.self, down).reason == "serverDown")
        }
    }
}
