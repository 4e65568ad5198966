public import AuthCore
import Foundation
public import LDAPBackend
import LDAPClient
public import LocalBackend
public import Logging
import SQLiteStore

/// A configuration brought to life: the store, the backends, the chain. What an application embeds.
///
/// ```swift
/// let bridge = try Bridge(configuration: .load(file: "/etc/dirbridge/dirbridge.yaml"))
/// let report = await bridge.logIn(username: "alice", password: Secret(typed))
/// if let user = report.outcome.user { … }
/// await bridge.shutdown()
/// ```
public final class Bridge: Sendable {
    /// How the store is opened.
    public enum StoreMode: Sendable, Hashable {
        /// Made if it does not exist, brought up to date, written to.
        case writable
        /// Read only. It must exist.
        case readOnly
        /// Read only, and taken as empty if it does not exist: for checks and for the bind test, which may come before the first account.
        case preview
    }

    /// What it was made from.
    public let configuration: Configuration
    /// Where accounts are kept.
    public let store: any AccountStore
    /// The chain.
    public let authenticator: Authenticator
    /// Decides what users may do.
    public let permissions: PermissionResolver
    /// Opens, checks and ends sessions; `nil` where the configuration names no secret key.
    public let sessions: Sessions?
    /// Makes the tokens of reset links; `nil` where the configuration names no secret key.
    public let resetTokens: PasswordResetTokens?
    /// What new local passwords must be.
    public var passwordPolicy: PasswordPolicy { configuration.passwords.policy }
    /// Hashes and checks local passwords.
    let passwords: PasswordHashing
    /// Slows down whoever guesses; `nil` if nobody is to.
    let throttle: Throttle?
    /// Whether the database is written to.
    private let isWritable: Bool
    /// The directories of the configuration, in its order.
    public let directories: [LDAPBackend]

    let logger: Logger
    let clients: [LDAPClient]
    private let recorder: ActivityRecorder?

    /// Opens the store and makes the backends. No directory is contacted yet: it may be down, and local accounts must work all the same.
    ///
    /// - Parameters:
    ///   - configuration: A validated configuration.
    ///   - mode: How the store is opened. Default: ``StoreMode/writable``.
    ///   - hooks: What the application knows about people beside the directories, by the directories' names. Default: nothing.
    ///   - permissionSources: What decides about permissions beside the local backend. Default: nothing.
    ///   - observer: Hears of every login. Default: nobody.
    ///   - logger: What everything logs to.
    /// - Throws: `AuthenticationOutage` if the database cannot be opened; ``AdministrationError`` if a hook is for no directory there is, or a secret key
    ///   cannot be read.
    public init(
        configuration: Configuration, mode: StoreMode = .writable, hooks: [String: MirrorHook] = [:],
        permissionSources: [any PermissionSource] = [], observer: AuthenticationObserver? = nil,
        logger: Logger = Logger(label: "dirbridge")
    ) throws {
        let names = configuration.directories.map(\.name)
        // One that refuses people would keep nobody out.
        if let stray = hooks.keys.sorted().first(where: { !names.contains($0) }) {
            throw AdministrationError(
                .noSuchDirectory,
                "There is a hook for '\(stray)' and no such directory; there are: \(names.joined(separator: ", ")).")
        }
        self.configuration = configuration
        self.logger = logger
        let store: any AccountStore & SessionStore & ThrottleStore
        switch mode {
        case .writable: store = try SQLiteAccountStore(path: configuration.databasePath)
        case .preview where Self.isAbsent(configuration.databasePath): store = InMemoryAccountStore()
        case .readOnly, .preview: store = try SQLiteAccountStore(readingExisting: configuration.databasePath)
        }
        let memory: any RuleGroupMemory = mode == .writable ? store : ReadOnlyMemory(memory: store)
        let recorder = mode == .writable ? ActivityRecorder(store: store, logger: logger) : nil

        var clients: [LDAPClient] = []
        var directories: [LDAPBackend] = []
        for directory in configuration.directories {
            let client = LDAPClient(configuration: directory.client, name: directory.name, logger: logger)
            clients.append(client)
            directories.append(Self.backend(directory, client, memory, hooks[directory.name], logger))
        }
        let passwords = PasswordHashing(preferred: configuration.passwords.hasher)
        let local = LocalBackend(store: store, hashing: passwords, policy: configuration.passwords.policy)
        let backends: [any AuthenticationBackend] = configuration.chain.compactMap { name in
            if name == Configuration.localName { return local }
            guard let directory = directories.first(where: { $0.name == name }) else {
                preconditionFailure("the configuration was validated: '\(name)' is described")
            }
            return directory
        }
        let throttle = configuration.throttling.map { Throttle(store: store, settings: $0, logger: logger) }
        self.store = store
        self.isWritable = mode == .writable
        self.throttle = throttle
        (sessions, resetTokens) = try Self.sessions(configuration, store, backends, recorder, logger)
        self.recorder = recorder
        self.clients = clients
        self.directories = directories
        self.passwords = passwords
        self.authenticator = Authenticator(
            backends: backends, store: store, deadline: LoginDeadline(configuration.loginDeadline), throttle: throttle,
            recorder: recorder, observer: observer, logger: logger)
        self.permissions = PermissionResolver(sources: [local] + permissionSources)
    }

