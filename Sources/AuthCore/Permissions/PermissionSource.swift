/// Something that knows permissions: the local backend, a backend with object permissions, a policy of the application.
public protocol PermissionSource: Sendable {
    /// The source's name in explanations, as in the configuration.
    var name: String { get }

    /// What this source says about a user.
    /// - Parameters:
    ///   - user: The user. Inactive users and superusers are settled before any source is asked.
    ///   - object: The object the permissions are about; `nil` for permissions in general. A source that knows nothing about objects
    ///     answers with nothing when one is given (as Django's `ModelBackend` does).
    func permissions(of user: User, on object: (any Sendable)?) async throws -> PermissionAnswer
}

/// One source's word on one user.
public struct PermissionAnswer: Sendable, Hashable {
    /// What the user holds, and how each permission was come by.
    public var granted: [Permission: [PermissionOrigin]]
    /// What the user must not have, whatever other sources say (Django's `PermissionDenied`).
    public var denied: Set<Permission>

    /// An answer; empty by default.
    public init(granted: [Permission: [PermissionOrigin]] = [:], denied: Set<Permission> = []) {
        self.granted = granted
        self.denied = denied
    }
}
