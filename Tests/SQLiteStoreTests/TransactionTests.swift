import AuthCore
import Foundation
import GRDB
import SQLiteStore
import TestSupport
import Testing

struct TransactionTests {
    @Test func aLoginThatChangesNothingWritesNothing() async throws {
        try await withDatabaseFile { file in
            let store = try file.open()
            let ann = corpPerson("ann", groups: [ExternalGroup(id: "g1", name: "staff")])
            try await store.logIn(ann)
            let version = try file.version()
            #expect(try await store.logIn(ann)?.changes == [])
            try await store.record(Activity())
            #expect(try file.version() == version)
        }
    }

    @Test func aStalePlanThatComesToNothingWritesNothing() async throws {
        try await withDatabaseFile { file in
            let store = try file.open()
            let ann = corpPerson("ann")
            let stale = try await store.localState(for: ann)
            try await store.logIn(ann)
            let version = try file.version()
            let plan = AccountPlan(
                subject: .external(ann, basis: stale, policy: MirrorPolicy()),
                changes: [.create(NewAccount(username: "ann", password: .unusable())), .link(ann.link)])
            #expect(try await store.apply([plan], cause: .login(source: "corp")).first?.changes == [])
            #expect(try file.version() == version)
        }
    }

    @Test func whatFailsHalfwayIsUndone() async throws {
        try await withDatabaseFile { file in
            let store = try file.open()
            // The audit trail is written last.
            try file.execute("ALTER TABLE bridge_audit RENAME TO elsewhere")
            let error = try await #require(throws: AuthenticationOutage.self) {
                try await store.logIn(corpPerson("ann"))
            }
            #expect(error.reason == .databaseUnavailable)
            #expect(error.message.contains(file.path))
            #expect(try file.count("SELECT count(*) FROM auth_user") == 0)
            try file.execute("ALTER TABLE elsewhere RENAME TO bridge_audit")
            #expect(try await store.logIn(corpPerson("ann"))?.user?.username == "ann")
        }
    }

    @Test func parallelFirstLoginsOverTwoConnectionsMakeOneAccount() async throws {
        try await withDatabaseFile { file in
            let stores = [try file.open(), try file.open()]
            let ann = corpPerson("ann", groups: [ExternalGroup(id: "g1", name: "staff")])
            let users = try await withThrowingTaskGroup(of: User.ID?.self) { group in
                for number in 0..<50 { group.addTask { try await stores[number % 2].logIn(ann)?.user?.id } }
                return try await group.reduce(into: Set<User.ID?>()) { $0.insert($1) }
            }
            #expect(users.count == 1 && !users.contains(nil))
            #expect(try file.count("SELECT count(*) FROM auth_user") == 1)
            #expect(try file.count("SELECT count(*) FROM auth_group") == 1)
            #expect(try file.count("SELECT count(*) FROM auth_user_groups") == 1)
            #expect(try file.count("SELECT count(*) FROM bridge_audit WHERE event = 'user.create'") == 1)
        }
    }

    @Test func rowsAreAsDjangoWritesThem() async throws {
        try await withDatabaseFile { file in
            let store = try file.open()
            let user = try #require(try await store.logIn(corpPerson("ann"))?.user)
            try await store.record(Activity(lastLogins: [user.id: Date(timeIntervalSince1970: 1_800_000_000.000_001)]))
            let row = """
                SELECT date_joined || '|' || last_login || '|' || is_active || is_staff || is_superuser || '|'
                    || typeof(is_active) || '|' || length(password) || '|' || first_name FROM auth_user
                """
            #expect(
                try file.texts(row)
                    == ["2027-01-15 08:00:00.000000|2027-01-15 08:00:00.000001|100|integer|41|"])
        }
    }
}
