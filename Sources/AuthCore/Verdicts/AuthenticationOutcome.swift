/// The answer of a whole chain.
public enum AuthenticationOutcome: Sendable, Hashable {
    /// The person is who they say. `backend` is the name of the one that proved it; sessions record it.
    case authenticated(User, backend: String)
    /// Nobody knows the name.
    case notFound
    /// The credentials did not prove the account.
    case rejected(RejectionReason)
    /// Known, and must not come in.
    case denied(DenialReason)
    /// It cannot be known at the moment.
    case unavailable(OutageReason)

    /// The name of the verdict in logs, the audit trail and JSON: `authenticated`, `notFound`, `rejected`, `denied` or `unavailable`.
    public var verdict: String {
        switch self {
        case .authenticated: "authenticated"
        case .notFound: "notFound"
        case .rejected: "rejected"
        case .denied: "denied"
        case .unavailable: "unavailable"
        }
    }

    /// The reason from the closed vocabulary that log, audit, command and API share; `nil` for success.
    public var reason: String? {
        switch self {
        case .authenticated: nil
        case .notFound: RejectionReason.unknownUser.rawValue
        case .rejected(let reason): reason.rawValue
        case .denied(let reason): reason.rawValue
        case .unavailable(let reason): reason.rawValue
        }
    }

    /// The user who came in, if one did.
    public var user: User? {
        if case .authenticated(let user, _) = self { user } else { nil }
    }
}