    private static func backend(
        _ directory: DirectoryConfiguration, _ client: LDAPClient, _ memory: any RuleGroupMemory,
        _ hook: MirrorHook?, _ logger: Logger
    ) -> LDAPBackend {
        if let backend = directory.backend {
            return LDAPBackend(
                configuration: backend, client: client, memory: memory, hook: hook, logger: logger)
        }
        guard
            let backend = LDAPBackend(
                recognisedAmong: directory.backends, client: client, memory: memory, hook: hook, logger: logger)
        else { preconditionFailure("the configuration was validated: it describes '\(directory.name)'") }
        return backend
    }

    /// Whether there certainly is no such file. One that this process may not even look at is not absent.
    private static func isAbsent(_ path: String) -> Bool {
        access(path, F_OK) != 0 && errno == ENOENT
    }

    /// Logs somebody in through the whole chain, mirroring included.
    ///
    /// The attempt runs on the executor of the directory connections, so that it changes threads as rarely as possible.
    /// - Parameters:
    ///   - username: What was typed.
    ///   - password: What was typed.
    ///   - context: Where the attempt comes from.
    public func logIn(
        username: LoginName, password: Secret, context: AuthenticationContext = AuthenticationContext()
    ) async -> AuthenticationReport {
        await withTaskExecutorPreference(LDAPExecutor.shared) {
            await authenticator.authenticate(
                PasswordCredentials(username: username, password: password), context: context)
        }
    }

    /// Asks the directories of the chain about somebody and shows what a login would change, and writes nothing: the bind test.
    ///
    /// - Parameters:
    ///   - username: What would be typed.
    ///   - password: What would be typed. It is tried once.
    ///   - context: Where the attempt comes from. With a trace in it, the report holds every step.
    public func examine(
        username: LoginName, password: Secret, context: AuthenticationContext = AuthenticationContext()
    ) async -> AuthenticationReport {
        await authenticator.examine(PasswordCredentials(username: username, password: password), context: context)
    }

    /// Writes down last logins, failed attempts and the use of sessions, in batches, until the task is cancelled.
    public func run() async {
        guard isWritable else { return }
        async let activity: Void? = recorder?.run()
        async let failures: Void? = throttle?.run()
        async let uses: Void? = sessions?.run()
        _ = await (activity, failures, uses)
    }

    /// Writes what waits to be written and closes every connection.
    public func shutdown() async {
        if isWritable {
            try? await recorder?.flush()
            try? await throttle?.flush()
            _ = try? await sessions?.flush()
        }
        for client in clients { await client.shutdown() }
    }
}

/// Lets rules know which groups were seen before, and keeps no new ones.
private struct ReadOnlyMemory: RuleGroupMemory {
    let memory: any RuleGroupMemory

    func rememberedRuleGroups(source: String) async throws -> [String: [ExternalGroup]] {
        try await memory.rememberedRuleGroups(source: source)
    }

    func rememberRuleGroups(_ groups: [String: [ExternalGroup]], source: String) async throws {}
}
