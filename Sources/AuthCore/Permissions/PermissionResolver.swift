/// Decides what a user may do, over all sources of permissions.
///
/// In this order: an inactive user may do nothing; an active superuser may do everything; what any source denies is not granted; else the
/// union of what the sources grant (Django's `has_perm`, except that there a grant wins over a denial that comes later in the list).
public struct PermissionResolver: Sendable {
    private let sources: [any PermissionSource]

    /// A resolver over these sources.
    public init(sources: [any PermissionSource]) {
        self.sources = sources
    }

    /// All permissions that sources grant and none denies. A superuser holds every permission, whether listed here or not.
    /// - Throws: What a source throws when it cannot answer.
    public func permissions(of user: User, on object: (any Sendable)? = nil) async throws -> Set<Permission> {
        guard user.isActive else { return [] }
        var granted: Set<Permission> = []
        var denied: Set<Permission> = []
        for source in sources {
            let answer = try await source.permissions(of: user, on: object)
            granted.formUnion(answer.granted.keys)
            denied.formUnion(answer.denied)
        }
        return granted.subtracting(denied)
    }

    /// Whether the user may, and why.
    /// - Throws: What a source throws when it cannot answer.
    public func decide(
        _ permission: Permission, for user: User, on object: (any Sendable)? = nil
    ) async throws -> PermissionDecision {
        guard user.isActive else { return PermissionDecision(isGranted: false, grounds: [.inactive]) }
        if user.isSuperuser { return PermissionDecision(isGranted: true, grounds: [.superuser]) }
        var grants: [PermissionDecision.Ground] = []
        var denials: [PermissionDecision.Ground] = []
        for source in sources {
            let answer = try await source.permissions(of: user, on: object)
            if answer.denied.contains(permission) { denials.append(.denied(by: source.name)) }
            for origin in answer.granted[permission] ?? [] {
                grants.append(.granted(by: source.name, origin))
            }
        }
        if !denials.isEmpty { return PermissionDecision(isGranted: false, grounds: denials) }
        return PermissionDecision(isGranted: !grants.isEmpty, grounds: grants.isEmpty ? [.nobodyGrants] : grants)
    }

    /// Whether the user may.
    /// - Throws: What a source throws when it cannot answer.
    public func hasPermission(
        _ permission: Permission, _ user: User, on object: (any Sendable)? = nil
    ) async throws -> Bool {
        try await decide(permission, for: user, on: object).isGranted
    }
}

/// Whether somebody may do something, and the grounds.
public struct PermissionDecision: Sendable, Hashable {
    /// One ground of a decision.
    public enum Ground: Sendable, Hashable {
        /// The user is not active.
        case inactive
        /// The user is a superuser.
        case superuser
        /// A source grants it, and how.
        case granted(by: String, PermissionOrigin)
        /// A source denies it.
        case denied(by: String)
        /// No source grants it.
        case nobodyGrants
    }

    /// The decision.
    public var isGranted: Bool
    /// Why: all grounds for the decision that was made.
    public var grounds: [Ground]

    /// A decision.
    public init(isGranted: Bool, grounds: [Ground]) {
        self.isGranted = isGranted
        self.grounds = grounds
    }
}
