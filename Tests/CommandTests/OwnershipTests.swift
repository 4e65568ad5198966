import TestSupport
import Testing

@Suite struct OwnershipTests {
    @Test func aPasswordWrittenOverTheUnusableOneLetsNobodyIn() async throws {
        try await withSlapd(loading: .base(adding: person("alice"))) { slapd async throws in
            try await Site.with(Settings(server: slapd.uri)) { site async throws in
                #expect(try await site.logIn("alice", "alice-secret").status == 0)
                #expect(try await site.run("user", "create", "rescue", password: "correct horse").status == 0)
                try await site.sqlite(
                    "UPDATE auth_user SET password = (SELECT password FROM auth_user WHERE username = 'rescue')")
                #expect(try await site.logIn("rescue", "correct horse").status == 0)

                #expect(try await site.logIn("alice", "correct horse").refusal == "3 rejected wrongPassword")
                await slapd.stop()
                #expect(try await site.logIn("alice", "correct horse").refusal == "5 unavailable serverDown")
            }
        }
    }

    @Test func aLocalSuperuserNeverTouchesTheDirectory() async throws {
        try await withToyServer(.countsOnly) { toy async throws in
            var settings = Settings(server: toy.uri)
            settings.users.append("deny: suspended")
            try await Site.with(settings) { site async throws in
                #expect(
                    try await site.run("user", "create-superuser", "root", password: "correct horse").status == 0)
                #expect(
                    try await site.logIn("root", "correct horse")
                        == LoginAnswer(
                            status: 0, verdict: "authenticated", backend: "local", id: 1, username: "root"))
                #expect(try await site.logIn("ROOT", "not-the-password").refusal == "3 rejected wrongPassword")
            }
            #expect(toy.connectionCount == 0)
        }
    }

    @Test func noEntryOfTheSameNameEntersALocalAccount() async throws {
        try await Site.withCompany { site async throws in
            #expect(
                try await site.run("user", "create-superuser", "admin", password: "correct horse").status == 0)
            #expect(try await site.logIn("admin", "admin-secret").refusal == "3 rejected wrongPassword")
            #expect(try await site.logIn("Admin", "admin-secret").refusal == "3 rejected wrongPassword")
            #expect(try await site.logIn("admin@example.org", "admin-secret").refusal == "4 denied nameCollision")
            #expect(try await site.bindTest("admin", "admin-secret").refusal == "4 denied nameCollision")
            #expect(try await site.logIn("admin", "correct horse").backend == "local")
            #expect(try await site.usernames() == ["admin"])
        }
    }

    @Test func aDirectoryAccountGetsNoLocalPassword() async throws {
        try await Site.withCompany { site async throws in
            _ = try await site.logIn("alice", "alice-secret")
            let before = try await site.sqlite("SELECT password FROM auth_user")
            let result = try await site.run("user", "set-password", "alice", password: "correct horse")
            #expect(result.status == 2)
            #expect(result.errors.contains("'alice' belongs to 'corp'"))
            #expect(try await site.sqlite("SELECT password FROM auth_user") == before)
        }
    }

    @Test func anAccountWhoseDirectoryIsNoLongerInTheChainDoesNotGetIn() async throws {
        var settings = Settings(server: try await Site.company.server().uri)
        try await Site.with(settings) { site async throws in
            #expect(try await site.logIn("alice", "alice-secret").status == 0)
            settings.chain = "[local]"
            try site.configure(settings.text)
            #expect(try await site.logIn("alice", "alice-secret").status == 3)
        }
    }
}
