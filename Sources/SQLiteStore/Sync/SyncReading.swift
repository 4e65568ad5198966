package import AuthCore
internal import GRDB

/// What a sync run asks the database, set by set: a statement for each of some hundred people would cost more than all else.
package struct SyncReading {
    let database: Database
    /// The source.
    package let source: String

    private var tables: SQLiteTables { SQLiteTables(database, writes: false) }

    /// Everything that bears on the people at these places.
    /// - Parameter positions: Some hundred places in the staging tables.
    package func pairs(_ positions: some Sequence<Int64>) throws -> [SyncPair] {
        let places = JSONText.array(positions)
        var pairs: [SyncPair] = []
        var indices: [Int64: Int] = [:]
        try database.each("SELECT s.position, s.payload, s.folded FROM \(Self.people)", [places]) { row in
            let position = try row.integer(0)
            indices[position] = pairs.count
            pairs.append(
                SyncPair(
                    position: position, payload: try row.bytes(1),
                    folded: try row.text(2), nameHolders: []))
        }
        var owners: [Int64: Int] = [:]
        try database.each("SELECT \(Self.accountColumns), s.position FROM \(Self.accounts)", [places, source]) { row in
            guard let index = indices[try row.integer(15)] else { return }
            let account = try Self.account(from: row)
            owners[account.user.id.rawValue] = index
            pairs[index].linked = account
        }
        if !owners.isEmpty { try complete(&pairs, owners) }
        try findNameHolders(&pairs, places)
        return pairs
    }

    private static let people = "json_each(?) j CROSS JOIN staging.person s ON s.position = j.value"
    private static let accounts = """
        \(people) JOIN bridge_user_link l ON l.source = ? AND l.external_id = s.id JOIN auth_user u ON u.id = l.user_id \
        LEFT JOIN bridge_deactivation d ON d.user_id = u.id LEFT JOIN bridge_break_glass b ON b.user_id = u.id
        """
    private static let accountColumns = """
        u.id, u.username, u.first_name, u.last_name, u.email, u.is_active, u.is_staff, u.is_superuser, \
        substr(u.password, 1, 1) IS NOT '!', l.source, l.external_id, l.dn, d.source, d.reason, \
        b.user_id IS NOT NULL
        """

    private static func account(from row: SQLiteRow) throws -> LocalAccount {
        let user = User(
            id: User.ID(try row.integer(0)), username: try row.text(1), firstName: try row.text(2),
            lastName: try row.text(3), email: try row.text(4), isActive: try row.flag(5), isStaff: try row.flag(6),
            isSuperuser: try row.flag(7))
        return LocalAccount(
            user: user, hasUsablePassword: try row.flag(8), link: try SQLiteTables.link(from: row, at: 9),
            deactivation: try SQLiteTables.deactivation(from: row, at: 12), isBreakGlass: try row.flag(14))
    }

    /// Reads what hangs on the linked accounts.
    private func complete(_ pairs: inout [SyncPair], _ owners: [Int64: Int]) throws {
        let users = JSONText.array(owners.keys)
        try database.each(
            """
            SELECT m.user_id, m.group_id, o.source FROM json_each(?) j CROSS JOIN auth_user_groups m ON m.user_id = j.value
            LEFT JOIN bridge_membership_origin o ON o.membership_id = m.id
            """, [users]
        ) { row in
            guard let index = owners[try row.integer(0)] else { return }
            pairs[index].linked?.memberships.insert(
                Membership(group: Group.ID(try row.integer(1)), origin: try row.optionalText(2)))
        }
        try database.each(
            """
            SELECT p.user_id, p.key, p.value FROM json_each(?) j CROSS JOIN bridge_profile p ON p.user_id = j.value
            """, [users]
        ) { row in
            guard let index = owners[try row.integer(0)] else { return }
            pairs[index].linked?.profile[try row.text(1)] = try row.text(2)
        }
        try database.each(
            """
            SELECT g.user_id, c.app_label, p.codename, o.source
            FROM json_each(?) j CROSS JOIN auth_user_user_permissions g ON g.user_id = j.value
            JOIN auth_permission p ON p.id = g.permission_id JOIN django_content_type c ON c.id = p.content_type_id
            LEFT JOIN bridge_grant_origin o ON o.grant_id = g.id
            """, [users]
        ) { row in
            guard let index = owners[try row.integer(0)] else { return }
            let permission = Permission(appLabel: try row.text(1), codename: try row.text(2))
            pairs[index].linked?.grants.insert(Grant(permission: permission, origin: try row.optionalText(3)))
        }
    }

    /// Finds who else goes by the names of those who do not have theirs yet.
    private func findNameHolders(_ pairs: inout [SyncPair], _ places: String) throws {
        var found: [Int64: [User.ID]] = [:]
        try database.each(
            """
            SELECT s.position, u.id FROM \(Self.people) JOIN bridge_folded_name f ON f.folded = s.folded
            JOIN auth_user u ON u.id = f.user_id AND u.username = f.username
            LEFT JOIN bridge_user_link l ON l.user_id = u.id
            WHERE (l.source, l.external_id) IS NOT (?, s.id) ORDER BY u.id
            """, [places, source]
        ) { row in found[try row.integer(0), default: []].append(User.ID(try row.integer(1))) }
        if found.isEmpty { return }
        for index in pairs.indices {
            guard let holders = found[pairs[index].position] else { continue }
            pairs[index].nameHolders = try holders.compactMap { id in
                try tables.record(id).map { try tables.completed($0) }
            }
        }
    }

    /// Accounts of the source that have something to lose and whose person the scan did not see, ordered by username.
    package func absentAccounts() throws -> [AbsentAccount] {
        try database.rows(
            """
            SELECT l.source, l.external_id, l.dn, u.username, u.is_active
            FROM bridge_user_link l JOIN auth_user u ON u.id = l.user_id
            WHERE l.source = ?1
                AND NOT EXISTS (SELECT 1 FROM staging.person s WHERE s.id = l.external_id)
                AND NOT EXISTS (SELECT 1 FROM staging.unusable s WHERE s.id = l.external_id)
                AND (u.is_active OR u.is_staff OR u.is_superuser
                    OR EXISTS (SELECT 1 FROM auth_user_groups m JOIN bridge_membership_origin o ON o.membership_id = m.id
                        WHERE m.user_id = u.id AND o.source = ?1)
                    OR EXISTS (SELECT 1 FROM auth_user_user_permissions g JOIN bridge_grant_origin o ON o.grant_id = g.id
                        WHERE g.user_id = u.id AND o.source = ?1))
            ORDER BY u.username
            """, [source]
        ) { row in
            guard let link = try SQLiteTables.link(from: row, at: 0) else {
                preconditionFailure("source is not null")
            }
            return AbsentAccount(link: link, username: try row.text(3), isActive: try row.flag(4))
        }
    }

    /// The account linked to an id, with everything that hangs on it.
    package func linkedAccount(id: String) throws -> LocalAccount? {
        try tables.account(linkedTo: source, id: id).map { try tables.completed($0) }
    }

    /// How much there is to lose.
    package func holdings() throws -> SourceHoldings {
        var holdings = SourceHoldings()
        try database.each(
            """
            SELECT count(*), coalesce(sum(u.is_staff OR u.is_superuser), 0)
            FROM bridge_user_link l JOIN auth_user u ON u.id = l.user_id WHERE l.source = ? AND u.is_active
            """, [source]
        ) { row in
            holdings.activeAccounts = Int(try row.integer(0))
            holdings.administrators = Int(try row.integer(1))
        }
        holdings.memberships = try database.count("bridge_membership_origin WHERE source = ?", [source])
        holdings.grants = try database.count("bridge_grant_origin WHERE source = ?", [source])
        return holdings
    }

    /// The places of all people, in order, and the keys of their DNs.
    package func keys() throws -> [(place: Int64, key: String)] {
        try database.rows("SELECT position, key FROM staging.person ORDER BY position") {
            (try $0.integer(0), try $0.text(1))
        }
    }

    /// All local groups.
    package func groups() throws -> [Group] {
        try tables.groups()
    }

    /// Those of the permissions that are registered.
    package func registered(among permissions: Set<Permission>) throws -> Set<Permission> {
        try tables.registered(among: permissions)
    }

    /// The places and ids of some people, spread over all.
    package func sample(_ count: Int) throws -> [String] {
        try database.rows(
            """
            SELECT id FROM staging.person
            WHERE position % max(1, (SELECT max(position) FROM staging.person) / ?1) = 0 ORDER BY position LIMIT ?1
            """, [count]
        ) { try $0.text(0) }
    }

    /// The ids of the people at these places.
    package func ids(_ positions: some Sequence<Int64>) throws -> [String] {
        try database.rows("SELECT s.id FROM \(Self.people)", [JSONText.array(positions)]) { try $0.text(0) }
    }

    /// Those of the people at these places who, looked at again, were elsewhere than the scan saw them, or were not found.
    package func moved(_ positions: some Sequence<Int64>) throws -> Set<Int64> {
        let rows = try database.rows(
            "SELECT s.position FROM \(Self.people) LEFT JOIN staging.again a ON a.id = s.id WHERE a.key IS NOT s.key",
            [JSONText.array(positions)]
        ) { try $0.integer(0) }
        return Set(rows)
    }

    /// The number of the newest line of the audit trail.
    package func lastAuditID() throws -> Int64 {
        try database.row("SELECT coalesce(max(id), 0) FROM bridge_audit") { try $0.integer(0) } ?? 0
    }

    /// The accounts that logins have changed since a line of the audit trail. What they know of the directory is newer than a scan that had begun
    /// before.
    package func usersChangedByLogins(after id: Int64) throws -> Set<User.ID> {
        let users = try database.rows(
            "SELECT DISTINCT user_id FROM bridge_audit WHERE id > ? AND user_id IS NOT NULL AND cause = ?",
            [id, ChangeCause.login(source: source).description]
        ) { User.ID(try $0.integer(0)) }
        return Set(users)
    }

    /// The places of all people, in order.
    package func positions() throws -> [Int64] {
        try database.rows("SELECT position FROM staging.person ORDER BY position") { try $0.integer(0) }
    }
}
