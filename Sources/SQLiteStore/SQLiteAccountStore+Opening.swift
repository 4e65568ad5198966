import AuthCore
import Foundation
internal import GRDB

extension SQLiteAccountStore {
    /// How every connection is set up.
    static func configuration() -> Configuration {
        var configuration = Configuration()
        configuration.label = "accounts"
        configuration.foreignKeysEnabled = true
        configuration.busyMode = .timeout(5)
        configuration.maximumReaderCount = max(4, ProcessInfo.processInfo.activeProcessorCount)
        return configuration
    }

    /// Makes the file before SQLite would, so that nobody else can ever read it. SQLite gives the files beside it the same mode.
    static func createFile(_ path: String) throws {
        let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw AuthenticationOutage(
                .databaseUnavailable,
                "The database \(path) cannot be opened (\(String(cString: strerror(errno)))); "
                    + "its folder must exist, and the user this runs as must be able to write there.")
        }
        close(descriptor)
    }

    /// Brings the tables and the folded names up to date; writes only what is missing.
    static func prepare(_ pool: DatabasePool, _ schema: Schema) throws {
        // GRDB sets NORMAL with the write-ahead mode, under which a power cut loses the last commits.
        try pool.writeWithoutTransaction { try $0.execute(sql: "PRAGMA synchronous = FULL") }
        let isReady = try pool.read { database in
            guard try schema.isCurrent(database) else { return false }
            return try FoldedNames(database: database).stale().isEmpty
        }
        if isReady { return }
        try pool.write { database in
            try schema.install(in: database)
            try FoldedNames(database: database).heal()
        }
    }
}
