import AuthCore

/// The result of `permission list` in JSON.
struct PermissionListDocument: Encodable {
    struct Item: Encodable {
        let permission: Permission
        let name: String
    }

    let permissions: [Item]

    init(permissions: [RegisteredPermission]) {
        self.permissions = permissions.map { Item(permission: $0.permission, name: $0.name) }
    }
}
