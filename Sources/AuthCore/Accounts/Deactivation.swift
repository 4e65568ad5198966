/// That a source, and no administrator, deactivated an account: who it was and why. That source may activate the account again, unless the
/// account waits for approval, which only an administrator gives.
public struct Deactivation: Sendable, Hashable {
    /// The source.
    public var source: String
    /// Why.
    public var reason: DeactivationReason

    /// A deactivation.
    public init(source: String, reason: DeactivationReason) {
        self.source = source
        self.reason = reason
    }

    /// Whether the account waits for an administrator.
    public var isPendingApproval: Bool { reason == .denied(.pendingApproval) }
}

/// Why a source deactivates an account.
public enum DeactivationReason: Sendable, Hashable, RawRepresentable {
    /// The source provably has no such person any more.
    case absent
    /// The source knows the person, who must not come in.
    case denied(DenialReason)

    /// The reason as it is kept: `absent`, or the raw value of a ``DenialReason``.
    public var rawValue: String {
        switch self {
        case .absent: "absent"
        case .denied(let reason): reason.rawValue
        }
    }

    /// The reason that a kept word stands for.
    public init?(rawValue: String) {
        if rawValue == "absent" {
            self = .absent
        } else if let reason = DenialReason(rawValue: rawValue) {
            self = .denied(reason)
        } else {
            return nil
        }
    }
}
