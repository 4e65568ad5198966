/// What one user may do, as it was when ``PermissionResolver/load(_:on:)`` read it: in general, or with one object.
///
/// It belongs to one request, as Django's cache belongs to one user object: changes made meanwhile do not show, and whoever needs them
/// loads anew.
///
/// ```swift
/// let permissions = try await bridge.permissions.load(user)
/// if permissions.has(viewPayslip) { … }
/// if permissions.hasAny(inModule: "payroll") { … }
/// ```
public struct UserPermissions: Sendable {
    /// Whose they are; `nil` for somebody who has not logged in.
    public let user: User?

    /// What the user's flags settle.
    enum Standing {
        case inactive, superuser, ordinary
    }

    let standing: Standing
    /// What each source says, by its name.
    var answers: [(source: String, answer: PermissionAnswer)] = []

    init(user: User?) {
        self.user = user
        guard let user else {
            standing = .ordinary
            return
        }
        standing = !user.isActive ? .inactive : user.isSuperuser ? .superuser : .ordinary
    }

    /// Whether the user may.
    public func has(_ permission: Permission) -> Bool {
        switch standing {
        case .inactive: false
        case .superuser: true
        case .ordinary:
            answers.contains { $0.answer.granted[permission] != nil }
                && !answers.contains { $0.answer.denied.contains(permission) }
        }
    }

    /// Whether the user may all of these (Django's `has_perms`).
    public func hasAll(_ permissions: some Sequence<Permission>) -> Bool {
        permissions.allSatisfy(has)
    }

    /// Whether the user may anything at all in an application (Django's `has_module_perms`): a superuser may in any, known or not.
    public func hasAny(inModule appLabel: String) -> Bool {
        if standing == .superuser { return true }
        return answers.contains { $0.answer.granted.keys.contains { $0.appLabel == appLabel && has($0) } }
    }

    /// All of them (Django's `get_all_permissions`). For a superuser, those that sources list; ``has(_:)`` grants others too.
    public var all: Set<Permission> { held { _ in true } }

    /// Those given to the user and not through a group (Django's `get_user_permissions`). For a superuser, all that sources list.
    public var direct: Set<Permission> {
        held { if case .direct = $0 { true } else { false } }
    }

    /// Those that come through groups (Django's `get_group_permissions`). For a superuser, all that sources list.
    public var throughGroups: Set<Permission> {
        held { if case .group = $0 { true } else { false } }
    }

    private func held(by isMeant: (PermissionOrigin) -> Bool) -> Set<Permission> {
        var held: Set<Permission> = []
        for (_, answer) in answers {
            for permission in answer.granted.keys where has(permission) {
                let isMeant = standing == .superuser || (answer.origins(of: permission) ?? []).contains(where: isMeant)
                if isMeant { held.insert(permission) }
            }
        }
        return held
    }

    /// Whether the user may, and why.
    public func decide(_ permission: Permission) -> PermissionDecision {
        switch standing {
        case .inactive: return PermissionDecision(isGranted: false, grounds: [.inactive])
        case .superuser: return PermissionDecision(isGranted: true, grounds: [.superuser])
        case .ordinary: break
        }
        let denials = answers.filter { $0.answer.denied.contains(permission) }
        if !denials.isEmpty {
            return PermissionDecision(isGranted: false, grounds: denials.map { .denied(by: $0.source) })
        }
        let grants = answers.flatMap { source, answer in
            (answer.origins(of: permission) ?? []).map { PermissionDecision.Ground.granted(by: source, $0) }
        }
        return PermissionDecision(isGranted: !grants.isEmpty, grounds: grants.isEmpty ? [.nobodyGrants] : grants)
    }

    /// Whether the user meets a requirement, and which part failed.
    public func check(_ requirement: PermissionRequirement) -> RequirementCheck {
        RequirementCheck(requirement, by: self)
    }
}
