import AuthCore
import GRDB
import SQLiteStore
import TestSupport
import Testing

/// Names that Django writes without our folded rows.
struct NamesTests {
    private func resolved(_ name: String, _ store: SQLiteAccountStore) async throws -> String? {
        if case .account(let record) = try await store.resolve(LoginName(name)) { record.user.username } else { nil }
    }

    @Test func twinsAreToldApartByExactSpelling() async throws {
        try await withDjangoDatabase { file in
            for name in ["alice", "Alice", "ａｌｉｃｅ"] { try file.insertUser(name) }
            let store = try file.open()
            for name in ["alice", "Alice"] { #expect(try await resolved(name, store) == name) }
            #expect(try await resolved("ａｌｉｃｅ", store) == "ａｌｉｃｅ")
            // Composed, this is `alice`; Django's forms would look for that.
            #expect(try await resolved("ａlice", store) == "alice")
            #expect(
                try await store.resolve(LoginName("ALICE")) == .ambiguous(["Alice", "alice", "ａｌｉｃｅ"].sorted()))
        }
    }

    @Test func accountsMadeByDjangoMeanwhileAreFoundWithoutAWrite() async throws {
        try await withDatabaseFile { file in
            let store = try file.open()
            try file.insertUser("Žofie")
            #expect(try await resolved("ŽOFIE", store) == "Žofie")
            #expect(try file.count("SELECT count(*) FROM bridge_folded_name") == 0)
            #expect(try await resolved("ŽOFIE", file.open()) == "Žofie")
            #expect(try file.texts("SELECT folded FROM bridge_folded_name") == ["žofie"])
        }
    }

    @Test func accountsRenamedByDjangoAreFoundUnderTheNewNameOnly() async throws {
        try await withDatabaseFile { file in
            let store = try file.open()
            try await store.logIn(corpPerson("Robert"))
            try file.execute("UPDATE auth_user SET username = 'Bob'")
            #expect(try await resolved("robert", store) == nil)
            #expect(try await resolved("Bob", store) == "Bob")
            #expect(try await resolved("bob", file.open()) == "Bob")
            #expect(try file.texts("SELECT folded FROM bridge_folded_name") == ["bob"])
        }
    }

    @Test func aNameTakenByDjangoMeanwhileIsACollision() async throws {
        try await withDatabaseFile { file in
            let store = try file.open()
            let ann = corpPerson("ann")
            let basis = try await store.localState(for: ann)
            try file.insertUser("ANN", password: "pbkdf2_sha256$1$salt$x")
            let plan = AccountPlan(
                subject: .external(ann, basis: basis, policy: MirrorPolicy()),
                changes: [.create(NewAccount(username: "ann", password: .unusable())), .link(ann.link)])
            let applied = try await store.apply([plan], cause: .login(source: "corp"))
            #expect(applied.first?.refusal?.verdict == .denied(.nameCollision))
            #expect(try file.texts("SELECT username FROM auth_user") == ["ANN"])
        }
    }
}
