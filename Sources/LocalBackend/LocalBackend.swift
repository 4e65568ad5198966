public import AuthCore

/// Lets in those whose password is kept here: Django's `ModelBackend`.
///
/// It decides about accounts with a usable password and no link, and about no others, whatever their password columns hold. In a chain it
/// is mostly last, as the way in for administrators when the directory is away.
public struct LocalBackend: AuthenticationBackend {
    public let name: String
    /// Checks the passwords.
    public let hashing: PasswordHashing
    /// What passwords must be that people choose.
    public let policy: PasswordPolicy
    let store: any AccountStore

    /// A backend.
    /// - Parameters:
    ///   - name: Default: `local`.
    ///   - store: Where the accounts are.
    ///   - hashing: Checks the passwords. Default: as Django 6.1 does.
    ///   - policy: What new passwords must be. Default: nothing, as in Django.
    public init(
        name: String = "local", store: any AccountStore, hashing: PasswordHashing = PasswordHashing(),
        policy: PasswordPolicy = PasswordPolicy()
    ) {
        self.name = name
        self.store = store
        self.hashing = hashing
        self.policy = policy
    }

    public var ownsLocalAccounts: Bool { true }

    public func lookUp(_ request: AuthenticationRequest) async throws -> Lookup {
        guard let credentials = request.credentials as? PasswordCredentials, credentials.flaw == nil else {
            return .unknown
        }
        switch try await account(of: credentials, in: request) {
        case .none: return .unknown
        case .account(let record): return record.owner == .local ? .known(record) : .unknown
        case .ambiguous: return .denied(.ambiguousUser)
        }
    }

    public func authenticate(_ request: AuthenticationRequest) async throws -> AuthenticationVerdict {
        guard let credentials = request.credentials as? PasswordCredentials else { return .notFound }
        if let flaw = credentials.flaw { return .rejected(flaw) }
        guard case .account(let record) = try await account(of: credentials, in: request), record.owner == .local else {
            try await hashing.spendWork()
            return .notFound
        }
        switch try await hashing.verify(credentials.password, against: record.password) {
        case .wrong:
            return .rejected(.wrongPassword)
        case .unverifiable(let error):
            request.context.trace?.warn("The account '\(record.user.username)' cannot log in. \(error.message)")
            return .rejected(.wrongPassword)
        case .right(let mustUpdate):
            // Said only to somebody who knows the password.
            guard record.user.isActive else { return .denied(.accountDisabled) }
            if mustUpdate { await strengthen(record, credentials.password, request.context) }
            return .authenticated(.local(record.user.id))
        }
    }

    public func spendDecoyWork(_ request: AuthenticationRequest) async {
        guard request.credentials is PasswordCredentials else { return }
        // Nothing depends on it; a cancelled attempt need not look like a finished one.
        try? await hashing.spendWork(yielding: true)
    }

    private func account(
        of credentials: PasswordCredentials, in request: AuthenticationRequest
    ) async throws -> NameResolution {
        if let known = request.account ?? request.candidate as? AccountRecord { return .account(known) }
        return try await store.resolve(credentials.username)
    }

    /// Hashes a right password again as new ones are. The person comes in also if that fails.
    private func strengthen(_ record: AccountRecord, _ password: Secret, _ context: AuthenticationContext) async {
        do {
            let stronger = try await hashing.encode(password, replacing: record.password)
            let change = AccountChange.setPassword(stronger, replacing: record.password)
            try await store.apply(
                [AccountPlan(subject: .account(record.user.id), changes: [change])], cause: .login(source: name))
        } catch {
            context.trace?.warn("The password of '\(record.user.username)' was not hashed again. \(error)")
        }
    }
}
