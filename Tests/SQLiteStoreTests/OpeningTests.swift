import AuthCore
import Foundation
import GRDB
import TestSupport
import Testing

@testable import SQLiteStore

struct OpeningTests {
    private func mode(_ path: String) throws -> Int? {
        try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
    }

    @Test func aNewFileAndThoseBesideItAreTheOwnersAlone() async throws {
        try await withTemporaryFolder { folder in
            let path = folder + "/accounts.db"
            let store = try SQLiteAccountStore(path: path)
            try await store.logIn(corpPerson("ann"))
            for suffix in ["", "-wal", "-shm"] { #expect(try mode(path + suffix) == 0o600, "\(suffix)") }
        }
    }

    @Test func anExistingFileKeepsItsMode() async throws {
        try await withDjangoDatabase { file in
            try FileManager.default.setAttributes([.posixPermissions: 0o640], ofItemAtPath: file.path)
            _ = try file.open()
            #expect(try mode(file.path) == 0o640)
        }
    }

    @Test func readingDoesNotCreateADatabase() async throws {
        try await withTemporaryFolder { folder in
            let path = folder + "/accounts.db"
            let error = try #require(throws: AuthenticationOutage.self) {
                try SQLiteAccountStore(readingExisting: path)
            }
            #expect(error.reason == .databaseUnavailable)
            #expect(error.message.contains(path))
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == [])
        }
    }

    @Test func readingLeavesADatabaseAsItIs() async throws {
        try await withDatabaseFile { file in
            try await file.open().logIn(corpPerson("ann"))
            try file.insertUser("Žofie")
            let version = try file.version()
            let reading = try SQLiteAccountStore(readingExisting: file.path)
            #expect(try await reading.accounts().count == 2)
            // Its folded name is not kept yet, and is not written now either.
            guard case .account = try await reading.resolve(LoginName("žofie")) else {
                Issue.record("An account without a folded name is not found.")
                return
            }
            await #expect(throws: AuthenticationOutage.self) { try await reading.logIn(corpPerson("bob")) }
            #expect(try file.version() == version)
        }
    }

    @Test func aDatabaseThatWasNeverOpenedForWritingIsReported() async throws {
        try await withDjangoDatabase { file in
            let error = try #require(throws: AuthenticationOutage.self) {
                try SQLiteAccountStore(readingExisting: file.path)
            }
            #expect(error.message.contains("lacks the bridge's tables"))
            #expect(try file.count("SELECT count(*) FROM sqlite_schema WHERE name LIKE 'bridge%'") == 0)
        }
    }

    @Test func whatIsNoDatabaseIsReportedWithItsPath() async throws {
        try await withTemporaryFolder { folder in
            let path = folder + "/text"
            try Data(String(repeating: "This is no database. ", count: 100).utf8).write(to: URL(fileURLWithPath: path))
            for path in [path, folder, folder + "/missing/accounts.db"] {
                let error = try #require(throws: AuthenticationOutage.self) { try SQLiteAccountStore(path: path) }
                #expect(error.reason == .databaseUnavailable)
                #expect(error.message.contains(path))
            }
        }
    }

    @Test func commitsReachTheDiskAndForeignKeysHold() async throws {
        try await withDatabaseFile { file in
            let store = try file.open()
            let settings = try await store.write { tables in
                try ["journal_mode", "synchronous", "foreign_keys", "busy_timeout"].map {
                    try String.fetchOne(tables.database, sql: "PRAGMA \($0)")
                }
            }
            #expect(settings == ["wal", "2", "1", "5000"])
        }
    }
}
