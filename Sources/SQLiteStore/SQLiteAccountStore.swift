public import AuthCore
public import Foundation
internal import GRDB

/// Keeps accounts in one SQLite file, in Django's tables, so that a Django site can share it.
///
/// The file is in write-ahead mode, and a commit has reached the disk when it returns. Queries are synchronous: one takes some tens of
/// microseconds, which is not worth a change of threads. Writes wait up to five seconds for another program's transaction, on a thread of
/// their own.
public final class SQLiteAccountStore: AccountStore {
    /// The database file.
    public let path: String

    let now: @Sendable () -> Date
    private let reader: any DatabaseReader
    private let writer: (any DatabaseWriter)?

    /// Opens a database, and makes the file and its tables if they are missing.
    ///
    /// A new file, and the `-wal` and `-shm` files beside it, can be read by their owner only; the mode of an existing one stays. In a
    /// database that Django made, only tables with the prefix `bridge_` are added.
    /// - Parameters:
    ///   - path: The file. Its folder exists.
    ///   - now: The wall clock, for the times of changes.
    /// - Throws: ``AuthCore/AuthenticationOutage`` with a remedy.
    public init(path: String, now: @escaping @Sendable () -> Date = { Date() }) throws {
        self.path = path
        self.now = now
        try Self.createFile(path)
        do {
            let pool = try DatabasePool(path: path, configuration: Self.configuration())
            reader = pool
            writer = pool
            try Self.prepare(pool, Schema(path: path, now: now()))
        } catch {
            throw DatabaseFailure.outage(error, path: path)
        }
    }

    /// Opens a database for checks that must leave it as it is: neither creates the file or its tables, nor writes.
    ///
    /// SQLite itself puts empty `-wal` and `-shm` files beside a database that nobody else has open, with the database's owner and mode;
    /// the next program that writes removes them.
    /// - Parameter path: The file.
    /// - Throws: ``AuthCore/AuthenticationOutage`` with a remedy if there is no such database, or if it lacks the tables.
    public init(readingExisting path: String) throws {
        self.path = path
        self.now = { Date() }
        self.writer = nil
        guard FileManager.default.fileExists(atPath: path) else {
            throw AuthenticationOutage(
                .databaseUnavailable,
                "There is no database \(path); it is created by the first command that writes accounts.")
        }
        do {
            var configuration = Self.configuration()
            configuration.readonly = true
            let queue = try DatabaseQueue(path: path, configuration: configuration)
            reader = queue
            guard try queue.read({ try Schema(path: path, now: Date()).isCurrent($0) }) else {
                throw AuthenticationOutage(
                    .databaseUnavailable,
                    "The database \(path) lacks the bridge's tables, or has those of an older version; the first command that writes makes them, such as: dirbridge permission register"
                )
            }
        } catch {
            throw DatabaseFailure.outage(error, path: path)
        }
    }

    /// Reads in one consistent view. Synchronous on purpose, see the type.
    func read<Answer>(_ body: (inout SQLiteTables) throws -> Answer) throws -> Answer {
        do {
            // GRDB's own `read` compiles BEGIN and COMMIT anew each time, which a login notices.
            return try reader.unsafeRead { database in
                try database.run("BEGIN")
                do {
                    var tables = SQLiteTables(database, writes: false)
                    let answer = try body(&tables)
                    try database.run("COMMIT")
                    return answer
                } catch {
                    _ = try? database.run("ROLLBACK")
                    throw error
                }
            }
        } catch {
            throw DatabaseFailure.outage(error, path: path)
        }
    }

    /// Writes in one transaction that holds the write lock from its beginning; an error undoes all of it.
    func write<Answer: Sendable>(_ body: @escaping @Sendable (SQLiteTables) throws -> Answer) async throws -> Answer {
        guard let writer else {
            throw AuthenticationOutage(.databaseUnavailable, "The database \(path) was opened for reading only.")
        }
        do {
            return try await writer.write { try body(SQLiteTables($0, writes: true)) }
        } catch {
            throw DatabaseFailure.outage(error, path: path)
        }
    }
}
