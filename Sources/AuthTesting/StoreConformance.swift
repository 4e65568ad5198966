public import AuthCore

/// The rules every ``AuthCore/AccountStore`` follows, as a suite that any test framework can run.
///
/// ```swift
/// @Test func theStoreConforms() async throws {
///     try await StoreConformance { InMemoryAccountStore() }.run()
/// }
/// ```
public struct StoreConformance: Sendable {
    private let makeStore: @Sendable () async throws -> any AccountStore

    /// A suite.
    /// - Parameter makeStore: Makes a fresh, empty store. Called once for each check.
    public init(_ makeStore: @escaping @Sendable () async throws -> any AccountStore) {
        self.makeStore = makeStore
    }

    /// Runs all checks, one after the other.
    /// - Throws: ``ConformanceFailure`` for the first rule that is broken; what the store throws where it should not.
    public func run() async throws {
        for check in Self.checks { try await check(StoreScenario(store: makeStore())) }
    }

    typealias Check = @Sendable (StoreScenario) async throws -> Void

    private static let checks: [Check] =
        accountChecks + mirroringChecks + groupChecks + permissionChecks + transactionChecks + recordChecks
}

/// A store, and the short forms in which the checks speak about it.
struct StoreScenario: Sendable {
    let store: any AccountStore
    /// What an administrator's plans are caused by.
    static let administrator = ChangeCause.administrator("root")

    /// Does what a login does: read, reconcile, apply.
    @discardableResult
    func logIn(_ external: ExternalAccount, under policy: MirrorPolicy = MirrorPolicy()) async throws -> AppliedPlan {
        try await apply(try await plan(external, under: policy))
    }

    /// Reads and reconciles.
    func plan(_ external: ExternalAccount, under policy: MirrorPolicy = MirrorPolicy()) async throws -> AccountPlan {
        let basis = try await store.localState(for: external)
        switch reconcile(external, with: basis, under: policy) {
        case .changes(let changes, _):
            return AccountPlan(subject: .external(external, basis: basis, policy: policy), changes: changes)
        case .refused(let refusal):
            throw ConformanceFailure("The external account can be mirrored.", found: refusal.explanation)
        }
    }

    /// Applies one plan as a login does.
    @discardableResult
    func apply(_ plan: AccountPlan) async throws -> AppliedPlan {
        let applied = try await store.apply([plan], cause: .login(source: "corp"))
        try require("Each plan has one result.", applied.count, is: 1)
        return applied[0]
    }

    /// Applies an administrator's changes to an account.
    @discardableResult
    func change(_ user: User.ID, _ changes: AccountChange...) async throws -> AppliedPlan {
        let plan = AccountPlan(subject: .account(user), changes: changes)
        let applied = try await store.apply([plan], cause: Self.administrator)
        try require("Each plan has one result.", applied.count, is: 1)
        return applied[0]
    }

    /// Creates an account that nobody mirrors.
    @discardableResult
    func create(_ username: String, password: String = "pbkdf2_sha256$1$salt$hash") async throws -> User {
        let new = NewAccount(username: username, password: EncodedPassword(encoded: password))
        let applied = try await store.apply(
            [AccountPlan(subject: .none, changes: [.create(new)])], cause: Self.administrator)
        return try require("Creating an account returns it.", some: applied.first?.user)
    }

    /// Registers a permission.
    func register(_ permission: Permission) async throws {
        let change = AccountChange.registerPermission(RegisteredPermission(permission: permission, name: "May"))
        try await store.apply([AccountPlan(subject: .none, changes: [change])], cause: Self.administrator)
    }

    /// The record of an account that must exist.
    func record(_ user: User.ID) async throws -> AccountRecord {
        try require("A known account is found by its id.", some: try await store.account(id: user))
    }

    /// The id a name resolves to; `nil` where it resolves to no single account.
    func resolve(_ name: String) async throws -> User.ID? {
        if case .account(let record) = try await store.resolve(LoginName(name)) { record.user.id } else { nil }
    }

    /// Requires that the store refuses something, with this code, and that it left no trace.
    func requireRefusal(
        _ rule: String, _ code: AccountStoreError.Code, _ body: () async throws -> Void
    ) async throws {
        let before = try await snapshot()
        do {
            try await body()
        } catch let error as AccountStoreError {
            try require(rule, error.code == code, found: "\(error)")
            try require("What is refused leaves nothing behind. (\(rule))", try await snapshot(), is: before)
            return
        }
        throw ConformanceFailure(rule, found: "no error")
    }

    /// Everything that a write could have changed.
    private func snapshot() async throws -> StoreSnapshot {
        StoreSnapshot(
            accounts: try await store.accounts(), audit: try await store.auditEvents(limit: 1000),
            permissions: try await store.registeredPermissions())
    }
}

/// What a store holds, to be compared.
private struct StoreSnapshot: Hashable {
    var accounts: [AccountRecord]
    var audit: [AuditEvent]
    var permissions: [RegisteredPermission]
}

/// The people and groups of the checks.
enum Corp {
    static func person(
        _ username: String, id: String? = nil, fields: [UserField: String] = [:], profile: [String: String?] = [:],
        groups: [ExternalGroup] = [], grants: [Permission: String] = [:], released: Set<String> = []
    ) -> ExternalAccount {
        let id = id ?? "id-\(username)"
        return ExternalAccount(
            link: ExternalLink(source: "corp", id: id, dn: "uid=\(id),dc=example,dc=org"), username: username,
            fields: fields, profile: profile, groups: groups, grants: grants, releasedIDs: released)
    }

    static func group(_ name: String, id: String? = nil) -> ExternalGroup {
        ExternalGroup(id: id ?? "group-\(name)", name: name, dn: "cn=\(name),dc=example,dc=org")
    }

    static let viewPayslip = Permission(appLabel: "payroll", codename: "view_payslip")
    static let mirrorAll = MirrorPolicy(groups: .all)
}
