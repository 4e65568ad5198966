import AuthCore
import DirectorySync
import Foundation
import GRDB
import LDAPBackend
import LDAPClient
import LocalBackend
import Logging
import SQLiteStore
import TestSupport

/// A directory that a test may change, a database, and all that stands between them.
struct SyncSite: Sendable {
    let slapd: Slapd
    let store: SQLiteAccountStore
    /// What another program sees and does: plain SQLite, as Django uses it.
    let other: DatabaseQueue
    let configuration: LDAPBackendConfiguration
    let client: LDAPClient

    static let suffix = "dc=example,dc=org"
    static let people = "ou=people,\(suffix)"
    static let groups = "ou=groups,\(suffix)"

    /// The configuration that a test does not change: everybody with a uid, nested groups, all of them mirrored.
    static func configuration() throws -> LDAPBackendConfiguration {
        LDAPBackendConfiguration(
            name: "corp",
            users: UserSearch(
                .search(
                    base: try DistinguishedName(people),
                    filter: try FilterTemplate("(&(objectClass=inetOrgPerson)(|(uid={username})(mail={username})))"))),
            attributes: AttributeMap(profile: ["department": "departmentNumber"]),
            groups: GroupSearch(base: try DistinguishedName(groups)), mirrorPolicy: MirrorPolicy(groups: .all))
    }

    static func client(_ uri: String, as account: String = "cn=bridge,ou=services,\(suffix)") throws -> LDAPClient {
        LDAPClient(
            configuration: LDAPClientConfiguration(
                servers: [try LDAPURL(uri)],
                serviceAccount: ServiceAccount(
                    dn: try DistinguishedName(account), password: { Array("bridge-secret".utf8) }),
                timeouts: LDAPTimeouts(connect: .seconds(10), operation: .seconds(20))),
            logger: Logger(label: "test"))
    }

    // MARK: Running

    /// The directory as the configuration, adjusted, describes it.
    func backend(_ adjust: (inout LDAPBackendConfiguration) throws -> Void = { _ in }) rethrows -> LDAPBackend {
        var configuration = configuration
        try adjust(&configuration)
        return LDAPBackend(configuration: configuration, client: client, memory: store)
    }

    /// A directory with another service account.
    func withService<Result>(
        _ account: String, _ body: (LDAPBackend) async throws -> Result
    ) async throws -> Result {
        let client = try Self.client(slapd.uri, as: account)
        do {
            let result = try await body(
                LDAPBackend(configuration: configuration, client: client, memory: store))
            await client.shutdown()
            return result
        } catch {
            await client.shutdown()
            throw error
        }
    }

    /// Runs a sync. The report lists the changes.
    /// - Parameters:
    ///   - directory: Where it reads; by default the site's directory as it is configured.
    ///   - adjust: Changes the configuration for this run.
    ///   - now: Asked before each transaction.
    @discardableResult
    func sync(
        _ order: SyncOrder = .apply, from directory: LDAPBackend? = nil, limits: LossLimits = LossLimits(),
        _ adjust: (inout LDAPBackendConfiguration) throws -> Void = { _ in },
        progress: @escaping @Sendable (SyncProgress) -> Void = { _ in },
        now: @escaping @Sendable () -> Date = { Date() }
    ) async throws -> SyncReport {
        let sync = DirectorySync(
            directory: try directory ?? backend(adjust), databasePath: store.path, limits: limits, now: now)
        return try await sync.run(order, keepsChanges: true, progress: progress)
    }

    /// Runs a sync. Whether it had nothing to do, said so, and changed no row but its own record.
    func hasNothingToDo(
        _ adjust: (inout LDAPBackendConfiguration) throws -> Void = { _ in }
    ) async throws -> Bool {
        let before = try dump()
        let report = try await sync(.apply, adjust)
        let after = try dump()
        return report.isApplied && report.changes.isEmpty && after == before
    }

    /// Logs somebody in; everybody's password is the uid followed by `-secret`.
    func logIn(
        _ username: String, password: String? = nil,
        _ adjust: (inout LDAPBackendConfiguration) throws -> Void = { _ in }
    ) async throws -> AuthenticationOutcome {
        let local = LocalBackend(store: store, hashing: PasswordHashing(preferred: PBKDF2SHA256Hasher(iterations: 1)))
        let chain = Authenticator(
            backends: [try backend(adjust), local], store: store, deadline: LoginDeadline(.seconds(30)))
        let credentials = PasswordCredentials(username: username, password: password ?? "\(username)-secret")
        return await chain.authenticate(credentials).outcome
    }

    /// What somebody may do here.
    func permissions(of username: String) async throws -> Set<Permission> {
        guard let record = try await store.accounts().first(where: { $0.user.username == username }) else { return [] }
        let local = LocalBackend(store: store, hashing: PasswordHashing(preferred: PBKDF2SHA256Hasher(iterations: 1)))
        return try await PermissionResolver(sources: [local]).permissions(of: record.user)
    }

    /// Makes changes by hand, as an administrator's command does.
    func administer(_ username: String, _ changes: AccountChange...) async throws {
        let record = try await store.accounts().first { $0.user.username == username }
        guard let record else { throw TestSupportError("There is no account '\(username)'.") }
        try await store.apply(
            [AccountPlan(subject: .account(record.user.id), changes: changes)], cause: .administrator("test"))
    }

    /// Makes changes that are about no account, or make one.
    func administer(_ changes: AccountChange...) async throws {
        try await store.apply([AccountPlan(subject: .none, changes: changes)], cause: .administrator("test"))
    }
}

/// Runs a test with a directory that starts with `ldif/base.ldif` and more, and with a database that has only its tables.
func withSyncSite<Result>(
    loading content: Slapd.Content, options: Slapd.Options = Slapd.Options(),
    _ adjust: (inout LDAPBackendConfiguration) throws -> Void = { _ in }, _ body: (SyncSite) async throws -> Result
) async throws -> Result {
    var configuration = try SyncSite.configuration()
    try adjust(&configuration)
    return try await withSlapd(loading: content, options: options) { slapd async throws in
        try await withSyncSite(on: slapd, configuration, body)
    }
}

/// Runs a test with a directory that others may use too.
func withSyncSite<Result>(
    on slapd: Slapd, _ configuration: LDAPBackendConfiguration, _ body: (SyncSite) async throws -> Result
) async throws -> Result {
    try await withTemporaryFolder { folder in
        let store = try SQLiteAccountStore(path: "\(folder)/accounts.db")
        let client = try SyncSite.client(slapd.uri)
        let site = SyncSite(
            slapd: slapd, store: store, other: try DatabaseQueue(path: store.path), configuration: configuration,
            client: client)
        do {
            let result = try await body(site)
            await client.shutdown()
            return result
        } catch {
            await client.shutdown()
            throw error
        }
    }
}
