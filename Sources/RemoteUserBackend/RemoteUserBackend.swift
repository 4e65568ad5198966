public import AuthCore

/// Lets in those whom a trusted proxy has let in: Django's `RemoteUserBackend`, with the groups, names and addresses that portals send.
///
/// ```swift
/// let portal = try RemoteUserBackend(
///     name: "portal",
///     configuration: RemoteUserConfiguration(
///         excludedGroups: ["Administrators"], staff: .leaf(.name("staff")),
///         logoutAddress: URL(string: "https://auth.example.org/logout")))
/// let chain = Authenticator(backends: [portal, local], store: store)
///
/// if case .user(let credentials) = reader.read(fields, from: peer).identity {
///     let report = await chain.authenticate(credentials)
/// }
/// ```
///
/// The person is mirrored as one of a directory would be, by the same reconciler: an account with an unusable password that is linked to this
/// backend under the folded name. Names, address, groups and the staff flag are refreshed at each login; what the proxy does not say is left
/// alone, what it says is empty is cleared. An account of the same name that lives here or belongs to another backend is never entered:
/// ownership holds for portals too. To configure users at each login in further ways, give a ``AuthCore/MirrorHook`` (Django's
/// `configure_user`).
///
/// Since the folded name is the identity, a portal in which `ann` and `Ann` are two people cannot be trusted, and a name that the portal gives
/// to somebody else takes the account along.
public struct RemoteUserBackend: AuthenticationBackend {
    public let name: String
    /// What becomes of the people the portal names.
    public let configuration: RemoteUserConfiguration
    public let mirrorPolicy: MirrorPolicy
    public let mirrorHook: MirrorHook?

    /// A backend.
    /// - Parameters:
    ///   - name: Default: `remote`.
    ///   - configuration: What becomes of the people the portal names.
    ///   - hook: What the application knows about them beside it. Default: `nil`.
    /// - Throws: ``RemoteUserConfigurationError`` for what cannot work.
    public init(
        name: String = "remote", configuration: RemoteUserConfiguration = RemoteUserConfiguration(),
        hook: MirrorHook? = nil
    ) throws(RemoteUserConfigurationError) {
        if name.isEmpty { throw RemoteUserConfigurationError(.backendName, "A backend needs a name.") }
        try configuration.requireSense()
        self.name = name
        self.configuration = configuration
        mirrorPolicy = configuration.mirrorPolicy
        mirrorHook = hook
    }

    /// Knows everybody whom its own proxies name.
    public func lookUp(_ request: AuthenticationRequest) async throws -> Lookup {
        credentials(in: request).map { .known($0) } ?? .unknown
    }

    /// Takes the proxy's word.
    public func authenticate(_ request: AuthenticationRequest) async throws -> AuthenticationVerdict {
        guard let credentials = credentials(in: request) else { return .notFound }
        if let flaw = credentials.flaw { return .rejected(flaw) }
        return .authenticated(.external(account(of: credentials, known: request.account)))
    }

    /// Whether somebody of the portal still goes by a username: the name is all that they are.
    public func stillHolds(
        _ username: String, _ link: ExternalLink, _ context: AuthenticationContext
    ) async throws -> Bool {
        LoginName.fold(username) == link.id
    }

    private func credentials(in request: AuthenticationRequest) -> RemoteUserCredentials? {
        guard let credentials = request.credentials as? RemoteUserCredentials, credentials.source == name else {
            return nil
        }
        return credentials
    }
}
