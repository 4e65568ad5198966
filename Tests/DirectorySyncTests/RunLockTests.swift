import Foundation
import SQLiteStore
import TestSupport
import Testing

@testable import DirectorySync

/// One run at a time.
@Suite struct RunLockTests {
    @Test func aSecondRunWhileOneRunsIsRefused() async throws {
        try await withSyncSite(loading: .base(adding: people(names(6)))) { site async throws in
            let file = site.store.path + "-sync-corp"
            let meanwhile = Meanwhile.planned {
                #expect(FileManager.default.fileExists(atPath: file))
                #expect(throws: SyncError.self) { _ = try RunLock(database: site.store.path, source: "corp") }
                // Another directory's run is no hindrance.
                #expect(throws: Never.self) { _ = try RunLock(database: site.store.path, source: "lab") }
            }
            try await site.sync(progress: meanwhile.progress)
            #expect(meanwhile.happened)
            #expect(!FileManager.default.fileExists(atPath: file))
            let lock = try RunLock(database: site.store.path, source: "corp")
            let refusal = await #expect(throws: SyncError.self) { try await site.sync() }
            #expect(refusal?.code == .alreadyRunning)
            #expect(refusal?.message == "Another sync of 'corp' is running; wait for it to end.")
            _ = consume lock
            #expect(try await site.sync().isApplied)
        }
    }

    @Test func aRunByAnotherNameOfTheDatabaseIsTheSameRun() async throws {
        try await withTemporaryFolder { folder in
            for name in ["data", "more"] {
                try FileManager.default.createDirectory(atPath: "\(folder)/\(name)", withIntermediateDirectories: false)
            }
            try Data().write(to: URL(fileURLWithPath: "\(folder)/data/accounts.db"))
            let link = "\(folder)/more/alias.db"
            try FileManager.default.createSymbolicLink(
                atPath: link, withDestinationPath: "\(folder)/data/accounts.db")
            try FileManager.default.createSymbolicLink(
                atPath: "\(folder)/folder", withDestinationPath: "\(folder)/data")
            let lock = try RunLock(database: "\(folder)/data/accounts.db", source: "corp")
            for path in [link, "\(folder)/folder/accounts.db", "\(folder)/more/../data/accounts.db"] {
                let refusal = #expect(throws: SyncError.self) { _ = try RunLock(database: path, source: "corp") }
                #expect(refusal?.code == .alreadyRunning, "\(path)")
            }
            _ = consume lock
            #expect(throws: Never.self) { _ = try RunLock(database: link, source: "corp") }
        }
    }

    @Test func aLockThatCannotBeMadeIsSaid() async throws {
        let refusal = #expect(throws: SyncError.self) { _ = try RunLock(database: "/nowhere/a.db", source: "a/b") }
        #expect(refusal?.code == .lockUnavailable)
        #expect(
            refusal?.message.hasPrefix("The lock file /nowhere/a.db-sync-a%2Fb cannot be made (No such file") == true)
    }
}
