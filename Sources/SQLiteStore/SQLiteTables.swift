import AuthCore
import Foundation
internal import GRDB

/// The rows of the database inside one transaction.
struct SQLiteTables {
    let database: Database
    /// Whether the transaction may write.
    let writes: Bool
    private var namesAreHealed: Bool
    /// The time of the last event as text: all changes of a transaction have the same.
    private var lastTime: (date: Date, text: String)?

    /// - Parameter namesAreHealed: Whether the folded names are known to be right.
    init(_ database: Database, writes: Bool, namesAreHealed: Bool = false) {
        self.database = database
        self.writes = writes
        self.namesAreHealed = namesAreHealed
    }

    /// The columns that ``record(from:)`` reads.
    static let recordQuery = """
        SELECT u.id, u.username, u.first_name, u.last_name, u.email, u.is_active, u.is_staff, u.is_superuser, u.password, \
        u.last_login, u.date_joined, l.source, l.external_id, l.dn, d.source, d.reason, b.user_id IS NOT NULL \
        FROM auth_user u LEFT JOIN bridge_user_link l ON l.user_id = u.id \
        LEFT JOIN bridge_deactivation d ON d.user_id = u.id LEFT JOIN bridge_break_glass b ON b.user_id = u.id
        """

    static func record(from row: SQLiteRow) throws -> AccountRecord {
        let user = User(
            id: User.ID(try row.integer(0)), username: try row.text(1), firstName: try row.text(2),
            lastName: try row.text(3), email: try row.text(4), isActive: try row.flag(5), isStaff: try row.flag(6),
            isSuperuser: try row.flag(7))
        return AccountRecord(
            user: user, password: EncodedPassword(encoded: try row.text(8)), link: try link(from: row, at: 11),
            deactivation: try deactivation(from: row, at: 14), isBreakGlass: try row.flag(16),
            lastLogin: try row.optionalText(9).flatMap(DjangoTime.date),
            dateJoined: DjangoTime.date(try row.text(10)) ?? .distantPast)
    }

    /// The link in three columns from `index` on; `nil` where an outer join found none.
    static func link(from row: SQLiteRow, at index: Int) throws -> ExternalLink? {
        guard let source = try row.optionalText(index) else { return nil }
        return ExternalLink(source: source, id: try row.text(index + 1), dn: try row.optionalText(index + 2))
    }

    /// The deactivation in two columns from `index` on; `nil` where an outer join found none.
    static func deactivation(from row: SQLiteRow, at index: Int) throws -> Deactivation? {
        guard let source = try row.optionalText(index) else { return nil }
        // A reason that a newer program wrote is one all the same.
        let reason = DeactivationReason(rawValue: try row.text(index + 1)) ?? .denied(.accountDisabled)
        return Deactivation(source: source, reason: reason)
    }

    /// Accounts found by the folded rows, and the one spelled exactly so, which may have been made by Django just now.
    private func knownHolders(_ username: String, folded: String) throws -> [AccountRecord] {
        // Without ORDER BY or a list in the condition: SQLite would make a temporary table, which costs more than everything else here.
        try database.rows(
            Self.recordQuery + " WHERE u.username = ?1 UNION ALL " + Self.recordQuery + """
                 JOIN bridge_folded_name f ON f.user_id = u.id
                WHERE f.folded = ?2 AND f.username = u.username AND u.username <> ?1
                """, [username, folded], Self.record
        ).sorted { $0.user.id < $1.user.id }
    }
}

extension SQLiteTables: AccountTables {
    func record(_ user: User.ID) throws -> AccountRecord? {
        try database.row(Self.recordQuery + " WHERE u.id = ?", [user.rawValue], Self.record)
    }

    mutating func holders(of username: String) throws -> [AccountRecord] {
        let folded = LoginName.fold(username)
        let known = try knownHolders(username, folded: folded)
        if !known.isEmpty || namesAreHealed { return known }
        let names = FoldedNames(database: database)
        if writes {
            try names.heal()
            namesAreHealed = true
            return try knownHolders(username, folded: folded)
        }
        return try names.newer().filter { LoginName.fold($0.username).hasSameScalars(as: folded) }
            .sorted { $0.id < $1.id }
            .compactMap { try record(User.ID($0.id)) }
    }

    func account(linkedTo source: String, id: String) throws -> AccountRecord? {
        try database.row(Self.recordQuery + " WHERE l.source = ? AND l.external_id = ?", [source, id], Self.record)
    }

    func completed(_ record: AccountRecord) throws -> LocalAccount {
        LocalAccount(
            user: record.user, hasUsablePassword: record.password.isUsable, link: record.link,
            deactivation: record.deactivation, isBreakGlass: record.isBreakGlass,
            profile: try profile(of: record.user.id),
            memberships: try memberships(of: record.user.id),
            grants: try grants(of: record.user.id))
    }

    func profile(of user: User.ID) throws -> [String: String] {
        var profile: [String: String] = [:]
        try database.each("SELECT key, value FROM bridge_profile WHERE user_id = ?", [user.rawValue]) { row in
            profile[try row.text(0)] = try row.text(1)
        }
        return profile
    }

    func deleteSessions(of user: User.ID) throws {
        try database.run("DELETE FROM bridge_session WHERE user_id = ?", [user.rawValue])
    }

