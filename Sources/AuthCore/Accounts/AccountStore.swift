/// Keeps the local accounts: queries, one write that applies plans, and the record of what happened.
///
/// A store throws ``AuthenticationOutage`` with ``OutageReason/databaseUnavailable`` when it cannot answer, and ``AccountStoreError`` when
/// it is asked for something that cannot be.
public protocol AccountStore: RuleGroupMemory {
    // MARK: Queries

    /// What a login name stands for. An exact spelling wins over twins that differ in case or Unicode form.
    func resolve(_ name: LoginName) async throws -> NameResolution

    /// The account with this primary key, or `nil`.
    func account(id: User.ID) async throws -> AccountRecord?

    /// All accounts, ordered by username.
    func accounts() async throws -> [AccountRecord]

    /// Everything that bears on an external account, read in one consistent view.
    func localState(for external: ExternalAccount) async throws -> LocalState

    /// The permissions a user holds here, and how: given directly, or through a group. Flags of the user (active, superuser) are not
    /// looked at.
    func permissions(of user: User.ID) async throws -> [Permission: [PermissionOrigin]]

    /// The permissions that groups hold, by the groups' names. Names of no group are left out.
    func permissions(ofGroups names: Set<String>) async throws -> [String: Set<Permission>]

    /// All registered permissions, ordered.
    func registeredPermissions() async throws -> [RegisteredPermission]

    /// Who holds a permission here, directly or through a group, ordered by username (Django's `ModelBackend.with_perm`).
    /// - Parameters:
    ///   - permission: The permission; nobody holds one that is not registered.
    ///   - isActive: Whether only active users count, or only others; `nil` for both.
    ///   - includingSuperusers: Whether superusers count who hold it by being superusers only.
    func holders(of permission: Permission, isActive: Bool?, includingSuperusers: Bool) async throws -> [User]

    /// All groups, ordered by name.
    func groups() async throws -> [Group]

    /// The accounts in a group, ordered by username.
    func members(of group: Group.ID) async throws -> [User]

    /// The groups of a user, ordered by name.
    func groups(of user: User.ID) async throws -> [Group]

    /// The profile attributes of a user.
    func profile(of user: User.ID) async throws -> [String: String]

    // MARK: Writes

    /// Applies plans, all of them in one transaction, and writes the audit trail from the changes really made.
    ///
    /// Where the state a plan of an external account was computed from differs from the state found inside the transaction, the pair is
    /// reconciled again. A plan without changes writes nothing.
    /// - Parameters:
    ///   - plans: The plans, in order.
    ///   - cause: Who or what wants this; it goes to the audit trail.
    /// - Returns: What became of each plan, in the same order.
    @discardableResult
    func apply(_ plans: [AccountPlan], cause: ChangeCause) async throws -> [AppliedPlan]

    /// Writes down what happened: last logins, failed attempts. Called in batches.
    func record(_ activity: Activity) async throws

    /// The entries of the audit trail that a query wants.
    func auditTrail(_ query: AuditQuery) async throws -> [AuditEntry]
}

/// How a permission came to a user.
public enum PermissionOrigin: Sendable, Hashable {
    /// Given to the user here (`rule` is `nil`), or by a rule of a source.
    case direct(source: String?, rule: String?)
    /// Held by a group that a source put the user into, or somebody here (`source` is `nil`).
    case group(String, source: String? = nil)
}

/// What a store refuses to do because it makes no sense.
public struct AccountStoreError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The kind of refusal. Callers match it, people read the message.
    public struct Code: Sendable, Hashable {
        private let name: String
        private init(_ name: String) { self.name = name }
        /// The username is taken, exactly or by a twin that differs in case or Unicode form only.
        public static let usernameTaken = Code("usernameTaken")
        /// There is no such account.
        public static let noSuchAccount = Code("noSuchAccount")
        /// There is no such group.
        public static let noSuchGroup = Code("noSuchGroup")
        /// The external account or group is tied to another local one.
        public static let linkTaken = Code("linkTaken")
        /// The permission is not registered.
        public static let permissionNotRegistered = Code("permissionNotRegistered")
        /// A value does not fit its column.
        public static let valueTooLong = Code("valueTooLong")
        /// The plan as a whole contradicts itself.
        public static let invalidPlan = Code("invalidPlan")
    }

    /// The kind.
    public let code: Code
    /// What was refused, and the remedy.
    public let message: String

    /// A refusal.
    public init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    public var description: String { message }

    /// Lets a `catch` match the code.
    public static func ~= (code: Code, error: AccountStoreError) -> Bool { error.code == code }
}
