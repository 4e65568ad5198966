/// Decides what a user may do, over all sources of permissions.
///
/// In this order:
/// 1. An inactive user may do nothing, superuser or not. No source is asked.
/// 2. An active superuser may do everything, on every object, whatever sources deny.
/// 3. What any source denies is not granted, wherever the source stands in the list. (In Django a `PermissionDenied` stops the chain, so
///    that it counts against the backends behind it alone, and a grant before it wins.)
/// 4. Everything else is the union of what the sources grant.
///
/// A user who has not logged in is `nil`, and may what sources grant to anybody. With an object, sources are asked about that object
/// alone; one that knows nothing about objects grants nothing there.
///
/// A source that throws makes the check throw: it might have denied.
public struct PermissionResolver: Sendable {
    let sources: [any PermissionSource]

    /// A resolver over these sources.
    public init(sources: [any PermissionSource]) {
        self.sources = sources
    }

    /// Everything that bears on what a user may, read once: each source is asked one time, one after the other. Every check of the result
    /// is then a look-up in a set.
    ///
    /// - Parameters:
    ///   - user: The user, with the flags that count; `nil` for somebody who has not logged in.
    ///   - object: The object it is about. Default: none.
    /// - Throws: What a source throws when it cannot answer.
    public func load(_ user: User?, on object: (any Sendable)? = nil) async throws -> UserPermissions {
        var permissions = UserPermissions(user: user)
        if permissions.standing == .inactive { return permissions }
        for source in sources {
            let answer = try await source.answer(for: user, on: object)
            permissions.answers.append((source.name, answer))
        }
        return permissions
    }

    /// All permissions of a user (Django's `get_all_permissions`). A superuser holds every permission, whether listed here or not.
    /// - Throws: What a source throws when it cannot answer.
    public func permissions(of user: User?, on object: (any Sendable)? = nil) async throws -> Set<Permission> {
        try await load(user, on: object).all
    }

    /// Whether the user may, and why. What the user's flags settle, no source is asked for.
    /// - Throws: What a source throws when it cannot answer.
    public func decide(
        _ permission: Permission, for user: User?, on object: (any Sendable)? = nil
    ) async throws -> PermissionDecision {
        try await loadUnlessSettled(user, on: object).decide(permission)
    }

    /// Whether the user may (Django's `has_perm`). What the user's flags settle, no source is asked for.
    /// - Throws: What a source throws when it cannot answer.
    public func hasPermission(
        _ permission: Permission, _ user: User?, on object: (any Sendable)? = nil
    ) async throws -> Bool {
        try await loadUnlessSettled(user, on: object).has(permission)
    }

    /// Whether the user may anything at all in an application (Django's `has_module_perms`).
    /// - Throws: What a source throws when it cannot answer.
    public func hasPermissions(inModule appLabel: String, _ user: User?) async throws -> Bool {
        try await loadUnlessSettled(user, on: nil).hasAny(inModule: appLabel)
    }

    /// Whether the user meets a requirement, and which part failed.
    /// - Throws: What a source throws when it cannot answer.
    public func check(
        _ requirement: PermissionRequirement, for user: User?, on object: (any Sendable)? = nil
    ) async throws -> RequirementCheck {
        try await loadUnlessSettled(user, on: object).check(requirement)
    }

    private func loadUnlessSettled(_ user: User?, on object: (any Sendable)?) async throws -> UserPermissions {
        let unasked = UserPermissions(user: user)
        return unasked.standing == .superuser ? unasked : try await load(user, on: object)
    }
}
