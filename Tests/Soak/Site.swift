import LDAPClient
import Logging
import Synchronization
import TestSupport

/// The server, the relays in front of it, and the clients that everybody uses.
final class Site: Sendable {
    /// How many people the directory has; their numbers start with 0.
    static let people = 300
    /// The people whom nobody tries wrong passwords on, which would lock them.
    static let rightPasswords = 100..<people
    static let peopleWhoNeverChange = Set(rightPasswords.map(userDN))
    static let peopleDN = "ou=people,dc=example,dc=org"
    /// Where entries are made and deleted.
    static let workDN = "ou=groups,dc=example,dc=org"
    static let password = "correct horse"
    static let timeouts = LDAPTimeouts(connect: .seconds(1), operation: .seconds(2))

    /// What the names of the entries begin with that are made here.
    let name: String
    let slapd: Slapd
    let routes: [Route]
    let relays: [CuttingRelay]
    let clients: [ClientSlot]

    /// A way to the server.
    struct Route: Sendable {
        let url: LDAPURL
        let tls: LDAPTLSOptions
    }

    /// - Parameters:
    ///   - name: What the names of the entries begin with that are made here.
    ///   - slapd: The server.
    ///   - connections: How many there should be: half of them in the pools of clients, half for workers of their own.
    init(_ name: String, slapd: Slapd, connections: Int) async throws {
        self.name = name
        self.slapd = slapd
        guard let ldapsPort = slapd.ldapsPort else { throw TestSupportError("The server does not offer TLS.") }
        let authority = try await Certificates.shared().authority
        let (first, second, encrypted) = (
            try CuttingRelay(to: slapd.port), try CuttingRelay(to: slapd.port), try CuttingRelay(to: ldapsPort)
        )
        relays = [first, second, encrypted]
        let (verified, startTLS) = (
            LDAPTLSOptions(caFile: authority), LDAPTLSOptions(caFile: authority, startTLS: true)
        )
        func url(_ scheme: String, _ relay: CuttingRelay) throws -> LDAPURL {
            try LDAPURL("\(scheme)://127.0.0.1:\(relay.port)")
        }
        routes = [
            Route(url: try url("ldap", first), tls: LDAPTLSOptions()),
            Route(url: try url("ldap", second), tls: startTLS),
            Route(url: try url("ldaps", encrypted), tls: verified),
        ]
        let account = try Self.serviceAccount(slapd)
        let servers: [([LDAPURL], [LDAPURL], LDAPTLSOptions)] = [
            ([routes[0].url], [], LDAPTLSOptions()),
            ([try url("ldap", first), try url("ldap", second)], [], LDAPTLSOptions()),
            ([try url("ldap", second)], [try url("ldap", first)], startTLS),
            ([routes[2].url], [], verified),
        ]
        clients = servers.map { servers, backups, tls in
            let share = max(4, connections / 8)
            var configuration = LDAPClientConfiguration(
                servers: servers, backupServers: backups, tls: tls, serviceAccount: account, timeouts: Self.timeouts,
                searchPoolSize: share / 4, bindPoolSize: share / 2, pageSize: 50)
            configuration.pool.streams = share / 4
            configuration.pool.searchesPerConnection = 4
            configuration.pool.maximumAge = .seconds(10)
            configuration.pool.idleLimit = .seconds(2)
            configuration.pool.checkAfterIdle = .milliseconds(200)
            configuration.breaker.firstDelay = .milliseconds(50)
            configuration.breaker.maximumDelay = .milliseconds(500)
            return ClientSlot(configuration)
        }
    }

    /// Ends every client and every relay.
    func close() async throws {
        for slot in clients { await slot.client.shutdown() }
        for relay in relays { try await relay.stop() }
    }

    /// Runs a closure with a server that has the people, TLS, content synchronization, and a place to write.
    static func withServer<Result>(_ body: (Slapd) async throws -> Result) async throws -> Result {
        var options = Slapd.Options()
        options.tls = true
        options.global = ["moduleload syncprov"]
        options.database = [
            "overlay syncprov", "syncprov-sessionlog 1000",
            "access to dn.subtree=\"\(workDN)\" by dn.exact=\"cn=bridge,ou=services,dc=example,dc=org\" write",
        ]
        return try await withSlapd(
            loading: .base(adding: (0..<people).map(person).joined(separator: "\n")), options: options, body)
    }

    static func userDN(_ number: Int) -> String { "uid=user\(number),\(peopleDN)" }

    private static func person(_ number: Int) -> String {
        """
        dn: \(userDN(number))
        objectClass: inetOrgPerson
        uid: user\(number)
        cn: Person \(number)
        sn: \(number)
        description: \(String(repeating: "soak ", count: 40))
        userPassword: \(password)

        """
    }

    static func serviceAccount(_ slapd: Slapd) throws -> ServiceAccount {
        let password = Array(slapd.servicePassword.utf8)
        return ServiceAccount(dn: try DistinguishedName(slapd.serviceDN)) { password }
    }
}

/// A client that is replaced when it is shut down.
final class ClientSlot: Sendable {
    private let configuration: LDAPClientConfiguration
    private let current: Mutex<LDAPClient>

    init(_ configuration: LDAPClientConfiguration) {
        self.configuration = configuration
        current = Mutex(Self.make(configuration))
    }

    var client: LDAPClient { current.withLock { $0 } }

    /// Shuts the client down; from before that on, others get a new one.
    func replace() async {
        let new = Self.make(configuration)
        let old = current.withLock { current in
            defer { current = new }
            return current
        }
        await old.shutdown()
    }

    private static func make(_ configuration: LDAPClientConfiguration) -> LDAPClient {
        LDAPClient(configuration: configuration, logger: Logger(label: "soak") { _ in SwiftLogNoOpLogHandler() })
    }
}
