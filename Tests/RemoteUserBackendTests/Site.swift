import AuthCore
import RemoteUserBackend
import Testing

/// A portal whose proxy is at 10.0.0.1, in front of an application with accounts in memory.
struct Site {
    static let proxy = ConnectionPeer.at("10.0.0.1")
    static let stranger = ConnectionPeer.at("203.0.113.66")

    let store = InMemoryAccountStore()
    let portal: RemoteUserBackend
    let reader: RemoteUserReader
    let chain: Authenticator

    init(
        _ configuration: RemoteUserConfiguration = RemoteUserConfiguration(), hook: MirrorHook? = nil,
        headers: IdentityHeaders = .remote, limits: HeaderLimits = HeaderLimits(), decodesPercent: Bool = false,
        others: [any AuthenticationBackend] = []
    ) throws {
        portal = try RemoteUserBackend(name: "portal", configuration: configuration, hook: hook)
        reader = RemoteUserReader(
            for: portal, behind: try TrustedProxies([.network(IPNetwork("10.0.0.0/28"))]), headers: headers,
            limits: limits, decodesPercent: decodesPercent)
        chain = Authenticator(backends: [portal] + others, store: store)
    }

    func read(_ fields: [HeaderField], from peer: ConnectionPeer = proxy) -> RemoteUserReading {
        reader.read(fields, from: peer)
    }

    func credentials(_ fields: [HeaderField], from peer: ConnectionPeer = proxy) throws -> RemoteUserCredentials {
        try #require(read(fields, from: peer).credentials)
    }

    /// Logs in whom the proxy names.
    @discardableResult
    func logIn(_ fields: [HeaderField]) async throws -> AuthenticationReport {
        await chain.authenticate(try credentials(fields))
    }

    @discardableResult
    func logIn(_ user: String, groups: String? = nil) async throws -> AuthenticationReport {
        try await logIn(.user(user) + (groups.map { [HeaderField("Remote-Groups", $0)] } ?? []))
    }

    func change(_ subject: AccountPlan.Subject = .none, _ changes: AccountChange...) async throws {
        try await store.apply([AccountPlan(subject: subject, changes: changes)], cause: .administrator("root"))
    }

    func account(_ name: String) async throws -> AccountRecord {
        guard case .account(let record) = try await store.resolve(LoginName(name)) else {
            throw NoAccount(name: name)
        }
        return record
    }

    func groups(of name: String) async throws -> [String] {
        try await store.groups(of: try await account(name).user.id).map(\.name)
    }
}

struct NoAccount: Error {
    var name: String
}

extension ConnectionPeer {
    static func at(_ address: String) -> ConnectionPeer {
        ConnectionPeer(IPAddress(address).map { .address($0) } ?? .unknown)
    }
}

extension [HeaderField] {
    static func user(_ name: String) -> [HeaderField] { [HeaderField("Remote-User", name)] }
}

extension RemoteUserReading {
    var credentials: RemoteUserCredentials? { if case .user(let credentials) = identity { credentials } else { nil } }
    var refusal: HeaderRefusal? { if case .refused(let refusal) = identity { refusal } else { nil } }
}
