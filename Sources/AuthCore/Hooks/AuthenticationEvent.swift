public import Foundation

/// One attempt to authenticate and what came of it: who logged in or failed and why, what was mirrored, which directory was unavailable.
///
/// There is exactly one for each attempt that the chain was asked about, and none for a bind test. It holds no password and no hash. (Django's
/// signals `user_logged_in` and `user_login_failed`, and `ldap_error` of django-auth-ldap.)
public struct AuthenticationEvent: Sendable, Hashable {
    /// When it was decided.
    public var time: Date
    /// The answer: a user and the backend that let them in, or why nobody came in.
    public var outcome: AuthenticationOutcome
    /// The name that was typed, if one was. People type passwords into the wrong box now and then: what is no name of anybody's
    /// (``AuthenticationOutcome/notFound``, ``RejectionReason/malformedName``) should not be kept for long.
    public var name: String?
    /// The backend that gave the answer; `nil` where none was asked or none knew the name.
    public var backend: String?
    /// What was changed locally to mirror the person; empty if all was as it should be. Of a new account's password column it shows only that it is unusable.
    public var changes: [AccountChange]
    /// The backends that could not be asked, also where another one gave the answer.
    public var outages: [BackendOutage]
    /// The address of the client, if known.
    public var clientAddress: String?
    /// The name of the attempt that log lines share, if it has one.
    public var requestID: String?

    /// An event.
    public init(
        time: Date, outcome: AuthenticationOutcome, name: String? = nil, backend: String? = nil,
        changes: [AccountChange] = [], outages: [BackendOutage] = [], clientAddress: String? = nil,
        requestID: String? = nil
    ) {
        self.time = time
        self.outcome = outcome
        self.name = name
        self.backend = backend
        self.changes = changes.map(\.withoutPassword)
        self.outages = outages
        self.clientAddress = clientAddress
        self.requestID = requestID
    }
}

extension AccountChange {
    /// The change as others may see it. Sessions hang on the random part of an unusable password, too.
    fileprivate var withoutPassword: AccountChange {
        switch self {
        case .create(var account):
            account.password = account.password.shown
            return .create(account)
        case .setPassword(let password, let replaced):
            return .setPassword(password.shown, replacing: replaced?.shown)
        default:
            return self
        }
    }
}

extension EncodedPassword {
    fileprivate var shown: EncodedPassword { EncodedPassword(encoded: isUsable ? "" : "!") }
}
