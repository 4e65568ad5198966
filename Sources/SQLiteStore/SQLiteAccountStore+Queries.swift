public import AuthCore
import Foundation
internal import GRDB

extension SQLiteAccountStore {
    public func resolve(_ name: LoginName) async throws -> NameResolution {
        try read { try $0.resolve(name) }
    }

    public func account(id: User.ID) async throws -> AccountRecord? {
        try read { try $0.record(id) }
    }

    public func accounts() async throws -> [AccountRecord] {
        try read { tables in
            try tables.database.rows(SQLiteTables.recordQuery + " ORDER BY u.username", [], SQLiteTables.record)
        }
    }

    public func localState(for external: ExternalAccount) async throws -> LocalState {
        try read { try $0.localState(for: external) }
    }

    public func permissions(of user: User.ID) async throws -> [Permission: [PermissionOrigin]] {
        try read { try $0.permissions(of: user) }
    }

    public func permissions(ofGroups names: Set<String>) async throws -> [String: Set<Permission>] {
        try read { try $0.permissions(ofGroups: names) }
    }

    public func registeredPermissions() async throws -> [RegisteredPermission] {
        try read { try $0.registeredPermissions() }
    }

    public func holders(
        of permission: Permission, isActive: Bool?, includingSuperusers: Bool
    ) async throws -> [User] {
        try read { try $0.holders(of: permission, isActive: isActive, includingSuperusers: includingSuperusers) }
    }

    public func groups() async throws -> [Group] {
        try read { try $0.groups() }
    }

    public func members(of group: Group.ID) async throws -> [User] {
        try read { try $0.members(of: group) }
    }

    public func groups(of user: User.ID) async throws -> [Group] {
        try read { try $0.groups(of: user) }
    }

    public func profile(of user: User.ID) async throws -> [String: String] {
        try read { try $0.profile(of: user) }
    }

    public func rememberedRuleGroups(source: String) async throws -> [String: [ExternalGroup]] {
        try read { tables in
            var remembered: [String: [ExternalGroup]] = [:]
            try tables.database.each("SELECT leaf, groups FROM bridge_rule_group WHERE source = ?", [source]) { row in
                remembered[try row.text(0)] = try RememberedGroups.groups(try row.text(1))
            }
            return remembered
        }
    }

    public func auditTrail(_ query: AuditQuery) async throws -> [AuditEntry] {
        try read { tables in
            try tables.database.rows(
                """
                SELECT time, event, user_id, username, cause, details, id FROM bridge_audit
                WHERE id > ?1 AND (?2 IS NULL OR time >= ?2) AND substr(event, 1, length(?3)) = ?3
                    AND (?4 IS NULL OR username = ?4 OR user_id = ?5)
                ORDER BY id \(query.isOldestFirst ? "ASC" : "DESC") LIMIT ?6
                """,
                [
                    query.after, query.since.map(DjangoTime.text), query.event, query.person?.username,
                    query.person?.id?.rawValue, max(0, query.limit),
                ]
            ) { AuditEntry(id: try $0.integer(6), event: try AuditDetails.event(from: $0)) }
        }
    }
}
