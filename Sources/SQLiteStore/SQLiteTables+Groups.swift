import AuthCore
internal import GRDB

extension SQLiteTables {
    private static let groupQuery = """
        SELECT g.id, g.name, l.source, l.external_id, l.dn \
        FROM auth_group g LEFT JOIN bridge_group_link l ON l.group_id = g.id
        """

    private static func group(from row: SQLiteRow) throws -> Group {
        Group(id: Group.ID(try row.integer(0)), name: try row.text(1), link: try link(from: row, at: 2))
    }

    func group(_ id: Group.ID) throws -> Group? {
        try database.row(Self.groupQuery + " WHERE g.id = ?", [id.rawValue], Self.group)
    }

    func group(named name: String) throws -> Group? {
        try database.row(Self.groupQuery + " WHERE g.name = ?", [name], Self.group)
    }

    func groups(named names: Set<String>) throws -> [String: Group] {
        let groups = try database.rows(
            Self.groupQuery + " WHERE g.name IN (SELECT value FROM json_each(?))", [JSONText.array(names)], Self.group)
        return Dictionary(groups.map { ($0.name, $0) }) { first, _ in first }
    }

    func groups(linkedTo source: String, ids: Set<String>) throws -> [String: Group] {
        var found: [String: Group] = [:]
        try database.each(
            """
            SELECT g.id, g.name, l.source, l.external_id, l.dn FROM json_each(?) wanted
            CROSS JOIN bridge_group_link l ON l.source = ? AND l.external_id = wanted.value
            JOIN auth_group g ON g.id = l.group_id
            """, [JSONText.array(ids), source]
        ) { row in
            let group = try Self.group(from: row)
            if let link = group.link { found[link.id] = group }
        }
        return found
    }

    /// All groups, ordered by name.
    func groups() throws -> [Group] {
        try database.rows(Self.groupQuery + " ORDER BY g.name", [], Self.group)
    }

    /// The accounts in a group, ordered by username.
    func members(of group: Group.ID) throws -> [User] {
        try database.rows(
            Self.recordQuery + " JOIN auth_user_groups m ON m.user_id = u.id WHERE m.group_id = ? ORDER BY u.username",
            [group.rawValue]
        ) { try Self.record(from: $0).user }
    }

    /// The groups of a user, ordered by name.
    func groups(of user: User.ID) throws -> [Group] {
        try database.rows(
            Self.groupQuery + """
                 JOIN auth_user_groups m ON m.group_id = g.id WHERE m.user_id = ? ORDER BY g.name
                """, [user.rawValue], Self.group)
    }

    func memberships(of user: User.ID) throws -> Set<Membership> {
        var memberships: Set<Membership> = []
        try database.each(
            """
            SELECT m.group_id, o.source FROM auth_user_groups m
            LEFT JOIN bridge_membership_origin o ON o.membership_id = m.id WHERE m.user_id = ?
            """, [user.rawValue]
        ) { row in
            memberships.insert(Membership(group: Group.ID(try row.integer(0)), origin: try row.optionalText(1)))
        }
        return memberships
    }

    func insertGroup(_ name: String) throws -> Group.ID {
        try database.run("INSERT INTO auth_group (name) VALUES (?)", [name])
        return Group.ID(database.lastInsertedRowID)
    }

    func setGroupName(_ name: String, of group: Group.ID) throws -> Bool {
        try database.run("UPDATE auth_group SET name = ?1 WHERE id = ?2 AND name IS NOT ?1", [name, group.rawValue])
    }

    func setGroupLink(_ link: ExternalLink, of group: Group.ID) throws -> Bool {
        // As for accounts: what a deletion without foreign keys left behind is nobody's tie.
        try database.run(
            """
            DELETE FROM bridge_group_link WHERE source = ? AND external_id = ?
            AND group_id NOT IN (SELECT id FROM auth_group)
            """, [link.source, link.id])
        return try database.run(
            """
            INSERT INTO bridge_group_link (group_id, source, external_id, dn) VALUES (?, ?, ?, ?)
            ON CONFLICT (group_id) DO UPDATE
            SET source = excluded.source, external_id = excluded.external_id, dn = excluded.dn
            WHERE (source, external_id, dn) IS NOT (excluded.source, excluded.external_id, excluded.dn)
            """, [group.rawValue, link.source, link.id, link.dn])
    }

    func setGroupLinkDN(_ dn: String?, of group: Group.ID) throws -> Bool {
        try database.run(
            "UPDATE bridge_group_link SET dn = ?1 WHERE group_id = ?2 AND dn IS NOT ?1", [dn, group.rawValue])
    }

    func insertMembership(_ user: User.ID, in group: Group.ID, origin: String?) throws -> Bool {
        let isNew = try database.run(
            "INSERT INTO auth_user_groups (user_id, group_id) VALUES (?, ?) ON CONFLICT (user_id, group_id) DO NOTHING",
            [user.rawValue, group.rawValue])
        if isNew, let origin {
            try database.run(
                "INSERT OR REPLACE INTO bridge_membership_origin (membership_id, source) VALUES (?, ?)",
                [database.lastInsertedRowID, origin])
        }
        return isNew
    }

    func deleteMembership(_ user: User.ID, in group: Group.ID, origin: String?) throws -> Bool {
        try database.run(
            """
            DELETE FROM auth_user_groups WHERE id IN (
                SELECT m.id FROM auth_user_groups m
                LEFT JOIN bridge_membership_origin o ON o.membership_id = m.id
                WHERE m.user_id = ? AND m.group_id = ? AND o.source IS ?)
            """, [user.rawValue, group.rawValue, origin])
    }
}
