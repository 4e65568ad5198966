public import AuthCore
public import LDAPClient
public import Logging

/// Lets people in with the password they have in a directory.
///
/// The name is looked up by a search as the service account; the password is tested by binding as the entry that was found; what the
/// entry says about the account, groups and rules say whether the person may come in and what they may do. The answer is a verdict with an ``ExternalAccount``; the chain mirrors it.
/// Logins write nothing in the directory, and here only which groups its rules stand for; passwords are changed where somebody asks for it.
///
/// A login costs one user search, one bind, one search for direct groups, and one more for each level of nesting; other ways of reading groups
/// cost what ``MembershipStrategy`` says.
public struct LDAPBackend: AuthenticationBackend {
    public let name: String
    public let mirrorPolicy: MirrorPolicy
    public let onOutage: OutagePolicy
    public let mirrorHook: MirrorHook?

    let client: LDAPClient
    let logger: Logger
    private let recognition: DirectoryRecognition
    let attempts: BindAttempts
    let lockoutPolicies: LockoutPolicies
    let now: @Sendable () -> DirectoryTime

    /// A backend for a directory of a known kind.
    /// - Parameters:
    ///   - configuration: How the directory describes its people.
    ///   - client: The way to the directory. Its owner shuts it down.
    ///   - memory: Remembers which groups rules stood for; mostly the account store.
    ///   - hook: What the application knows about this directory's people beside it. Logins and syncs with this backend go by it. Default: `nil`.
    ///   - logger: Hears of rules that cannot be decided.
    ///   - now: The time, by which accounts and passwords expire. Default: the machine's clock.
    public init(
        configuration: LDAPBackendConfiguration, client: LDAPClient, memory: any RuleGroupMemory,
        hook: MirrorHook? = nil, logger: Logger = Logger(label: "auth.ldap"),
        now: @escaping @Sendable () -> DirectoryTime = { .now }
    ) {
        self.init(
            configuration: configuration, client: client, memory: memory, hook: hook, logger: logger, clock: { .now },
            now: now)
    }

    /// A backend for a directory whose kind is recognised by its root DSE (RFC 4512, 5.1) when it is first asked, and holds from then on.
    ///
    /// Until it could be asked, it is as if it were down.
    /// - Parameters:
    ///   - candidates: How the directory describes its people, for each kind it may be of. They may differ in what a ``DirectoryPreset``
    ///     says: the names of attributes, the filter, the type of groups.
    ///   - client: The way to the directory. Its owner shuts it down.
    ///   - memory: Remembers which groups rules stood for; mostly the account store.
    ///   - hook: What the application knows about this directory's people beside it, as above.
    ///   - logger: Hears which kind it is, and of rules that cannot be decided.
    ///   - now: The time, by which accounts and passwords expire. Default: the machine's clock.
    public init?(
        recognisedAmong candidates: [DirectoryPreset: LDAPBackendConfiguration], client: LDAPClient,
        memory: any RuleGroupMemory, hook: MirrorHook? = nil, logger: Logger = Logger(label: "auth.ldap"),
        now: @escaping @Sendable () -> DirectoryTime = { .now }
    ) {
        guard let any = candidates.min(by: { $0.key.rawValue < $1.key.rawValue })?.value else { return nil }
        let recognition = DirectoryRecognition(candidates, presumed: any, memory: memory, logger: logger)
        self.init(any, recognition, client: client, hook: hook, logger: logger, clock: { .now }, now: now)
    }

    /// - Parameter clock: By what attempts are remembered.
    init(
        configuration: LDAPBackendConfiguration, client: LDAPClient, memory: any RuleGroupMemory,
        hook: MirrorHook? = nil,
        logger: Logger, clock: @escaping @Sendable () -> ContinuousClock.Instant,
        now: @escaping @Sendable () -> DirectoryTime
    ) {
        let recognition = DirectoryRecognition(configuration, memory: memory, logger: logger)
        self.init(configuration, recognition, client: client, hook: hook, logger: logger, clock: clock, now: now)
    }

    /// - Parameter configuration: What holds of every kind is taken from it.
    private init(
        _ configuration: LDAPBackendConfiguration, _ recognition: DirectoryRecognition, client: LDAPClient,
        hook: MirrorHook?, logger: Logger,
        clock: @escaping @Sendable () -> ContinuousClock.Instant, now: @escaping @Sendable () -> DirectoryTime
    ) {
        name = configuration.name
        mirrorPolicy = configuration.mirrorPolicy
        onOutage = configuration.onOutage
        mirrorHook = hook
        self.client = client
        self.logger = logger
        self.recognition = recognition
        attempts = BindAttempts(configuration.attempts, now: clock)
        lockoutPolicies = LockoutPolicies(now: clock)
        self.now = now
    }

    /// How the directory is read. One that is to be recognised is asked what it is, once.
    /// - Throws: ``AuthenticationOutage`` if that is not known and cannot be found out.
    public func configuration(
        _ context: AuthenticationContext = AuthenticationContext()
    ) async throws -> LDAPBackendConfiguration {
        try await directory(context).configuration
    }

    /// What the directory was recognised as; `nil` where that is configured.
    /// - Throws: ``AuthenticationOutage`` if that is not known and cannot be found out.
    public func recognised(
        _ context: AuthenticationContext = AuthenticationContext()
    ) async throws -> RecognisedDirectory? {
        try await directory(context).recognised
    }

    func directory(_ context: AuthenticationContext = AuthenticationContext()) async throws -> PreparedDirectory {
        try await recognition.directory(client, context)
    }

