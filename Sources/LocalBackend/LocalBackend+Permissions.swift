public import AuthCore

extension LocalBackend: PermissionSource {
    /// What the store says: permissions given directly and through groups; all registered ones for a superuser; nothing for somebody who
    /// is not active, and nothing about single objects (Django's `ModelBackend`).
    public func permissions(of user: User, on object: (any Sendable)?) async throws -> PermissionAnswer {
        guard user.isActive, object == nil else { return PermissionAnswer() }
        var granted = try await store.permissions(of: user.id)
        if user.isSuperuser {
            for registered in try await store.registeredPermissions() {
                granted[registered.permission, default: []] += []
            }
        }
        return PermissionAnswer(granted: granted)
    }
}
