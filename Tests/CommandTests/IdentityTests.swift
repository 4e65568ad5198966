import TestSupport
import Testing

@Suite struct IdentityTests {
    private let people = "ou=people,dc=example,dc=org"

    private func withDirectory(_ body: (Site, Slapd) async throws -> Void) async throws {
        let unit = "dn: ou=sales,\(people)\nobjectClass: organizationalUnit\nou: sales\n\n"
        try await withSlapd(loading: .base(adding: unit + person("alice") + person("bob"))) { slapd async throws in
            try await Site.with(Settings(server: slapd.uri)) { try await body($0, slapd) }
        }
    }

    @Test func whoIsRenamedAndMovedKeepsTheAccount() async throws {
        try await withDirectory { site, slapd async throws in
            let before = try await site.logIn("alice", "alice-secret")
            try await slapd.rename("uid=alice,\(people)", to: "uid=alicia", under: "ou=sales,\(people)")
            let after = try await site.logIn("alicia", "alice-secret")
            #expect(after.status == 0)
            #expect(after.id == before.id)
            #expect(after.username == "alicia")
            let (shown, _) = try await site.read(UserShowRead.self, "user", "show", "alicia")
            #expect(shown.account.user.dn == "uid=alicia,ou=sales,\(people)")
            #expect(try await site.usernames() == ["alicia"])
        }
    }

    @Test func anEntryMadeAgainUnderTheSameNameIsANewPerson() async throws {
        try await withDirectory { site, slapd async throws in
            let before = try await site.logIn("alice", "alice-secret")
            try await slapd.delete("uid=alice,\(people)")
            try await slapd.add(ldif: person("alice"))
            let after = try await site.logIn("alice", "alice-secret")
            #expect(after.status == 0)
            #expect(after.username == "alice")
            #expect(after.id != before.id)
            #expect(try await site.usernames().count == 2)
        }
    }

    @Test func aNameThatGoesFromOneToAnotherTakesNoAccountAlong() async throws {
        try await withDirectory { site, slapd async throws in
            let (alice, bob) = try await (site.logIn("alice", "alice-secret"), site.logIn("bob", "bob-secret"))
            try await slapd.rename("uid=alice,\(people)", to: "uid=alicia")
            try await slapd.rename("uid=bob,\(people)", to: "uid=alice")
            #expect(try await site.logIn("alice", "bob-secret").id == bob.id)
            #expect(try await site.logIn("alicia", "alice-secret").id == alice.id)
            #expect(try await site.logIn("alice", "alice-secret").refusal == "3 rejected wrongPassword")
            #expect(try await site.usernames().sorted() == ["alice", "alicia"])
        }
    }
}
