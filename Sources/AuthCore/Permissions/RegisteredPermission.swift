/// A permission that exists in the store and can be granted.
public struct RegisteredPermission: Sendable, Hashable {
    /// The permission.
    public var permission: Permission
    /// What it means, for people: `Can view payslip`.
    public var name: String
    /// The model it belongs to, in lower case. With the application's label it is the permission's content type in Django's tables; checks
    /// do not look at it.
    public var model: String

    /// A registered permission.
    /// - Parameters:
    ///   - permission: The permission.
    ///   - name: What it means, at most 255 characters.
    ///   - model: The model. Default: ``Permission/model``.
    public init(permission: Permission, name: String, model: String? = nil) {
        self.permission = permission
        self.name = name
        self.model = model ?? permission.model
    }
}
