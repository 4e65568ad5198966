import AuthCore
import Foundation
internal import GRDB

/// Sessions as rows of `bridge_session`, each read together with its account.
enum SessionRows {
    private static let columns =
        ", s.id, s.user_id, s.backend, s.created, s.last_seen, s.expires, s.address, s.user_agent, s.binding"
    /// Where the account's columns end.
    private static let first = 17

    /// One look-up by the digest's index, and those of the account by their primary keys. The cross join keeps the session first, whatever
    /// SQLite thinks of the tables' sizes.
    static let query = SQLiteTables.recordQuery
        .replacing(
            " FROM auth_user u ", with: columns + " FROM bridge_session s CROSS JOIN auth_user u ON u.id = s.user_id ")

    static func stored(_ row: SQLiteRow) throws -> StoredSession {
        StoredSession(
            session: Session(
                id: Session.ID(try row.integer(first)), user: User.ID(try row.integer(first + 1)),
                backend: try row.text(first + 2), created: try time(row, first + 3),
                lastSeen: try time(row, first + 4), expires: try time(row, first + 5),
                address: try row.optionalText(first + 6), userAgent: try row.optionalText(first + 7)),
            binding: SessionBinding(bytes: try row.bytes(first + 8)),
            account: try SQLiteTables.record(from: row))
    }

    static func insert(_ new: NewSession, binding: SessionBinding, into database: Database) throws -> Session.ID {
        let created = DjangoTime.text(new.created)
        try database.run(
            """
            INSERT INTO bridge_session
                (digest, user_id, backend, binding, created, last_seen, expires, address, user_agent)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
            """,
            [
                new.digest.bytes, new.user.rawValue, new.backend, binding.bytes, created, created,
                DjangoTime.text(new.expires), new.address, new.userAgent,
            ])
        return Session.ID(database.lastInsertedRowID)
    }

    /// A time that cannot be read was long ago, so that the session is over.
    private static func time(_ row: SQLiteRow, _ index: Int) throws -> Date {
        DjangoTime.date(try row.text(index)) ?? .distantPast
    }
}
