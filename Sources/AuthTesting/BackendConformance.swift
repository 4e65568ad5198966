public import AuthCore

/// The rules every ``AuthCore/AuthenticationBackend`` follows, as a suite that any test framework can run.
///
/// ```swift
/// @Test func theBackendConforms() async throws {
///     try await BackendConformance(
///         backend, accepted: [PasswordCredentials(username: "ann", password: "right")],
///         refused: [PasswordCredentials(username: "nobody", password: "any")]
///     ).run()
/// }
/// ```
public struct BackendConformance: Sendable {
    let backend: any AuthenticationBackend
    let accepted: [any Credentials]
    let refused: [any Credentials]

    /// A suite.
    /// - Parameters:
    ///   - backend: A backend that can answer: its servers run.
    ///   - accepted: Credentials that must prove somebody. Names and passwords among them are also tried in wrong forms, so the accounts
    ///     should not be locked by some ten wrong passwords.
    ///   - refused: Credentials that must not.
    public init(_ backend: any AuthenticationBackend, accepted: [any Credentials], refused: [any Credentials]) {
        self.backend = backend
        self.accepted = accepted
        self.refused = refused
    }

    /// Runs all checks, one after the other.
    /// - Throws: ``ConformanceFailure`` for the first rule that is broken; what the backend throws where it should know the answer.
    public func run() async throws {
        try require("A backend has a name.", !backend.name.isEmpty)
        try require("There is somebody to accept.", !accepted.isEmpty)
        try await foreignCredentialsAreNotFound()
        for credentials in accepted {
            try await aProvenIdentityStaysTheSame(credentials)
            try await aCancelledAttemptEnds(credentials)
            guard let credentials = credentials as? PasswordCredentials else { continue }
            try await wrongPasswordsAreRejected(credentials)
            try await aNameInAnotherCaseIsNobodyElse(credentials)
        }
        for credentials in refused { try await requireNobody("What must be refused is refused.", credentials) }
        try await strangeNamesAreNobody()
    }

    /// Asks as the chain does: first the look-up, then the question with what it found.
    func ask(_ credentials: any Credentials) async throws -> AuthenticationVerdict {
        var request = AuthenticationRequest(credentials: credentials)
        switch try await backend.lookUp(request) {
        case .unknown: return .notFound
        case .denied(let reason): return .denied(reason)
        case .known(let candidate): request.candidate = candidate
        case .possible: break
        }
        return try await backend.authenticate(request)
    }

    /// Requires that credentials prove nobody, neither through a look-up nor without one.
    func requireNobody(_ rule: String, _ credentials: any Credentials) async throws {
        for verdict in [
            try await ask(credentials), try await backend.authenticate(AuthenticationRequest(credentials: credentials)),
        ] {
            if case .authenticated(let identity) = verdict { throw ConformanceFailure(rule, found: "\(identity)") }
        }
    }
}

/// Credentials that no backend takes.
private struct ForeignCredentials: Credentials {
    var loginName: LoginName? { LoginName("foreign") }
}

extension BackendConformance {
    private func foreignCredentialsAreNotFound() async throws {
        let request = AuthenticationRequest(credentials: ForeignCredentials())
        try require(
            "Credentials of a foreign kind are not found.", try await backend.authenticate(request), is: .notFound)
        switch try await backend.lookUp(request) {
        case .unknown, .possible: break
        case .known, .denied:
            throw ConformanceFailure("A name in credentials of a foreign kind is not looked up.", found: "an answer")
        }
    }

    private func aProvenIdentityStaysTheSame(_ credentials: any Credentials) async throws {
        let first = try await identity(credentials)
        try require("The same credentials prove the same identity.", try await identity(credentials).key, is: first.key)
        guard case .external(let account) = first else { return }
        try require("An external account names its backend.", account.link.source, is: backend.name)
        try require("An external account has an id.", !account.link.id.isEmpty)
        try require("An external account has a username that can be used.", account.usernameProblem, is: nil)
    }

    private func identity(_ credentials: any Credentials) async throws -> ProvenIdentity {
        let verdict = try await ask(credentials)
        guard case .authenticated(let identity) = verdict else {
            throw ConformanceFailure("Right credentials prove somebody.", found: "\(verdict)")
        }
        return identity
    }

    private func aCancelledAttemptEnds(_ credentials: any Credentials) async throws {
        let attempt = Task { try await ask(credentials) }
        attempt.cancel()
        // The rule is that this returns; an answer that was faster than the cancelling is as good as an error.
        _ = await attempt.result
    }

    private func wrongPasswordsAreRejected(_ credentials: PasswordCredentials) async throws {
        let right = credentials.password.bytes
        let wrong: [[UInt8]] = [
            right + [0x78], Array(right.dropLast()), right + [0], [0] + right, [0x20] + right, [], [0x2A],
            Array(repeating: 0x78, count: PasswordCredentials.maximumPasswordBytes + 1),
        ]
        for password in wrong {
            let attempt = PasswordCredentials(username: credentials.username, password: Secret(password))
            try await requireNobody("Only the right password proves somebody.", attempt)
        }
        let verdict = try await ask(
            PasswordCredentials(username: credentials.username, password: Secret(right + [0x78])))
        try require("A wrong password for a known name is rejected.", verdict, is: .rejected(.wrongPassword))
    }

    private func aNameInAnotherCaseIsNobodyElse(_ credentials: PasswordCredentials) async throws {
        let right = try await identity(credentials).key
        for name in [credentials.username.text.uppercased(), credentials.username.text.lowercased()] {
            let verdict = try await ask(
                PasswordCredentials(username: LoginName(name), password: credentials.password))
            guard case .authenticated(let identity) = verdict else { continue }
            try require("A name in another case is the same person, or nobody.", identity.key, is: right)
        }
    }

    private func strangeNamesAreNobody() async throws {
        let password = accepted.lazy.compactMap { $0 as? PasswordCredentials }.first?.password ?? Secret("password")
        var names = [
            "", " ", "*", "a*", "(", ")(uid=*", "\\", "\\2a", "\u{0}", "a\u{0}b", "line\nbreak", "\u{202E}nna",
            "\u{FFFD}",
            "%s%n", "' OR 1=1 --", "../../etc/passwd", "cn=admin,dc=example,dc=org",
            String(repeating: "x", count: 1024),
            String(repeating: "x", count: 5000),
        ].map { LoginName($0) }
        names.append(LoginName(utf8: [0x61, 0xFF, 0xC3]))
        for name in names {
            try await requireNobody(
                "A strange name proves nobody (\(name.text.prefix(20))).",
                PasswordCredentials(username: name, password: password))
        }
    }
}

extension ProvenIdentity {
    /// What tells one person from another.
    fileprivate var key: String {
        switch self {
        case .local(let id): "local:\(id)"
        case .external(let account): "\(account.link.source):\(account.link.id)"
        }
    }
}
