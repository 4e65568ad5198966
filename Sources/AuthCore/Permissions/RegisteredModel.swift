/// A kind of thing that an application keeps and that permissions speak of: Django's model, with the permissions that Django makes for it.
///
/// ```swift
/// let payslip = RegisteredModel(appLabel: "payroll", name: "Payslip", custom: ["approve_payslip": "Can approve payslips"])
/// try await bridge.store.register([payslip], cause: .administrator("payroll 2.1"))
/// ```
public struct RegisteredModel: Sendable, Hashable {
    /// The actions that Django makes permissions for: add, change, delete, view.
    public static let defaultActions = ["add", "change", "delete", "view"]

    /// The application it belongs to.
    public var appLabel: String
    /// The name of its type: `PayRun`.
    public var name: String
    /// What people call one of them: `pay run`.
    public var verboseName: String
    /// The actions there are permissions for (Django's `Meta.default_permissions`).
    public var actions: [String]
    /// What else may be done with it: names for people by codename (Django's `Meta.permissions`).
    public var custom: [String: String]

    /// A model.
    /// - Parameters:
    ///   - appLabel: The application it belongs to.
    ///   - name: The name of its type.
    ///   - verboseName: What people call one of them. Default: the name's words, in lower case.
    ///   - actions: The actions there are permissions for. Default: ``defaultActions``.
    ///   - custom: What else may be done with it: names for people by codename. Default: nothing.
    public init(
        appLabel: String, name: String, verboseName: String? = nil, actions: [String] = Self.defaultActions,
        custom: [String: String] = [:]
    ) {
        self.appLabel = appLabel
        self.name = name
        self.verboseName = verboseName ?? Self.words(of: name)
        self.actions = actions
        self.custom = custom
    }

    /// The name in Django's content type, which is in lower case.
    public var model: String { name.lowercased() }

    /// The permission for an action: `payroll.view_payslip`.
    public func permission(to action: String) -> Permission {
        Permission(appLabel: appLabel, codename: "\(action)_\(model)")
    }

    /// Its permissions, named as Django names them; those for the actions first.
    public var permissions: [RegisteredPermission] {
        let forActions = actions.map {
            RegisteredPermission(permission: permission(to: $0), name: "Can \($0) \(verboseName)", model: model)
        }
        let others = custom.sorted { $0.key < $1.key }.map {
            RegisteredPermission(
                permission: Permission(appLabel: appLabel, codename: $0.key), name: $0.value, model: model)
        }
        return forActions + others
    }

    /// The words of a type's name, as Django's `camel_case_to_spaces` finds them: `HTTPRequestLog` is `http request log`.
    static func words(of name: String) -> String {
        let scalars = Array(name.unicodeScalars)
        let capitals = "A"..."Z" as ClosedRange<Unicode.Scalar>
        var words = ""
        for (index, scalar) in scalars.enumerated() {
            let followsSmall = index > 0 && ("a"..."z").contains(scalars[index - 1])
            let precedesOther = index + 1 < scalars.count && !capitals.contains(scalars[index + 1])
            if capitals.contains(scalar), index > 0, followsSmall || precedesOther { words += " " }
            words.unicodeScalars.append(scalar)
        }
        return words.lowercased()
    }
}

extension AccountStore {
    /// Registers the permissions of models, for an application to call when it starts. What is registered stays as it is, also under
    /// another name, and where nothing is missing nothing is written.
    /// - Parameters:
    ///   - models: The models.
    ///   - cause: Who wants this; it goes to the audit trail.
    /// - Returns: What was not registered before.
    /// - Throws: ``AccountStoreError`` if a name does not fit its column.
    @discardableResult
    public func register(_ models: [RegisteredModel], cause: ChangeCause) async throws -> [RegisteredPermission] {
        let known = Set(try await registeredPermissions().map(\.permission))
        let missing = models.flatMap(\.permissions).filter { !known.contains($0.permission) }
        if missing.isEmpty { return [] }
        let plan = AccountPlan(subject: .none, changes: missing.map { .registerPermission($0) })
        return try await apply([plan], cause: cause).flatMap(\.changes).compactMap {
            if case .registerPermission(let registered) = $0 { registered } else { nil }
        }
    }
}
