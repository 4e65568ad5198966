/// How long each part of talking to a directory may take.
public struct LDAPTimeouts: Sendable, Hashable {
    /// The limit for each of DNS, the TCP connection, and the TLS handshake.
    public var connect: Duration
    /// The limit for one operation: a bind, a search, or the next part of a streamed one.
    public var operation: Duration

    /// Creates time limits. Both must be longer than zero.
    public init(connect: Duration = .seconds(3), operation: Duration = .seconds(5)) {
        self.connect = connect
        self.operation = operation
    }
}

/// How one connection is made.
public struct LDAPConnectionOptions: Sendable, Hashable {
    /// Encryption and verification.
    public var tls: LDAPTLSOptions
    /// Time limits.
    public var timeouts: LDAPTimeouts
    /// Whether a plain `ldap://` connection to another machine is allowed: passwords would be readable on the way.
    public var allowCleartext: Bool
    /// The largest message that is accepted from a server, in bytes.
    public var maxMessageBytes: Int

    /// Creates options.
    public init(
        tls: LDAPTLSOptions = LDAPTLSOptions(), timeouts: LDAPTimeouts = LDAPTimeouts(), allowCleartext: Bool = false,
        maxMessageBytes: Int = 64 << 20
    ) {
        self.tls = tls
        self.timeouts = timeouts
        self.allowCleartext = allowCleartext
        self.maxMessageBytes = maxMessageBytes
    }

    /// Refuses a connection that would not be encrypted although the configuration does not allow it.
    func check(_ url: LDAPURL) throws(LDAPError) {
        if url.scheme == .ldap, !tls.startTLS, !url.isLoopback, !allowCleartext {
            throw LDAPError(.cleartextRefused, step: .connect, operation: "connect to \(url)")
        }
        if url.scheme == .ldaps, tls.startTLS {
            throw LDAPError(
                .invalidArgument, step: .connect, operation: "connect to \(url)",
                reason: "StartTLS and ldaps:// exclude each other", remedy: "use StartTLS with ldap:// or neither")
        }
        if url.scheme != .ldapi, let name = tls.serverName, url.named(name) == nil {
            throw LDAPError(
                .invalidArgument, step: .connect, operation: "connect to \(url)",
                reason: "the server name “\(LDAPError.printable(name))” is no host name",
                remedy: "give the name as the certificate has it, without a port")
        }
        if timeouts.connect <= .zero || timeouts.operation <= .zero || maxMessageBytes <= 0 {
            throw LDAPError(
                .invalidArgument, step: .connect, operation: "connect to \(url)",
                reason: "a time limit or the message size limit is not above zero", remedy: "correct the limits")
        }
    }
}

/// Everything a client needs to know.
public struct LDAPClientConfiguration: Sendable {
    /// The servers, the preferred ones first.
    public var servers: [LDAPURL]
    /// Servers that are asked only while none of ``servers`` answers.
    public var backupServers: [LDAPURL]
    /// The account that searches; `nil` searches anonymously.
    public var serviceAccount: ServiceAccount?
    /// How connections are made.
    public var connection: LDAPConnectionOptions
    /// How many connections serve searches, each of them many at a time.
    public var searchPoolSize: Int
    /// How many connections test passwords, each of them one at a time.
    public var bindPoolSize: Int
    /// How many entries a page of a streamed search holds.
    public var pageSize: Int
    /// How connections are kept.
    public var pool = LDAPPoolOptions()
    /// When servers are left alone.
    public var breaker = LDAPBreakerOptions()
    /// A domain whose servers are found in DNS (RFC 2782). They come after ``servers`` and before ``backupServers``,
    /// those of the first priority together with ``servers``.
    public var discovery: LDAPServiceDomain?

    /// Creates a configuration.
    ///
    /// - Parameters:
    ///   - servers: The servers, the preferred ones first.
    ///   - backupServers: Servers that are asked only while none of the others answers.
    ///   - tls: Encryption and verification.
    ///   - serviceAccount: The account that searches; `nil` searches anonymously.
    ///   - timeouts: Time limits.
    ///   - allowCleartext: Whether plain `ldap://` to other machines is allowed.
    ///   - maxMessageBytes: The largest message that is accepted, in bytes.
    ///   - searchPoolSize: Connections that serve searches.
    ///   - bindPoolSize: Connections that test passwords.
    ///   - pageSize: Entries per page of a streamed search.
    public init(
        servers: [LDAPURL], backupServers: [LDAPURL] = [], tls: LDAPTLSOptions = LDAPTLSOptions(),
        serviceAccount: ServiceAccount? = nil, timeouts: LDAPTimeouts = LDAPTimeouts(), allowCleartext: Bool = false,
        maxMessageBytes: Int = 64 << 20, searchPoolSize: Int = 4, bindPoolSize: Int = 16, pageSize: Int = 500
    ) {
        self.servers = servers
        self.backupServers = backupServers
        self.serviceAccount = serviceAccount
        connection = LDAPConnectionOptions(
            tls: tls, timeouts: timeouts, allowCleartext: allowCleartext, maxMessageBytes: maxMessageBytes)
        self.searchPoolSize = searchPoolSize
        self.bindPoolSize = bindPoolSize
        self.pageSize = pageSize
    }
}
