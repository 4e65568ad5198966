import AuthCore
import Synchronization

/// A store that counts the reads that permissions take.
final class ReadCountingStore: AccountStore {
    private let store: any AccountStore
    private let reads = Mutex(0)

    init(_ store: any AccountStore) { self.store = store }

    /// How many reads there were.
    var count: Int { reads.withLock { $0 } }

    private func counted() -> any AccountStore {
        reads.withLock { $0 += 1 }
        return store
    }

    func resolve(_ name: LoginName) async throws -> NameResolution { try await counted().resolve(name) }
    func account(id: User.ID) async throws -> AccountRecord? { try await counted().account(id: id) }
    func accounts() async throws -> [AccountRecord] { try await counted().accounts() }
    func localState(for external: ExternalAccount) async throws -> LocalState {
        try await counted().localState(for: external)
    }
    func permissions(of user: User.ID) async throws -> [Permission: [PermissionOrigin]] {
        try await counted().permissions(of: user)
    }
    func permissions(ofGroups names: Set<String>) async throws -> [String: Set<Permission>] {
        try await counted().permissions(ofGroups: names)
    }
    func registeredPermissions() async throws -> [RegisteredPermission] { try await counted().registeredPermissions() }
    func holders(of permission: Permission, isActive: Bool?, includingSuperusers: Bool) async throws -> [User] {
        try await counted().holders(of: permission, isActive: isActive, includingSuperusers: includingSuperusers)
    }
    func groups() async throws -> [Group] { try await counted().groups() }
    func members(of group: Group.ID) async throws -> [User] { try await counted().members(of: group) }
    func groups(of user: User.ID) async throws -> [Group] { try await counted().groups(of: user) }
    func profile(of user: User.ID) async throws -> [String: String] { try await counted().profile(of: user) }
    func auditTrail(_ query: AuditQuery) async throws -> [AuditEntry] { try await counted().auditTrail(query) }
    func rememberedRuleGroups(source: String) async throws -> [String: [ExternalGroup]] {
        try await counted().rememberedRuleGroups(source: source)
    }
    @discardableResult
    func apply(_ plans: [AccountPlan], cause: ChangeCause) async throws -> [AppliedPlan] {
        try await store.apply(plans, cause: cause)
    }
    func record(_ activity: Activity) async throws { try await store.record(activity) }
    func rememberRuleGroups(_ groups: [String: [ExternalGroup]], source: String) async throws {
        try await store.rememberRuleGroups(groups, source: source)
    }
}
