import AuthCore
import SQLiteStore
import Synchronization

/// Notices who has logged in since a run began to read the directory. A login asked the directory later than the run did, so what it made of the
/// account is not changed by what the run knows; the next run looks at it again.
final class LoginWatch: Sendable {
    private let state: Mutex<(last: Int64, users: Set<User.ID>)>

    /// Watches from now on.
    init(_ reading: SyncReading) throws {
        state = Mutex((try reading.lastAuditID(), []))
    }

    /// The accounts that logins have changed.
    func users(_ reading: SyncReading) throws -> Set<User.ID> {
        let last = state.withLock { $0.last }
        let new = try reading.usersChangedByLogins(after: last)
        return state.withLock { state in
            state.users.formUnion(new)
            return state.users
        }
    }

    /// What was committed up to this line of the audit trail was the run's own, or has been looked at.
    func pass(_ line: Int64) {
        state.withLock { $0.last = max($0.last, line) }
    }
}
