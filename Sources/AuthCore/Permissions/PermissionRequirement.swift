/// What must be permitted before something is done, as a value: a route, a menu entry, a button carries one.
///
/// ```swift
/// let mayCorrect: PermissionRequirement = .all([
///     "payroll.view_payslip", .any(["payroll.change_payslip", "payroll.approve_payslip"]), .not("payroll.trainee"),
/// ])
/// let check = permissions.check(mayCorrect)
/// guard check.isMet else { logger.debug("Refused", metadata: ["why": "\(check)"]); … }
/// ```
///
/// An inactive user meets no requirement, not even `.not`. An active superuser holds every permission, and so meets no `.not` of one.
public indirect enum PermissionRequirement: Sendable, Hashable {
    /// This permission.
    case permission(Permission)
    /// All of these. An empty list asks for nothing.
    case all([PermissionRequirement])
    /// At least one of these. An empty list lets nobody in.
    case any([PermissionRequirement])
    /// The contrary of this.
    case not(PermissionRequirement)

    /// Any of the permissions named in it.
    public var permissions: Set<Permission> {
        switch self {
        case .permission(let permission): [permission]
        case .all(let parts), .any(let parts): parts.reduce(into: []) { $0.formUnion($1.permissions) }
        case .not(let part): part.permissions
        }
    }
}

extension PermissionRequirement: ExpressibleByStringLiteral {
    /// A permission, written in the source code as `app_label.codename`. Texts from elsewhere go through ``Permission/init(_:)``.
    public init(stringLiteral value: String) {
        guard let permission = Permission(value) else {
            preconditionFailure("'\(value)' in the source code is not of the form app_label.codename")
        }
        self = .permission(permission)
    }
}

extension PermissionRequirement: CustomStringConvertible {
    /// The requirement in words.
    public var description: String {
        switch self {
        case .permission(let permission): permission.description
        case .all(let parts): "all of (" + parts.map(\.description).joined(separator: ", ") + ")"
        case .any(let parts): "any of (" + parts.map(\.description).joined(separator: ", ") + ")"
        case .not(let part): "not (\(part))"
        }
    }
}
