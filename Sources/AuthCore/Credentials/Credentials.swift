/// What somebody presents in order to be let in: a name and password, a token, the headers of a trusted proxy, anything an application
/// defines.
///
/// A backend takes the kinds it knows and answers ``AuthenticationVerdict/notFound`` to the others, so backends for different kinds of
/// credentials stand side by side in one chain (Django skips a backend whose `authenticate` does not take the arguments).
public protocol Credentials: Sendable {
    /// The name that is claimed, where the credentials carry one. The chain resolves it locally first, to find who owns the account.
    var loginName: LoginName? { get }

    /// What makes the credentials worthless whoever is asked, such as an empty password; `nil` if there is nothing wrong with them.
    ///
    /// The chain answers with it before any backend, and so before any packet is sent.
    var flaw: RejectionReason? { get }

    /// Whether a wrong one could be somebody's guess, so that failures are counted. Default: `true`; `false` where there is nothing to guess, as
    /// in the headers of a proxy that is trusted.
    var canBeGuessed: Bool { get }
}

extension Credentials {
    public var flaw: RejectionReason? { nil }
    public var canBeGuessed: Bool { true }
}

/// A name and a password, as typed into a login form.
public struct PasswordCredentials: Credentials {
    /// The most bytes a password may have. Longer ones are refused without being hashed or sent.
    public static let maximumPasswordBytes = 1024

    /// The name.
    public let username: LoginName

    /// The password. Never logged, never normalised.
    public let password: Secret

    /// Credentials from a name and a password.
    public init(username: LoginName, password: Secret) {
        self.username = username
        self.password = password
    }

    /// Credentials from text.
    public init(username: String, password: String) {
        self.init(username: LoginName(username), password: Secret(password))
    }

    public var loginName: LoginName? { username }

    /// A malformed name; an empty password, which a directory may take for an anonymous bind and answer with success
    /// (RFC 4513 section 5.1.2); a password with a NUL byte, which C code may cut short; one of absurd length.
    public var flaw: RejectionReason? {
        if username.problem != nil { return .malformedName }
        if password.isEmpty { return .emptyPassword }
        if password.bytes.count > Self.maximumPasswordBytes || password.bytes.contains(0) { return .wrongPassword }
        return nil
    }
}
