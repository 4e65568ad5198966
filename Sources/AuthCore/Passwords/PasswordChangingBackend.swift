/// A backend that can give the accounts it owns another password.
public protocol PasswordChangingBackend: AuthenticationBackend {
    /// Changes a password.
    ///
    /// Only the owner of the account is asked, or the one backend whose ``AuthenticationBackend/lookUp(_:)`` knows a name that has no
    /// account yet. Whatever the answer, the change is attempted once and never repeated.
    /// - Returns: What became of it. A refusal is an answer.
    /// - Throws: ``AuthenticationOutage`` if it cannot be asked; nothing was changed then.
    func changePassword(_ request: PasswordChangeRequest) async throws -> PasswordChangeOutcome

    /// Whose password a request without an account is about, so that the account is found that has another name than was typed.
    /// - Returns: `nil` if it is about nobody, or not about one alone.
    /// - Throws: ``AuthenticationOutage`` if it cannot be asked.
    func link(of request: PasswordChangeRequest) async throws -> ExternalLink?
}

extension PasswordChangingBackend {
    public func link(of request: PasswordChangeRequest) async throws -> ExternalLink? { nil }
}

/// What a backend is asked to change.
public struct PasswordChangeRequest: Sendable {
    /// By what right a password is changed.
    public enum Authority: Sendable {
        /// The person knows the present password.
        case person(oldPassword: Secret)
        /// An administrator resets it. `mustChange`: the person has to set another one at the next login.
        case administrator(mustChange: Bool)
    }

    /// The name by which the account was named.
    public var username: LoginName
    /// The local account, if there is one.
    public var account: AccountRecord?
    /// What the backend's own look-up found, where it was asked to look.
    public var candidate: (any Sendable)?
    /// By what right.
    public var authority: Authority
    /// The new password, exactly as typed.
    public var newPassword: Secret
    /// Who wants this, for the audit trail.
    public var cause: ChangeCause
    /// Where it comes from, and the time there is.
    public var context: AuthenticationContext

    /// A request.
    public init(
        username: LoginName, account: AccountRecord? = nil, candidate: (any Sendable)? = nil, authority: Authority,
        newPassword: Secret, cause: ChangeCause, context: AuthenticationContext = AuthenticationContext()
    ) {
        self.username = username
        self.account = account
        self.candidate = candidate
        self.authority = authority
        self.newPassword = newPassword
        self.cause = cause
        self.context = context
    }

    /// Why no backend need be asked: a password that nobody could ever log in with, or one that changes nothing.
    public var flaw: PasswordRefusal? {
        let limit = PasswordCredentials.maximumPasswordBytes
        if newPassword.isEmpty { return PasswordRefusal(.unusable, "The new password is empty.") }
        if newPassword.bytes.count > limit {
            return PasswordRefusal(.unusable, "The new password is longer than \(limit) bytes.")
        }
        if newPassword.bytes.contains(0) { return PasswordRefusal(.unusable, "The new password holds a NUL byte.") }
        if newPassword.bytes.contains(where: { $0 == UInt8(ascii: "\n") || $0 == UInt8(ascii: "\r") }) {
            return PasswordRefusal(.unusable, "The new password holds a line break, which no login form can send.")
        }
        guard case .person(let oldPassword) = authority else { return nil }
        if PasswordCredentials(username: username, password: oldPassword).flaw != nil {
            return PasswordRefusal(.wrongPassword, "The name or the old password cannot be anybody's.")
        }
        if oldPassword.bytes == newPassword.bytes {
            return PasswordRefusal(.sameAsOld, "The new password is the old one.")
        }
        return nil
    }
}

/// What became of a password.
public enum PasswordChangeOutcome: Sendable, Hashable {
    /// It is the new one. `warnings`: what was asked for beside it and could not be had, in sentences for administrators.
    case changed(warnings: [String] = [])
    /// It is what it was.
    case refused(PasswordRefusal)
    /// The request was sent and the answer never came, so either password may be the right one. Never repeated by itself: the person
    /// should try the new password first.
    case unknown(explanation: String)
}

extension PasswordChangeOutcome {
    /// What the person is told where it is not known which password counts.
    public static var textOfUnknown: String {
        "It is not known whether the password was changed. Try to log in with the new one, and with the old one if that fails."
    }
}
