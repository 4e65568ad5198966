import AuthCore
import Foundation
import GRDB
import TestSupport
import Testing

@testable import SQLiteStore

struct SchemaTests {
    private let djangoObjects = """
        SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%' AND name NOT LIKE 'bridge_%' ORDER BY name
        """
    private let migrations = "SELECT app || '.' || name FROM django_migrations ORDER BY id"

    @Test func aNewDatabaseHasDjangosTablesToTheLetter() async throws {
        try await withDatabaseFile { file in
            _ = try file.open()
            #expect(try file.texts(djangoObjects).joined(separator: "\n") == djangoDump)
            #expect(try file.texts(migrations).joined(separator: "\n") == djangoMigrations)
        }
    }

    @Test func aDjangoDatabaseIsAdoptedWithoutLoss() async throws {
        try await withDjangoDatabase { file in
            try file.insertUser("Žofie", password: "pbkdf2_sha256$1$salt$x")
            let rows = try file.texts("SELECT id || username || password || date_joined FROM auth_user")
            let store = try file.open()
            #expect(try file.texts(djangoObjects).joined(separator: "\n") == djangoDump)
            #expect(try file.texts(migrations).joined(separator: "\n") == djangoMigrations)
            #expect(try file.texts("SELECT id || username || password || date_joined FROM auth_user") == rows)
            guard case .account(let record) = try await store.resolve(LoginName("žofie")) else {
                Issue.record("An account made by Django is not found.")
                return
            }
            #expect(record.owner == .local)
            #expect(record.dateJoined == Date(timeIntervalSince1970: 1_769_862_896))
        }
    }

    @Test func nothingOfOursSitsOnATableOfDjangos() async throws {
        try await withDatabaseFile { file in
            _ = try file.open()
            let foreign = """
                SELECT name FROM sqlite_schema
                WHERE type IN ('trigger', 'view')
                    OR (name LIKE 'bridge_%') <> (tbl_name LIKE 'bridge_%') AND name NOT LIKE 'sqlite_autoindex_%'
                """
            #expect(try file.texts(foreign) == [])
        }
    }

    @Test func openingAgainWritesNothing() async throws {
        try await withDatabaseFile { file in
            let first = try file.open()
            try await first.logIn(corpPerson("ann"))
            let version = try file.version()
            let second = try file.open()
            #expect(try file.version() == version)
            #expect(try await second.accounts().map(\.user.username) == ["ann"])
        }
    }

    @Test func tablesOfAnOlderVersionAreBroughtUpToDate() async throws {
        try await withDatabaseFile { file in
            try await file.open().logIn(corpPerson("ann"))
            let firstVersion = BridgeSchema.migrations[0].joined()
            for table in try file.texts("SELECT name FROM sqlite_schema WHERE type = 'table' AND name LIKE 'bridge_%'")
            where table != "bridge_migration" && !firstVersion.contains("TABLE \(table) ") {
                try file.execute("DROP TABLE \(table)")
            }
            try file.execute("DELETE FROM bridge_migration WHERE version > 1")
            #expect(throws: AuthenticationOutage.self) { try SQLiteAccountStore(readingExisting: file.path) }
            let store = try file.open()
            #expect(try await store.accounts().map(\.user.username) == ["ann"])
            #expect(try await store.accounts().map(\.isBreakGlass) == [false])
        }
    }

    @Test func idsOfDirectoriesAreInSmallLettersAfterTheFirstVersion() async throws {
        try await withDatabaseFile { file in
            let id = "11111111-2222-4333-8444-AAAABBBBCCCC"
            let store = try file.open()
            for (name, id) in [("ann", id), ("bob", "uid=Bob"), ("eve", id.replacing("1", with: "E"))] {
                try await store.logIn(
                    corpPerson(
                        name, id: id, groups: [ExternalGroup(id: id.replacing("2", with: "F"), name: "of \(name)")]))
            }
            // One that is there in both forms is left as it is.
            try await store.logIn(corpPerson("twin", id: id.replacing("1", with: "E").lowercased()))
            try file.execute("DELETE FROM bridge_migration WHERE version > 1")
            let firstVersion = BridgeSchema.migrations[0].joined()
            for table in try file.texts("SELECT name FROM sqlite_schema WHERE type = 'table' AND name LIKE 'bridge_%'")
            where table != "bridge_migration" && !firstVersion.contains("TABLE \(table) ") {
                try file.execute("DROP TABLE \(table)")
            }
            _ = try file.open()
            let links = """
                SELECT u.username || ' ' || l.external_id FROM bridge_user_link l JOIN auth_user u ON u.id = l.user_id ORDER BY 1
                """
            let twin = "EEEEEEEE-2222-4333-8444-AAAABBBBCCCC"
            #expect(
                try file.texts(links) == [
                    "ann \(id.lowercased())", "bob uid=Bob", "eve \(twin)", "twin \(twin.lowercased())",
                ])
            #expect(
                try file.texts("SELECT external_id FROM bridge_group_link ORDER BY group_id") == [
                    "11111111-ffff-4333-8444-aaaabbbbcccc", "uid=Bob", "eeeeeeee-ffff-4333-8444-aaaabbbbcccc",
                ])
        }
    }

    @Test func halfOfDjangosTablesIsNoDatabaseToUse() async throws {
        try await withDatabaseFile { file in
            try file.execute("CREATE TABLE django_migrations (id integer)")
            let error = try #require(throws: AuthenticationOutage.self) { try file.open() }
            #expect(error.reason == .databaseUnavailable)
            #expect(error.message.contains("auth_user") && error.message.contains("migrate"))
            #expect(try file.count("SELECT count(*) FROM sqlite_schema") == 1)
        }
    }

    @Test func tablesOfANewerVersionAreLeftAlone() async throws {
        try await withDatabaseFile { file in
            _ = try file.open()
            try file.execute("INSERT INTO bridge_migration (version, applied) VALUES (1000, '2026-01-01 00:00:00')")
            let error = try #require(throws: AuthenticationOutage.self) { try file.open() }
            #expect(error.message.contains("1000"))
            #expect(throws: AuthenticationOutage.self) { try SQLiteAccountStore(readingExisting: file.path) }
        }
    }
}
