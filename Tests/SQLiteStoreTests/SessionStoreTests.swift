import AuthCore
import Foundation
import GRDB
import TestSupport
import Testing

@testable import SQLiteStore

/// What is particular to sessions in a file that Django shares.
struct SessionStoreTests {
    private let noon = Date(timeIntervalSince1970: 1_800_000_000)

    private struct Local: AuthenticationBackend {
        let name = "local"
        let ownsLocalAccounts = true
        func authenticate(_ request: AuthenticationRequest) async throws -> AuthenticationVerdict { .notFound }
    }

    private func sessions(_ store: SQLiteAccountStore) throws -> Sessions {
        Sessions(
            store: store, backends: [Local()], keys: try SecretKeys(Secret(String(repeating: "k", count: 50))),
            now: { [noon] in noon })
    }

    /// Runs a test with an account that Django made, and a session of it.
    private func withSession(
        _ body: (DatabaseFile, Sessions, SessionToken) async throws -> Void
    ) async throws {
        try await withDjangoDatabase { file in
            try file.insertUser("ann", password: "md5$a$b")
            let sessions = try sessions(try file.open())
            let context = AuthenticationContext(clientAddress: "192.0.2.1", userAgent: "Browser")
            let opened = try await sessions.open(for: User.ID(1), backend: "local", context: context, replacing: nil)
            try await body(file, sessions, try #require(opened).token)
        }
    }

    private func end(_ check: SessionCheck) -> SessionEnd? {
        if case .over(let end) = check { end } else { nil }
    }

    @Test func whoeverReadsTheFileFindsNoTokenInIt() async throws {
        try await withSession { file, sessions, token in
            #expect(try await sessions.check(token.text).user?.username == "ann")
            let files = [file.path, file.path + "-wal"].filter { FileManager.default.fileExists(atPath: $0) }
            let contents = try files.map { try Data(contentsOf: URL(filePath: $0)) }.reduce(Data(), +)
            #expect(contents.range(of: Data(token.digest.bytes)) != nil)
            #expect(contents.range(of: Data(token.text.utf8)) == nil)
            // What is in the file is no token.
            for column in ["digest", "binding"] {
                let query = "SELECT \(column) FROM bridge_session"
                let bytes = try await file.other.read { try Data.fetchOne($0, sql: query) }
                let text = try #require(bytes).base64EncodedString()
                    .replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
                #expect(end(try await sessions.check(text)) == .unknown)
            }
        }
    }

    @Test func aPasswordThatDjangoChangesEndsTheSession() async throws {
        try await withSession { file, sessions, token in
            try file.execute("UPDATE auth_user SET password = 'md5$c$d'")
            #expect(try await sessions.list(of: User.ID(1)) == [])
            #expect(end(try await sessions.check(token)) == .passwordChanged)
            try file.execute("UPDATE auth_user SET password = 'md5$a$b'")
            #expect(end(try await sessions.check(token)) == .unknown)
        }
    }

    @Test func anAccountThatDjangoDeactivatesIsOutAtOnceAndStaysOut() async throws {
        try await withSession { file, sessions, token in
            try file.execute("UPDATE auth_user SET is_active = 0")
            #expect(end(try await sessions.check(token)) == .accountDisabled)
            try file.execute("UPDATE auth_user SET is_active = 1")
            #expect(end(try await sessions.check(token)) == .unknown)
        }
    }

    @Test func anAccountThatDjangoDeletesTakesItsSessionsAlong() async throws {
        try await withSession { file, sessions, token in
            try file.execute("DELETE FROM auth_user")
            #expect(try file.count("SELECT count(*) FROM bridge_session") == 0)
            #expect(end(try await sessions.check(token)) == .unknown)
            // Whoever comes next gets neither the number nor the session.
            try file.insertUser("ann", password: "md5$a$b")
            #expect(end(try await sessions.check(token)) == .unknown)
        }
    }

    @Test func somebodyWithdrawnAndBackAgainHasToLogIn() async throws {
        try await withDatabaseFile { file in
            let store = try file.open()
            let user = try #require(try await store.logIn(corpPerson("ann"))?.user)
            let sessions = Sessions(
                store: store, backends: [Corp()], keys: try SecretKeys(Secret(String(repeating: "k", count: 50))))
            let context = AuthenticationContext()
            let opened = try await sessions.open(for: user.id, backend: "corp", context: context, replacing: nil)
            let token = try #require(opened).token
            try await store.logIn(corpPerson("ann", groups: [ExternalGroup(id: "1", name: "staff")]))
            #expect(try await sessions.check(token).user?.id == user.id)
            for change in [.deactivate(Deactivation(source: "corp", reason: .absent)), .reactivate(source: "corp")]
                as [AccountChange]
            {
                let plan = AccountPlan(subject: .account(user.id), changes: [change])
                try await store.apply([plan], cause: .sync(source: "corp"))
                #expect(end(try await sessions.check(token)) == .unknown)
            }
        }
    }

    private struct Corp: AuthenticationBackend {
        let name = "corp"
        func authenticate(_ request: AuthenticationRequest) async throws -> AuthenticationVerdict { .notFound }
    }

    @Test func aCheckFindsEverythingByIndexes() async throws {
        try await withSession { file, _, _ in
            let plan = try await file.other.read { database in
                try Row.fetchAll(
                    database, sql: "EXPLAIN QUERY PLAN " + SessionRows.query + " WHERE s.digest = ?",
                    arguments: [Data()]
                ).map { $0["detail"] as String }
            }
            #expect(plan.first?.hasPrefix("SEARCH s USING INDEX") == true)
            #expect(plan.count == 5 && plan.allSatisfy { $0.hasPrefix("SEARCH ") }, "\(plan)")
        }
    }

    @Test func checksWriteNothingAndUseIsOneTransaction() async throws {
        try await withSession { file, sessions, token in
            let store = try file.open()
            let later = Sessions(
                store: store, backends: [Local()], keys: try SecretKeys(Secret(String(repeating: "k", count: 50))),
                now: { [noon] in noon + 61 })
            let version = try file.version()
            for _ in 0..<100 { #expect(try await later.check(token).user != nil) }
            #expect(try file.version() == version)
            #expect(try await later.flush() == 1)
            #expect(try file.version() != version)
            #expect(try await later.flush() == 0)
            #expect(try await sessions.check(token).user != nil)
        }
    }

    @Test func loginsAtOnceStayWithinTheLimit() async throws {
        try await withSession { file, sessions, _ in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<50 {
                    group.addTask {
                        _ = try await sessions.open(
                            for: User.ID(1), backend: "local", context: AuthenticationContext(), replacing: nil)
                    }
                }
                try await group.waitForAll()
            }
            #expect(try file.count("SELECT count(*) FROM bridge_session") == SessionSettings().maximumPerUser)
        }
    }
}
