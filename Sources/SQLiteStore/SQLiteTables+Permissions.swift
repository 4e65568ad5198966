import AuthCore
internal import GRDB

/// A permission is known by its string, which names no model: one of that application and codename is the same permission whatever
/// model it belongs to.
extension SQLiteTables {
    private static func permission(from row: SQLiteRow) throws -> Permission {
        Permission(appLabel: try row.text(0), codename: try row.text(1))
    }

    func registered(among permissions: Set<Permission>) throws -> Set<Permission> {
        var found: Set<Permission> = []
        for permission in permissions where try permissionID(permission) != nil { found.insert(permission) }
        return found
    }

    /// The oldest row of a permission.
    private func permissionID(_ permission: Permission) throws -> Int64? {
        try database.row(
            """
            SELECT p.id FROM auth_permission p JOIN django_content_type c ON c.id = p.content_type_id
            WHERE c.app_label = ? AND p.codename = ? ORDER BY p.id LIMIT 1
            """, [permission.appLabel, permission.codename]
        ) { try $0.integer(0) }
    }

    func registeredPermissions() throws -> [RegisteredPermission] {
        var registered: [Permission: RegisteredPermission] = [:]
        try database.each(
            """
            SELECT c.app_label, p.codename, p.name, c.model FROM auth_permission p
            JOIN django_content_type c ON c.id = p.content_type_id ORDER BY p.id DESC
            """
        ) { row in
            let permission = try Self.permission(from: row)
            registered[permission] = RegisteredPermission(
                permission: permission, name: try row.text(2), model: try row.text(3))
        }
        return registered.values.sorted { $0.permission < $1.permission }
    }

    func register(_ registered: RegisteredPermission) throws -> Bool {
        let permission = registered.permission
        guard try permissionID(permission) == nil else { return false }
        try database.run(
            "INSERT INTO django_content_type (app_label, model) VALUES (?, ?) ON CONFLICT (app_label, model) DO NOTHING",
            [permission.appLabel, registered.model])
        return try database.run(
            """
            INSERT INTO auth_permission (name, content_type_id, codename)
            SELECT ?, id, ? FROM django_content_type WHERE app_label = ? AND model = ?
            """, [registered.name, permission.codename, permission.appLabel, registered.model])
    }

    private static let grantQuery = """
        FROM auth_user_user_permissions g \
        JOIN auth_permission p ON p.id = g.permission_id \
        JOIN django_content_type c ON c.id = p.content_type_id \
        LEFT JOIN bridge_grant_origin o ON o.grant_id = g.id
        """

    func grants(of user: User.ID) throws -> Set<Grant> {
        var grants: Set<Grant> = []
        try database.each(
            "SELECT c.app_label, p.codename, o.source " + Self.grantQuery + " WHERE g.user_id = ?", [user.rawValue]
        ) { grants.insert(Grant(permission: try Self.permission(from: $0), origin: try $0.optionalText(2))) }
        return grants
    }

    func insertGrant(_ permission: Permission, to user: User.ID, origin: String?, rule: String?) throws -> Bool {
        let isHeld = try database.hasRow(
            "SELECT 1 " + Self.grantQuery + " WHERE g.user_id = ? AND c.app_label = ? AND p.codename = ?",
            [user.rawValue, permission.appLabel, permission.codename])
        guard !isHeld, let id = try permissionID(permission) else { return false }
        try database.run(
            "INSERT INTO auth_user_user_permissions (user_id, permission_id) VALUES (?, ?)", [user.rawValue, id])
        if let origin {
            try database.run(
                "INSERT OR REPLACE INTO bridge_grant_origin (grant_id, source, rule) VALUES (?, ?, ?)",
                [database.lastInsertedRowID, origin, rule])
        }
        return true
    }

    func deleteGrant(_ permission: Permission, of user: User.ID, origin: String?) throws -> Bool {
        try database.run(
            "DELETE FROM auth_user_user_permissions WHERE id IN (SELECT g.id " + Self.grantQuery
                + " WHERE g.user_id = ? AND c.app_label = ? AND p.codename = ? AND o.source IS ?)",
            [user.rawValue, permission.appLabel, permission.codename, origin])
    }

    private static let groupGrantQuery = """
        FROM auth_group_permissions g \
        JOIN auth_permission p ON p.id = g.permission_id \
        JOIN django_content_type c ON c.id = p.content_type_id
        """

    func insertGroupGrant(_ permission: Permission, to group: Group.ID) throws -> Bool {
        let isHeld = try database.hasRow(
            "SELECT 1 " + Self.groupGrantQuery + " WHERE g.group_id = ? AND c.app_label = ? AND p.codename = ?",
            [group.rawValue, permission.appLabel, permission.codename])
        guard !isHeld, let id = try permissionID(permission) else { return false }
        return try database.run(
            "INSERT INTO auth_group_permissions (group_id, permission_id) VALUES (?, ?)", [group.rawValue, id])
    }