    func insert(_ account: NewAccount, joined: Date) throws -> User.ID {
        try database.run(
            """
            INSERT INTO auth_user (password, last_login, is_superuser, username, first_name, last_name, email, is_staff,
                is_active, date_joined)
            VALUES (?, NULL, ?, ?, ?, ?, ?, ?, 1, ?)
            """,
            [
                account.password.encoded, account.isSuperuser, account.username, account.fields[.firstName] ?? "",
                account.fields[.lastName] ?? "", account.fields[.email] ?? "", account.isStaff,
                DjangoTime.text(joined),
            ])
        let id = database.lastInsertedRowID
        try FoldedNames(database: database).set(account.username, of: id)
        return User.ID(id)
    }

    func setUsername(_ username: String, of user: User.ID) throws -> Bool {
        let isChanged = try set("username", to: username, of: user)
        try FoldedNames(database: database).set(username, of: user.rawValue)
        return isChanged
    }

    func setField(_ field: UserField, to value: String, of user: User.ID) throws -> Bool {
        // The column is the field's raw value: Django's own name for it.
        try set(field.rawValue, to: value, of: user)
    }

    func setFlag(_ flag: UserFlag, to value: Bool, of user: User.ID) throws -> Bool {
        // The column is the flag's raw value: Django's own name for it.
        try database.run(
            "UPDATE auth_user SET \(flag.rawValue) = ?1 WHERE id = ?2 AND \(flag.rawValue) IS NOT ?1",
            [value, user.rawValue])
    }

    func setDeactivation(_ deactivation: Deactivation?, of user: User.ID) throws -> Bool {
        guard let deactivation else {
            return try database.run("DELETE FROM bridge_deactivation WHERE user_id = ?", [user.rawValue])
        }
        return try database.run(
            """
            INSERT INTO bridge_deactivation (user_id, source, reason) VALUES (?, ?, ?)
            ON CONFLICT (user_id) DO UPDATE SET source = excluded.source, reason = excluded.reason
            WHERE (source, reason) IS NOT (excluded.source, excluded.reason)
            """, [user.rawValue, deactivation.source, deactivation.reason.rawValue])
    }

    func setPassword(_ password: EncodedPassword, of user: User.ID) throws -> Bool {
        try set("password", to: password.encoded, of: user)
    }

    private func set(_ column: String, to value: String, of user: User.ID) throws -> Bool {
        try database.run(
            "UPDATE auth_user SET \(column) = ?1 WHERE id = ?2 AND \(column) IS NOT ?1", [value, user.rawValue])
    }

    func setProfile(_ key: String, to value: String?, of user: User.ID) throws -> Bool {
        guard let value else {
            return try database.run("DELETE FROM bridge_profile WHERE user_id = ? AND key = ?", [user.rawValue, key])
        }
        return try database.run(
            """
            INSERT INTO bridge_profile (user_id, key, value) VALUES (?, ?, ?)
            ON CONFLICT (user_id, key) DO UPDATE SET value = excluded.value WHERE value IS NOT excluded.value
            """, [user.rawValue, key, value])
    }

    func setLink(_ link: ExternalLink, of user: User.ID) throws -> Bool {
        // A row that a tool without foreign keys left behind, when it deleted its account, is nobody's tie.
        try database.run(
            """
            DELETE FROM bridge_user_link WHERE source = ? AND external_id = ?
            AND user_id NOT IN (SELECT id FROM auth_user)
            """, [link.source, link.id])
        return try database.run(
            """
            INSERT INTO bridge_user_link (user_id, source, external_id, dn) VALUES (?, ?, ?, ?)
            ON CONFLICT (user_id) DO UPDATE
            SET source = excluded.source, external_id = excluded.external_id, dn = excluded.dn
            WHERE (source, external_id, dn) IS NOT (excluded.source, excluded.external_id, excluded.dn)
            """, [user.rawValue, link.source, link.id, link.dn])
    }

    func deleteLink(_ link: ExternalLink, of user: User.ID) throws -> Bool {
        let isCut = try database.run(
            "DELETE FROM bridge_user_link WHERE user_id = ? AND source = ? AND external_id = ?",
            [user.rawValue, link.source, link.id])
        if isCut { try database.run("DELETE FROM bridge_break_glass WHERE user_id = ?", [user.rawValue]) }
        return isCut
    }

    func setBreakGlass(_ isMarked: Bool, of user: User.ID, at time: Date) throws -> Bool {
        guard isMarked else {
            return try database.run("DELETE FROM bridge_break_glass WHERE user_id = ?", [user.rawValue])
        }
        return try database.run(
            "INSERT INTO bridge_break_glass (user_id, since) VALUES (?, ?) ON CONFLICT (user_id) DO NOTHING",
            [user.rawValue, DjangoTime.text(time)])
    }

    func setLinkDN(_ dn: String?, of user: User.ID) throws -> Bool {
        try database.run(
            "UPDATE bridge_user_link SET dn = ?1 WHERE user_id = ?2 AND dn IS NOT ?1", [dn, user.rawValue])
    }

    mutating func append(_ event: AuditEvent) throws {
        if lastTime?.date != event.time { lastTime = (event.time, DjangoTime.text(event.time)) }
        try database.run(
            "INSERT INTO bridge_audit (time, event, user_id, username, cause, details) VALUES (?, ?, ?, ?, ?, ?)",
            [
                lastTime?.text, event.event, event.userID?.rawValue, event.username,
                event.cause.description, AuditDetails.text(event.details),
            ])
    }
}