    /// Finds the entry by a search. With a DN template there is nothing to search, and the bind is the look-up.
    public func lookUp(_ request: AuthenticationRequest) async throws -> Lookup {
        guard let credentials = request.credentials as? PasswordCredentials, credentials.flaw == nil else {
            return .unknown
        }
        return try await reading(request.context) { reader in
            guard let sought = reader.configuration.users.sought(credentials.username) else { return .unknown }
            if reader.configuration.users.isKnownByBind { return .possible }
            return try await find(sought, reader)
        }
    }

    /// Binds as the person's entry and reads what the directory says about them.
    public func authenticate(_ request: AuthenticationRequest) async throws -> AuthenticationVerdict {
        guard let credentials = request.credentials as? PasswordCredentials else { return .notFound }
        if let flaw = credentials.flaw { return .rejected(flaw) }
        return try await reading(request.context) { reader in
            guard let sought = reader.configuration.users.sought(credentials.username) else { return .notFound }
            var session: PersonSession?
            do {
                let verdict = try await verdict(on: sought, request, credentials.password, reader, &session)
                await session?.end()
                return verdict
            } catch {
                await session?.end(isUsable: false)
                throw error
            }
        }
    }

    /// - Parameter session: Where the person's connection is kept, if they read on it themselves.
    private func verdict(
        on sought: SoughtName, _ request: AuthenticationRequest, _ password: Secret, _ reader: DirectoryReader,
        _ session: inout PersonSession?
    ) async throws -> AuthenticationVerdict {
        if reader.configuration.users.isKnownByBind {
            return try await verdict(onBindOf: sought, password, reader, &session)
        }
        var entry = request.candidate as? LDAPEntry
        if entry == nil {
            switch try await find(sought, reader) {
            case .known(let found): entry = found as? LDAPEntry
            case .denied(let reason): return .denied(reason)
            case .possible, .unknown: break
            }
        }
        guard let entry else { return .notFound }
        guard reader.configuration.readsAs == .person else {
            let bind = try await offer(password, to: entry, reader) {
                try await reader.bind(as: entry.dn, password)
            }
            return try await admit(entry, after: bind, reader)
        }
        var reader = reader
        let bind = try await offer(password, to: entry, reader) {
            let own = try await reader.session(boundAs: entry.dn, password)
            session = own
            return try BindFindings(own.answer, dn: entry.dn)
        }
        // The entry is read once more, for what the person may see of it.
        guard bind.refusal == nil, session != nil else { return try await admit(entry, after: bind, reader) }
        reader.session = session
        guard let own = try await reader.entry(dn: entry.dn) else { throw unreadable(entry.dn) }
        return try await admit(own, after: bind, reader)
    }

    /// Reads the entry with the given id and says whether it still has the username. An entry that is gone has no name; one whose name
    /// cannot be read keeps it.
    public func stillHolds(
        _ username: String, _ link: ExternalLink, _ context: AuthenticationContext
    ) async throws -> Bool {
        try await reading(context) { reader in
            // Nobody but that person could see that they do not.
            if reader.configuration.readsAs == .person { return true }
            guard let entry = try await reader.entry(id: link.id) else { return false }
            let names = entry.strings(reader.configuration.attributes.username)
            return names.isEmpty || names.contains { LoginName.fold($0) == LoginName.fold(username) }
        }
    }

    /// Finds the groups that rules name, so that the first login need not, and says which cannot be told.
    ///
    /// - Returns: The conditions that stand for no group, or for several.
    /// - Throws: ``AuthenticationOutage`` if the directory cannot be asked.
    public func unresolvedRuleGroups(
        _ context: AuthenticationContext = AuthenticationContext()
    ) async throws -> [UnresolvedRuleGroup] {
        try await reading(context) { reader in
            var unresolved = try await reader.directory.ruleGroups.current(reader).unresolved
            for index in unresolved.indices where !unresolved[index].wasSeen {
                unresolved[index].near = await reader.groupLike(unresolved[index].leaf)
            }
            return unresolved
        }
    }

    /// Reads the entries below which people and groups are searched, so that a wrong base, server or service account, and a way of reading
    /// memberships that the directory does not know, is found before somebody logs in.
    /// - Throws: ``AuthenticationOutage`` that says what is wrong.
    public func requireReadableBases(_ context: AuthenticationContext = AuthenticationContext()) async throws {
        try await reading(context) { reader in
            let configuration = reader.configuration
            for base in try configuration.users.bases + (configuration.groups?.bases ?? []) {
                _ = try await reader.search(SearchRequest(base: base, scope: .base, attributes: .none, sizeLimit: 1))
            }
            if let groups = configuration.groups { try await reader.requireAnswers(to: groups) }
        }
    }

    /// The directory, and where it could not say what it is, as one of its candidates: what these have in common can be spoken of.
    func presumedDirectory(_ context: AuthenticationContext) async -> PreparedDirectory {
        (try? await directory(context)) ?? recognition.presumed
    }

    // MARK: Reading

    /// Reads for one attempt; what goes wrong with the directory is an outage.
    func reading<Answer>(
        _ context: AuthenticationContext, _ body: (DirectoryReader) async throws -> Answer
    ) async throws -> Answer {
        do {
            return try await body(
                DirectoryReader(directory: try await directory(context), client: client, context: context))
        } catch let error as LDAPError {
            throw AuthenticationOutage(error)
        }
    }

    private func find(_ sought: SoughtName, _ reader: DirectoryReader) async throws -> Lookup {
        switch try await reader.find(sought) {
        case .one(let entry):
            return .known(entry)
        case .none:
            reader.context.trace?.explain("'\(name)' has no entry for '\(sought.typed)'.")
            return .unknown
        case .several(let dns):
            reader.context.trace?.explain(Self.ambiguity(sought, dns, name))
            return .denied(.ambiguousUser)
        }
    }
}