    func deleteGroupGrant(_ permission: Permission, of group: Group.ID) throws -> Bool {
        try database.run(
            "DELETE FROM auth_group_permissions WHERE id IN (SELECT g.id " + Self.groupGrantQuery
                + " WHERE g.group_id = ? AND c.app_label = ? AND p.codename = ?)",
            [group.rawValue, permission.appLabel, permission.codename])
    }

    func permissions(of user: User.ID) throws -> [Permission: [PermissionOrigin]] {
        var held: [Permission: [PermissionOrigin]] = [:]
        try database.each(
            "SELECT c.app_label, p.codename, o.source, o.rule " + Self.grantQuery
                + " WHERE g.user_id = ? ORDER BY g.id",
            [user.rawValue]
        ) { row in
            let origin = PermissionOrigin.direct(source: try row.optionalText(2), rule: try row.optionalText(3))
            held[try Self.permission(from: row), default: []].append(origin)
        }
        try addGroupPermissions(of: user, to: &held)
        return held
    }

    /// Adds what comes through groups. Without DISTINCT and ORDER BY, for which SQLite would make a temporary table: this runs for each
    /// request of an application.
    private func addGroupPermissions(of user: User.ID, to held: inout [Permission: [PermissionOrigin]]) throws {
        // The rows of a group come one after the other.
        var last: (group: Int64, origin: PermissionOrigin)?
        try database.each(
            """
            SELECT c.app_label, p.codename, m.group_id, a.name, o.source FROM auth_user_groups m
            LEFT JOIN bridge_membership_origin o ON o.membership_id = m.id
            JOIN auth_group a ON a.id = m.group_id
            JOIN auth_group_permissions g ON g.group_id = a.id
            JOIN auth_permission p ON p.id = g.permission_id
            JOIN django_content_type c ON c.id = p.content_type_id
            WHERE m.user_id = ?
            """, [user.rawValue]
        ) { row in
            let group = try row.integer(2)
            let origin: PermissionOrigin
            if let last, last.group == group {
                origin = last.origin
            } else {
                origin = .group(try row.text(3), source: try row.optionalText(4))
                last = (group, origin)
            }
            // Two rows of one string, of two models, are one permission.
            Self.add(origin, to: &held[try Self.permission(from: row), default: []])
        }
        for (permission, origins) in held where origins.count > 1 {
            held[permission] = origins.sorted(by: Self.precedes)
        }
    }

    private static func add(_ origin: PermissionOrigin, to origins: inout [PermissionOrigin]) {
        if !origins.contains(origin) { origins.append(origin) }
    }

    /// What was given directly comes first, then groups by name.
    private static func precedes(_ origin: PermissionOrigin, _ other: PermissionOrigin) -> Bool {
        switch (origin, other) {
        case (.direct, .group): true
        case (.group(let name, _), .group(let otherName, _)): name < otherName
        default: false
        }
    }

    func holders(of permission: Permission, isActive: Bool?, includingSuperusers: Bool) throws -> [User] {
        try database.rows(
            Self.recordQuery + """
                 WHERE (?1 IS NULL OR u.is_active = ?1) AND (?2 AND u.is_superuser OR u.id IN (
                    SELECT g.user_id FROM auth_user_user_permissions g
                    JOIN auth_permission p ON p.id = g.permission_id
                    JOIN django_content_type c ON c.id = p.content_type_id
                    WHERE c.app_label = ?3 AND p.codename = ?4
                    UNION ALL
                    SELECT m.user_id FROM auth_user_groups m
                    JOIN auth_group_permissions g ON g.group_id = m.group_id
                    JOIN auth_permission p ON p.id = g.permission_id
                    JOIN django_content_type c ON c.id = p.content_type_id
                    WHERE c.app_label = ?3 AND p.codename = ?4)) ORDER BY u.username
                """, [isActive, includingSuperusers, permission.appLabel, permission.codename]
        ) { try Self.record(from: $0).user }
    }

    func permissions(ofGroups names: Set<String>) throws -> [String: Set<Permission>] {
        var held = try groups(named: names).mapValues { _ in Set<Permission>() }
        try database.each(
            """
            SELECT c.app_label, p.codename, a.name FROM auth_group a
            JOIN auth_group_permissions g ON g.group_id = a.id
            JOIN auth_permission p ON p.id = g.permission_id
            JOIN django_content_type c ON c.id = p.content_type_id
            WHERE a.name IN (SELECT value FROM json_each(?))
            """, [JSONText.array(names)]
        ) { held[try $0.text(2)]?.insert(try Self.permission(from: $0)) }
        return held
    }
}
