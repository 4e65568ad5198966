import AuthCore
import TestSupport
import Testing

/// What a chain does where the database cannot say whose a name is: it asks nobody.
struct ChainTests {
    /// A directory that would let anybody in.
    private struct Everybody: AuthenticationBackend {
        let name = "corp"

        func authenticate(_ request: AuthenticationRequest) async throws -> AuthenticationVerdict {
            Issue.record("the password was shown")
            return .authenticated(.external(corpPerson("alice")))
        }
    }

    private func outcome(of username: String, _ store: any AccountStore) async -> AuthenticationOutcome {
        await Authenticator(backends: [Everybody()], store: store)
            .authenticate(PasswordCredentials(username: username, password: "secret")).outcome
    }

    @Test func aNameOfTwinsIsDenied() async throws {
        try await withDjangoDatabase { file in
            for name in ["alice", "Alice"] { try file.insertUser(name) }
            #expect(await outcome(of: "ALICE", try file.open()) == .denied(.ambiguousUser))
        }
    }

    @Test func aDatabaseThatFailsIsAnOutage() async throws {
        try await withDatabaseFile { file in
            let store = try file.open()
            try file.execute("PRAGMA foreign_keys = OFF")
            try file.execute("ALTER TABLE auth_user RENAME TO elsewhere")
            #expect(await outcome(of: "alice", store) == .unavailable(.databaseUnavailable))
        }
    }
}
