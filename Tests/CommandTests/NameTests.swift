import TestSupport
import Testing

@Suite struct NameTests {
    @Test(arguments: [
        "*", "alice)(uid=*", "alice\\", "al*", "(uid=alice)", "alice\\2a", "alice,ou=engineering", "",
        String(repeating: "a", count: 5000), "alice\u{1b}[2J", "alice\nbob", "../alice", "alice\u{301}",
    ])
    func anOddNameIsNobodyElse(_ name: String) async throws {
        try await Site.withCompany { site async throws in
            for command in ["login", "bind-test"] {
                let (attempt, status) = try await site.read(
                    AttemptRead.self, command, name, password: "alice-secret")
                #expect(status == 3)
                #expect(["notFound", "rejected"].contains(attempt.verdict))
                #expect(attempt.reason != "wrongPassword")
            }
            #expect(try await site.usernames() == [])
        }
    }

    @Test(arguments: ["ALICE", "ａｌｉｃｅ", "alice@example.org", "Alice@Example.ORG"])
    func everySpellingOfANameIsTheSamePerson(_ name: String) async throws {
        try await Site.withCompany { site async throws in
            let person = LoginAnswer(status: 0, verdict: "authenticated", backend: "corp", id: 1, username: "alice")
            #expect(try await site.logIn(name, "alice-secret") == person)
            #expect(try await site.logIn("alice", "alice-secret") == person)
            #expect(try await site.usernames() == ["alice"])
        }
    }

    @Test func aNameThatIsNotUTF8IsRefusedAsUsage() async throws {
        try await Site.withCompany { site async throws in
            let result = try await runProcess(
                "sh",
                ["-c", #"exec "$0" login "$(printf 'alice\377')" --password-stdin --config "$1""#]
                    + [try builtProduct("dirbridge"), site.configuration],
                input: Array("alice-secret".utf8))
            #expect(result.status == 2)
            #expect(result.errors == "An argument is not valid UTF-8; write it in UTF-8.\n")
            #expect(result.output == "")
        }
    }
}
