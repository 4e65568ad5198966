/// Whether somebody may do something, and the grounds.
public struct PermissionDecision: Sendable, Hashable {
    /// One ground of a decision.
    public enum Ground: Sendable, Hashable {
        /// The user is not active.
        case inactive
        /// The user is a superuser.
        case superuser
        /// A source grants it, and how.
        case granted(by: String, PermissionOrigin)
        /// A source denies it.
        case denied(by: String)
        /// No source grants it.
        case nobodyGrants
    }

    /// The decision.
    public var isGranted: Bool
    /// Why: all grounds for the decision that was made.
    public var grounds: [Ground]

    /// A decision.
    public init(isGranted: Bool, grounds: [Ground]) {
        self.isGranted = isGranted
        self.grounds = grounds
    }
}

extension PermissionDecision.Ground: CustomStringConvertible {
    /// The ground in words.
    public var description: String {
        switch self {
        case .inactive: "the account is not active"
        case .superuser: "the account is a superuser's"
        case .granted(let source, let origin): "\(source): \(origin)"
        case .denied(let source): "\(source) denies it"
        case .nobodyGrants: "nobody grants it"
        }
    }
}

extension PermissionOrigin: CustomStringConvertible {
    /// How the permission was come by, in words.
    public var description: String {
        switch self {
        case .direct(nil, nil): "given here"
        case .direct(nil, let rule?): "by the rule: \(rule)"
        case .direct(let source?, let rule): "by the rule of \(source): \(rule ?? "unknown")"
        case .group(let name, nil): "through the group '\(name)', put in here by hand"
        case .group(let name, let source?): "through the group '\(name)', which '\(source)' put them in"
        }
    }
}
