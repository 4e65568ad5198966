/// One member of the chain: something that can tell whether credentials are right.
///
/// The smallest backend is a name and ``authenticate(_:)``:
///
/// ```swift
/// struct Partners: AuthenticationBackend {
///     let name = "partners"
///     func authenticate(_ request: AuthenticationRequest) async throws -> AuthenticationVerdict {
///         guard let credentials = request.credentials as? PasswordCredentials,
///             let partner = await partners.find(credentials.username.folded)
///         else { return .notFound }
///         guard partner.accepts(credentials.password) else { return .rejected(.wrongPassword) }
///         return .authenticated(.external(ExternalAccount(
///             link: ExternalLink(source: name, id: partner.id), username: partner.login)))
///     }
/// }
/// ```
///
/// A backend says who somebody is, and the chain mirrors that; it does not make or change accounts itself. A backend that cannot know the
/// answer throws ``AuthenticationOutage``.
public protocol AuthenticationBackend: Sendable {
    /// The backend's name, as in the configuration. Accounts it owns and sessions it opened are recorded under it.
    var name: String { get }

    /// What an external account of this backend may change locally. Default: people are mirrored, groups are not.
    var mirrorPolicy: MirrorPolicy { get }

    /// What the application knows about this backend's people beside it. Default: `nil`, nothing.
    var mirrorHook: MirrorHook? { get }

    /// Whether the chain goes on to look a name up in the next backends when this one cannot be asked. Default: ``OutagePolicy/next``.
    var onOutage: OutagePolicy { get }

    /// Whether this backend decides about accounts that live here: those with a usable password and no link. Default: `false`.
    var ownsLocalAccounts: Bool { get }

    /// Says, without looking at the secret in the credentials, whether this backend knows who they speak of.
    ///
    /// The chain asks all backends this before one is shown the secret. Default: ``Lookup/possible``, the bind is the look-up.
    func lookUp(_ request: AuthenticationRequest) async throws -> Lookup

    /// Checks the credentials.
    ///
    /// Called only if the backend owns the account, or if its look-up was not ``Lookup/unknown``.
    func authenticate(_ request: AuthenticationRequest) async throws -> AuthenticationVerdict

    /// Whether another entry of this backend still goes by a username. Asked when a new entry comes under a name that a linked account
    /// has, to tell a name that was passed on from two entries that share one. Default: `true`, which keeps names where they are.
    func stillHolds(_ username: String, _ link: ExternalLink, _ context: AuthenticationContext) async throws -> Bool

    /// Whether a session that this backend opened goes on. Asked at each use of the session, and so to be answered from what is at hand.
    ///
    /// It is not asked about accounts that are not active, or that have another password than when the session was opened; those sessions are
    /// over. Default: whether the account is still the backend's to let in.
    /// - Throws: ``AuthenticationOutage`` if it cannot know; the session goes on when it can again.
    func keeps(_ session: Session, of account: AccountRecord) async throws -> Bool

    /// Spends as much work as checking a wrong password would, so that answers to unknown and known names take the same time. Called once
    /// for each failed attempt that no backend of this kind was asked about. Default: nothing.
    func spendDecoyWork(_ request: AuthenticationRequest) async
}

/// What a backend is asked about.
public struct AuthenticationRequest: Sendable {
    /// What was presented.
    public var credentials: any Credentials
    /// Where it comes from, and the time there is.
    public var context: AuthenticationContext
    /// The local account that goes by the presented name, if there is one.
    public var account: AccountRecord?
    /// What the backend's own ``AuthenticationBackend/lookUp(_:)`` found, handed back to it; `nil` where it was not asked to look.
    public var candidate: (any Sendable)?

    /// A request.
    public init(
        credentials: any Credentials, context: AuthenticationContext = AuthenticationContext(),
        account: AccountRecord? = nil, candidate: (any Sendable)? = nil
    ) {
        self.credentials = credentials
        self.context = context
        self.account = account
        self.candidate = candidate
    }
}

/// Whether a backend knows a name.
public enum Lookup: Sendable {
    /// It does not, or the credentials are none of its business.
    case unknown
    /// It does. What it found is handed back to it when it is asked to authenticate.
    case known(any Sendable)
    /// It cannot tell without trying the credentials.
    case possible
    /// The name is known and nobody can come in by it, as when it is not unique.
    case denied(DenialReason)
}

/// What an outage of a backend means for a name that has no owner yet.
public enum OutagePolicy: String, Sendable, Hashable, CaseIterable {
    /// The next backends are asked.
    case next
    /// Nobody else is; the answer is "unavailable".
    case stop
}

extension AuthenticationBackend {
    public var mirrorPolicy: MirrorPolicy { MirrorPolicy() }
    public var mirrorHook: MirrorHook? { nil }
    public var onOutage: OutagePolicy { .next }
    public var ownsLocalAccounts: Bool { false }

    public func lookUp(_ request: AuthenticationRequest) async throws -> Lookup { .possible }

    public func stillHolds(
        _ username: String, _ link: ExternalLink, _ context: AuthenticationContext
    ) async throws -> Bool { true }

    public func keeps(_ session: Session, of account: AccountRecord) async throws -> Bool { owns(account) }

    /// Whether this backend decides who comes into an account.
    func owns(_ account: AccountRecord) -> Bool {
        switch account.owner {
        case .local: ownsLocalAccounts
        case .external(let source): source == name
        case .nobody: false
        }
    }

    public func spendDecoyWork(_ request: AuthenticationRequest) async {}
}
