import AuthCore
public import Foundation
public import LDAPBackend
public import Logging
import SQLiteStore

/// Brings all accounts of one directory to what the directory says: creates, updates, renames, deactivates and activates them again, mirrors
/// groups and memberships, and gives and takes back what rules say.
///
/// A run reads the whole directory, computes a plan from it and from the accounts by the same functions as a login, holds the plan against
/// limits, and applies it. An answer that is not provably complete never takes anything away.
///
/// ```swift
/// let sync = DirectorySync(directory: backend, databasePath: "/var/lib/dirbridge/accounts.db")
/// let report = try await sync.run(.apply)
/// ```
public struct DirectorySync: Sendable {
    /// The directory.
    public let directory: LDAPBackend
    /// The database. ``SQLiteStore/SQLiteAccountStore`` has opened it for writing before.
    public let databasePath: String
    /// What a run may take away before somebody must approve it.
    public let limits: LossLimits

    private let logger: Logger
    private let now: @Sendable () -> Date

    /// A sync of one directory.
    /// - Parameters:
    ///   - directory: The directory. Its owner shuts its client down.
    ///   - databasePath: The database.
    ///   - limits: What a run may take away. Default: ``LossLimits/init()``.
    ///   - logger: Hears how runs end.
    ///   - now: The wall clock, for the times of changes.
    public init(
        directory: LDAPBackend, databasePath: String, limits: LossLimits = LossLimits(),
        logger: Logger = Logger(label: "directory.sync"), now: @escaping @Sendable () -> Date = { Date() }
    ) {
        self.directory = directory
        self.databasePath = databasePath
        self.limits = limits
        self.logger = logger
        self.now = now
    }

    /// Runs once.
    ///
    /// - Parameters:
    ///   - order: What to do. Default: ``SyncOrder/apply``.
    ///   - keepsChanges: Whether the report lists the plan's changes, which takes memory for each. They are listed in any case where the plan
    ///     is kept. Default: `false`.
    ///   - progress: Hears how far the run has come, from no particular thread.
    /// - Returns: What became of it. A held plan and an incomplete answer are results, not errors.
    /// - Throws: `AuthenticationOutage` if the directory or the database cannot be used; ``SyncError``.
    public func run(
        _ order: SyncOrder = .apply, keepsChanges: Bool = false,
        progress: @escaping @Sendable (SyncProgress) -> Void = { _ in }
    ) async throws -> SyncReport {
        let start = ContinuousClock.now
        let lock = try RunLock(database: databasePath, source: directory.name)
        let database = try SyncDatabase(path: databasePath, source: directory.name)
        let run = SyncRun(
            directory: directory, configuration: try await directory.configuration(), database: database,
            limits: limits, order: order, keepsChanges: keepsChanges,
            now: now,
            progress: progress)
        var report = try await run.report()
        _ = consume lock
        report.duration = ContinuousClock.now - start
        logger.debug(
            "A sync ended",
            metadata: [
                "sync.source": "\(directory.name)", "sync.applied": "\(report.isApplied)",
                "sync.reason": "\(report.reason?.rawValue ?? "none")",
            ])
        return report
    }
}
