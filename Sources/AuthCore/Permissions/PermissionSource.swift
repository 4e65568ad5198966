/// Something that knows permissions: the local backend, a backend with permissions on single objects, a policy of the application.
///
/// A source answers for users; everything else is up to it:
///
/// ```swift
/// struct OfficeHours: PermissionSource {
///     let name = "office-hours"
///     let isOpen: @Sendable () -> Bool
///     func permissions(of user: User) async throws -> PermissionAnswer {
///         PermissionAnswer(denied: isOpen() ? [] : [Permission(appLabel: "payroll", codename: "change_payslip")])
///     }
/// }
/// ```
///
/// ``PermissionResolver`` settles inactive users before it asks, and what an active superuser may: a source need not look at these flags.
public protocol PermissionSource: Sendable {
    /// The source's name in explanations, as in the configuration.
    var name: String { get }

    /// What this source says about a user in general, no object in sight.
    /// - Throws: If it cannot know. The check then fails: nobody is granted what a source might deny.
    func permissions(of user: User) async throws -> PermissionAnswer

    /// What this source says about a user and one object. What it grants in general it grants here only if it says so again, and the
    /// same goes for denials. Default: nothing, as Django's `ModelBackend` answers.
    /// - Parameters:
    ///   - user: The user.
    ///   - object: The object. A source says nothing about kinds of objects it does not know.
    func permissions(of user: User, on object: any Sendable) async throws -> PermissionAnswer

    /// What anybody may who has not logged in. Default: nothing.
    func anonymousPermissions() async throws -> PermissionAnswer

    /// What anybody may do with one object who has not logged in. Default: nothing.
    func anonymousPermissions(on object: any Sendable) async throws -> PermissionAnswer

    /// Who has a permission, by this source (Django's `with_perm`).
    /// - Returns: The users, ordered by username; `nil` from a source that cannot list them, which is the default.
    func holders(_ query: PermissionHolderQuery) async throws -> PermissionHolders?
}

extension PermissionSource {
    public func permissions(of user: User, on object: any Sendable) async throws -> PermissionAnswer {
        PermissionAnswer()
    }
    public func anonymousPermissions() async throws -> PermissionAnswer { PermissionAnswer() }
    public func anonymousPermissions(on object: any Sendable) async throws -> PermissionAnswer { PermissionAnswer() }
    public func holders(_ query: PermissionHolderQuery) async throws -> PermissionHolders? { nil }

    /// What this source says about whoever asks.
    func answer(for user: User?, on object: (any Sendable)?) async throws -> PermissionAnswer {
        switch (user, object) {
        case (let user?, let object?): try await permissions(of: user, on: object)
        case (let user?, nil): try await permissions(of: user)
        case (nil, let object?): try await anonymousPermissions(on: object)
        case (nil, nil): try await anonymousPermissions()
        }
    }
}

/// One source's word on one user.
public struct PermissionAnswer: Sendable, Hashable {
    /// What the user holds, and how each permission was come by.
    public var granted: [Permission: [PermissionOrigin]]
    /// What the user must not have, whatever other sources say.
    public var denied: Set<Permission>

    /// An answer; empty by default.
    public init(granted: [Permission: [PermissionOrigin]] = [:], denied: Set<Permission> = []) {
        self.granted = granted
        self.denied = denied
    }

    /// An answer that grants permissions to the user, not through groups.
    /// - Parameters:
    ///   - permissions: The permissions.
    ///   - rule: Why, for explanations. Default: nothing is said.
    public init(granting permissions: Set<Permission>, rule: String? = nil) {
        let origin = PermissionOrigin.direct(source: nil, rule: rule)
        self.init(granted: Dictionary(uniqueKeysWithValues: permissions.map { ($0, [origin]) }))
    }

    /// How a permission was come by: where the source says nothing, it was given to the user. `nil` if it is not granted.
    func origins(of permission: Permission) -> [PermissionOrigin]? {
        granted[permission].map { $0.isEmpty ? [.direct(source: nil, rule: nil)] : $0 }
    }
}
