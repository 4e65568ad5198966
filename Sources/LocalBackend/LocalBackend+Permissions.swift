public import AuthCore

/// Django's `ModelBackend` as a source of permissions: what is given to people and groups in the store. It knows nothing about single
/// objects and nothing about people who have not logged in.
extension LocalBackend: PermissionSource {
    /// What the store says: permissions given directly and through groups, in one read; for a superuser all registered ones as well, in
    /// a second. Nothing for somebody who is not active.
    public func permissions(of user: User) async throws -> PermissionAnswer {
        guard user.isActive else { return PermissionAnswer() }
        var granted = try await store.permissions(of: user.id)
        if user.isSuperuser {
            for registered in try await store.registeredPermissions() {
                granted[registered.permission, default: []] += []
            }
        }
        return PermissionAnswer(granted: granted)
    }

    /// Who holds a permission by the store, and superusers if they are asked for; nobody on an object.
    public func holders(_ query: PermissionHolderQuery) async throws -> PermissionHolders? {
        guard query.object == nil else { return PermissionHolders() }
        return PermissionHolders(
            users: try await store.holders(
                of: query.permission, isActive: query.isActive, includingSuperusers: query.includesSuperusers))
    }
}
