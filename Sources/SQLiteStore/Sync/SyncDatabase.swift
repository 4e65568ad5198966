import AuthCore
package import Foundation
internal import GRDB
import Synchronization

/// The database as one sync run sees it: the accounts, and beside them staging tables with what the directory answered.
///
/// A connection of its own. The staging tables live in a private temporary database (an attached one with an empty name, see
/// https://www.sqlite.org/inmemorydb.html#temp_db): small ones stay in memory, large ones spill to a file that vanishes with the connection,
/// however the process ends. So memory does not grow with the directory.
package final class SyncDatabase: Sendable {
    /// The source whose accounts the run is about.
    package let source: String
    private let path: String
    private let queue: DatabaseQueue
    private let seenVersion = Mutex<Int64?>(nil)

    /// Opens a connection.
    /// - Parameters:
    ///   - path: A database that ``SQLiteAccountStore`` has opened for writing before.
    ///   - source: The source whose accounts the run is about.
    /// - Throws: ``AuthCore/AuthenticationOutage`` with a remedy.
    package init(path: String, source: String) throws {
        self.path = path
        self.source = source
        do {
            var configuration = SQLiteAccountStore.configuration()
            configuration.label = "sync"
            configuration.prepareDatabase { try $0.execute(sql: Self.staging) }
            queue = try DatabaseQueue(path: path, configuration: configuration)
        } catch {
            throw DatabaseFailure.outage(error, path: path)
        }
    }

    /// Nothing in these tables outlives the run, so nothing is written to be safe.
    private static let staging = """
        ATTACH DATABASE '' AS staging;
        PRAGMA staging.journal_mode = MEMORY;
        PRAGMA staging.synchronous = OFF;
        PRAGMA staging.cache_size = -32768;
        CREATE TABLE staging.person (
            position integer NOT NULL PRIMARY KEY,
            id text NOT NULL UNIQUE,
            key text NOT NULL,
            folded text NOT NULL,
            username text NOT NULL,
            doubled integer NOT NULL DEFAULT 0,
            payload blob NOT NULL);
        CREATE TABLE staging.again (id text NOT NULL PRIMARY KEY, key text NOT NULL) WITHOUT ROWID;
        CREATE TABLE staging.unusable (id text NOT NULL PRIMARY KEY) WITHOUT ROWID;
        """

    /// Reads, and writes staging tables, without holding the lock that writing accounts takes.
    func stage<Answer>(_ body: (Database) throws -> Answer) throws -> Answer {
        do {
            return try queue.inDatabase { database in
                var answer: Answer?
                try database.inTransaction(.deferred) {
                    answer = try body(database)
                    return .commit
                }
                guard let answer else { preconditionFailure("the transaction was committed") }
                return answer
            }
        } catch {
            throw DatabaseFailure.outage(error, path: path)
        }
    }

    /// Writes in one transaction that holds the write lock from its beginning; an error undoes all of it.
    ///
    /// - Parameters:
    ///   - time: The time of all changes.
    ///   - isRehearsal: Whether everything is undone at the end, when nothing went wrong: to see what would come of it. Default: `false`.
    ///   - body: What to write.
    package func write<Answer: Sendable>(
        at time: Date, isRehearsal: Bool = false, _ body: @escaping @Sendable (inout SyncTransaction) throws -> Answer
    ) async throws -> Answer {
        let source = source
        do {
            return try await queue.writeWithoutTransaction { database in
                var answer: Answer?
                var version: Int64?
                try database.inTransaction(.immediate) {
                    version = try self.staleVersion(database)
                    if version != nil { try FoldedNames(database: database).heal() }
                    var transaction = try SyncTransaction(database, source: source, time: time)
                    answer = try body(&transaction)
                    return isRehearsal ? .rollback : .commit
                }
                if let version, !isRehearsal { self.seenVersion.withLock { $0 = version } }
                guard let answer else { preconditionFailure("the transaction came to an end") }
                return answer
            }
        } catch {
            throw DatabaseFailure.outage(error, path: path)
        }
    }

    /// Heals the folded names, by which accounts are found whose names differ in case or form only: Django makes and renames accounts without
    /// keeping them. Writes only if somebody else wrote since the last time, and then only what is stale; ``write(at:isRehearsal:_:)`` does it
    /// by itself.
    package func healNames() async throws {
        do {
            try await queue.writeWithoutTransaction { database in
                guard let version = try self.staleVersion(database) else { return }
                let names = FoldedNames(database: database)
                if try !names.stale().isEmpty {
                    try database.inTransaction(.immediate) {
                        try names.heal()
                        return .commit
                    }
                }
                self.seenVersion.withLock { $0 = version }
            }
        } catch {
            throw DatabaseFailure.outage(error, path: path)
        }
    }

    /// The version of the database, if it is not the one that the folded names were last compared with.
    private func staleVersion(_ database: Database) throws -> Int64? {
        // https://www.sqlite.org/pragma.html#pragma_data_version: it changes when another connection commits.
        let version = try database.row("PRAGMA data_version") { try $0.integer(0) }
        return seenVersion.withLock { $0 == version } ? nil : version
    }

    /// Reads in one consistent view.
    package func read<Answer>(_ body: (SyncReading) throws -> Answer) throws -> Answer {
        try stage { try body(SyncReading(database: $0, source: source)) }
    }
}
