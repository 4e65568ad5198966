package import AuthCore
import Foundation
internal import GRDB

/// One write transaction of a sync run.
package struct SyncTransaction {
    let database: Database
    let source: String
    let time: Date
    private var application: PlanApplication<SQLiteTables>

    init(_ database: Database, source: String, time: Date) throws {
        self.database = database
        self.source = source
        self.time = time
        application = PlanApplication(
            tables: SQLiteTables(database, writes: true, namesAreHealed: true), cause: .sync(source: source), now: time)
    }

    /// What can be asked, as changed so far.
    package var reading: SyncReading { SyncReading(database: database, source: source) }

    /// Makes changes to an account, or creates it, or changes groups.
    /// - Returns: What really changed.
    @discardableResult
    package mutating func apply(_ changes: [AccountChange], to account: User?) throws -> [AccountChange] {
        var account = account
        return try application.make(changes, for: &account)
    }
}
