/// Whether somebody meets a requirement; if not, which parts of it failed.
public struct RequirementCheck: Sendable, Hashable {
    /// A part of a requirement that was not met.
    public enum Failure: Sendable, Hashable {
        /// The user is not active; nothing else was looked at.
        case inactive
        /// A permission that is asked for, and why the user does not have it.
        case missing(Permission, [PermissionDecision.Ground])
        /// A permission that the user must not have, and why the user has it.
        case held(Permission, [PermissionDecision.Ground])
        /// A list of alternatives, or of what must not be all so, that is empty.
        case nothingMeets(PermissionRequirement)
    }

    /// What was asked for.
    public let requirement: PermissionRequirement
    /// What failed, in the order written; empty if the requirement is met. Of alternatives that all failed, each is here.
    public let failures: [Failure]

    /// Whether the requirement is met.
    public var isMet: Bool { failures.isEmpty }

    init(_ requirement: PermissionRequirement, by permissions: UserPermissions) {
        self.requirement = requirement
        if permissions.standing == .inactive {
            failures = [.inactive]
        } else {
            failures = requirement.failures(for: permissions, wanted: true)
        }
    }
}

extension PermissionRequirement {
    private func holds(for permissions: UserPermissions) -> Bool {
        switch self {
        case .permission(let permission): permissions.has(permission)
        case .all(let parts): parts.allSatisfy { $0.holds(for: permissions) }
        case .any(let parts): parts.contains { $0.holds(for: permissions) }
        case .not(let part): !part.holds(for: permissions)
        }
    }

    /// What keeps it from being so, or from not being so; empty if nothing does.
    fileprivate func failures(for permissions: UserPermissions, wanted: Bool) -> [RequirementCheck.Failure] {
        guard holds(for: permissions) != wanted else { return [] }
        switch self {
        case .permission(let permission):
            let grounds = permissions.decide(permission).grounds
            return [wanted ? .missing(permission, grounds) : .held(permission, grounds)]
        case .not(let part):
            return part.failures(for: permissions, wanted: !wanted)
        case .all(let parts), .any(let parts):
            if parts.isEmpty { return [.nothingMeets(self)] }
            return parts.flatMap { $0.failures(for: permissions, wanted: wanted) }
        }
    }
}

extension RequirementCheck: CustomStringConvertible {
    /// The result in words, for logs and administrators: not for the person, who is not to learn how rights are arranged.
    public var description: String {
        isMet
            ? "\(requirement) is met"
            : "\(requirement) is not met: \(failures.map(\.description).joined(separator: "; "))"
    }
}

extension RequirementCheck.Failure: CustomStringConvertible {
    /// The failure in words.
    public var description: String {
        let words = { (grounds: [PermissionDecision.Ground]) in grounds.map(\.description).joined(separator: ", ") }
        return switch self {
        case .inactive: "the account is not active"
        case .missing(let permission, let grounds): "\(permission) is missing (\(words(grounds)))"
        case .held(let permission, let grounds): "\(permission) must not be held (\(words(grounds)))"
        case .nothingMeets(let requirement): "\(requirement) cannot be met"
        }
    }
}
