public import Foundation
import Synchronization

/// Keeps accounts in memory: for tests, and for applications whose accounts all live in a directory and may be forgotten.
///
/// It behaves as the SQLite store does; the same suite (`StoreConformance`) runs against both.
public final class InMemoryAccountStore: AccountStore {
    let rows = Mutex(InMemoryTables())
    private let now: @Sendable () -> Date

    /// An empty store.
    /// - Parameter now: The wall clock, for the times of changes.
    public init(now: @escaping @Sendable () -> Date = { Date() }) {
        self.now = now
    }

    // MARK: Queries

    public func resolve(_ name: LoginName) async throws -> NameResolution {
        try rows.withLock { try $0.resolve(name) }
    }

    public func account(id: User.ID) async throws -> AccountRecord? {
        rows.withLock { $0.record(id) }
    }

    public func accounts() async throws -> [AccountRecord] {
        rows.withLock { $0.accounts.values.map(\.record) }.sorted { $0.user.username < $1.user.username }
    }

    public func localState(for external: ExternalAccount) async throws -> LocalState {
        try rows.withLock { try $0.localState(for: external) }
    }

    public func permissions(of user: User.ID) async throws -> [Permission: [PermissionOrigin]] {
        rows.withLock { $0.permissions(of: user) }
    }

    public func permissions(ofGroups names: Set<String>) async throws -> [String: Set<Permission>] {
        rows.withLock { $0.permissions(ofGroups: names) }
    }

    public func registeredPermissions() async throws -> [RegisteredPermission] {
        rows.withLock { $0.permissions.values.sorted { $0.permission < $1.permission } }
    }

    public func holders(
        of permission: Permission, isActive: Bool?, includingSuperusers: Bool
    ) async throws -> [User] {
        rows.withLock { $0.holders(of: permission, isActive: isActive, includingSuperusers: includingSuperusers) }
    }

    public func groups() async throws -> [Group] {
        rows.withLock { $0.allGroups() }
    }

    public func members(of group: Group.ID) async throws -> [User] {
        rows.withLock { $0.members(of: group) }
    }

    public func groups(of user: User.ID) async throws -> [Group] {
        rows.withLock { $0.groups(of: user) }
    }

    public func profile(of user: User.ID) async throws -> [String: String] {
        rows.withLock { $0.accounts[user]?.profile ?? [:] }
    }

    public func rememberedRuleGroups(source: String) async throws -> [String: [ExternalGroup]] {
        rows.withLock { $0.ruleGroups[source] ?? [:] }
    }

    public func auditTrail(_ query: AuditQuery) async throws -> [AuditEntry] {
        let entries = rows.withLock { rows in
            rows.audit.enumerated().map { AuditEntry(id: Int64($0 + 1), event: $1) }.filter(query.includes)
        }
        return Array((query.isOldestFirst ? entries : entries.reversed()).prefix(max(0, query.limit)))
    }

    // MARK: Writes

    @discardableResult
    public func apply(_ plans: [AccountPlan], cause: ChangeCause) async throws -> [AppliedPlan] {
        try rows.withLock { rows in
            // A copy is the transaction: thrown away with the error, kept otherwise.
            var application = PlanApplication(tables: rows, cause: cause, now: now())
            var applied: [AppliedPlan] = []
            for plan in plans { applied.append(try application.apply(plan)) }
            rows = application.tables
            return applied
        }
    }

    public func record(_ activity: Activity) async throws {
        rows.withLock { rows in
            for (user, time) in activity.lastLogins { rows.noteLogin(of: user, at: time) }
            rows.audit += activity.events
        }
    }

    public func rememberRuleGroups(_ groups: [String: [ExternalGroup]], source: String) async throws {
        rows.withLock { rows in
            for (leaf, groups) in groups {
                rows.ruleGroups[source, default: [:]][leaf] = groups.map {
                    ExternalGroup(id: $0.id, name: $0.name, dn: $0.dn)
                }
            }
        }
    }
}
