import GRDB
import TestSupport

/// An account as the tables have it, read by SQL of the tests' own.
struct AccountView: Equatable {
    var id: Int64
    var username: String
    var isActive, isStaff, isSuperuser: Bool
    var email: String
    var password: String
    /// The ids of entries and where they are.
    var externalID, dn: String?
    /// Why a source deactivated it.
    var deactivation: String?
    /// `name` for what was given here, `name <- source` for what a source gave.
    var groups: Set<String> = []
    var grants: Set<String> = []
    var profile: [String: String] = [:]
}

extension SyncSite {
    /// The account that has a username, spelled exactly so.
    subscript(_ username: String) -> AccountView? {
        get throws { try accounts().first { $0.username.utf8.elementsEqual(username.utf8) } }
    }

    /// All accounts, by username.
    func accounts() throws -> [AccountView] {
        try other.read { database in
            var accounts: [Int64: AccountView] = [:]
            for row in try Row.fetchAll(
                database,
                sql: """
                    SELECT u.*, l.external_id, l.dn, d.source || ': ' || d.reason AS deactivation FROM auth_user u
                    LEFT JOIN bridge_user_link l ON l.user_id = u.id LEFT JOIN bridge_deactivation d ON d.user_id = u.id
                    """)
            {
                accounts[row["id"]] = AccountView(
                    id: row["id"], username: row["username"], isActive: row["is_active"], isStaff: row["is_staff"],
                    isSuperuser: row["is_superuser"], email: row["email"], password: row["password"],
                    externalID: row["external_id"], dn: row["dn"], deactivation: row["deactivation"])
            }
            for row in try Row.fetchAll(
                database,
                sql: """
                    SELECT m.user_id, g.name || coalesce(' <- ' || o.source, '') FROM auth_user_groups m
                    JOIN auth_group g ON g.id = m.group_id
                    LEFT JOIN bridge_membership_origin o ON o.membership_id = m.id
                    """)
            {
                accounts[row[0]]?.groups.insert(row[1])
            }
            for row in try Row.fetchAll(
                database,
                sql: """
                    SELECT g.user_id, c.app_label || '.' || p.codename || coalesce(' <- ' || o.source, '')
                    FROM auth_user_user_permissions g JOIN auth_permission p ON p.id = g.permission_id
                    JOIN django_content_type c ON c.id = p.content_type_id
                    LEFT JOIN bridge_grant_origin o ON o.grant_id = g.id
                    """)
            {
                accounts[row[0]]?.grants.insert(row[1])
            }
            for row in try Row.fetchAll(database, sql: "SELECT user_id, key, value FROM bridge_profile") {
                accounts[row[0]]?.profile[row[1]] = row[2]
            }
            return accounts.values.sorted { $0.username < $1.username }
        }
    }

    /// The usernames of all accounts, in order.
    func usernames() throws -> [String] { try accounts().map(\.username) }

    /// All rows of all tables but the records of runs and the cursor, by table.
    func dump() throws -> [String: [String]] {
        try other.read { database in
            let tables = try String.fetchAll(
                database,
                sql: """
                    SELECT name FROM sqlite_schema WHERE type = 'table'
                        AND name NOT IN ('bridge_sync_run', 'bridge_sync_cursor', 'sqlite_sequence')
                    """)
            return Dictionary(
                uniqueKeysWithValues: try tables.map { table in
                    (table, try Row.fetchAll(database, sql: "SELECT * FROM \"\(table)\"").map(\.description).sorted())
                })
        }
    }

    /// Runs a statement as the other program.
    func execute(_ sql: String) throws {
        try other.write { try $0.execute(sql: sql) }
    }

    /// The texts of a query's first column.
    func texts(_ sql: String) throws -> [String] {
        try other.read { try String.fetchAll($0, sql: sql) }
    }

    /// The number a query answers with.
    func count(_ sql: String) throws -> Int {
        try other.read { try Int.fetchOne($0, sql: sql) } ?? 0
    }

    /// The groups here: name, and the id of the one in the directory that it mirrors.
    func groups() throws -> [String: String?] {
        try other.read { database in
            let rows = try Row.fetchAll(
                database,
                sql: """
                    SELECT g.name, l.external_id FROM auth_group g LEFT JOIN bridge_group_link l ON l.group_id = g.id
                    """)
            return Dictionary(uniqueKeysWithValues: rows.map { ($0[0], $0[1]) })
        }
    }
}

extension SyncSite {
    /// The id of an entry.
    func entryUUID(_ dn: String) async throws -> String {
        let ldif = try await slapd.search("(objectClass=*)", base: dn, attributes: ["entryUUID"])
        guard let line = ldif.split(separator: "\n").first(where: { $0.hasPrefix("entryUUID: ") }) else {
            throw TestSupportError("\(dn) has no entryUUID.")
        }
        return String(line.dropFirst("entryUUID: ".count))
    }

    /// Replaces an attribute of an entry; with no values, removes it.
    func set(_ attribute: String, of dn: String, to values: [String]) async throws {
        let lines = values.map { "\(attribute): \($0)\n" }.joined()
        try await slapd.modify(ldif: "dn: \(dn)\nchangetype: modify\nreplace: \(attribute)\n\(lines)\n")
    }
}
