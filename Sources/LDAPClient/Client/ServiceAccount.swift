/// The account that searches.
public struct ServiceAccount: Sendable {
    /// How it proves who it is.
    public enum Method: Sendable, Hashable {
        /// Its DN and its password (RFC 4513, 5.1.3).
        case simple
        /// What the layer below proves: a client certificate, or the user of a Unix socket (RFC 4513, 5.2.3).
        /// An authorization identity (`dn:…` or `u:…`) acts as somebody else.
        case external(authorizationIdentity: String?)
        /// A user name and a password that is not sent (RFC 5802).
        case scram(SCRAMMechanism, user: String)
    }

    /// Its DN. May be empty for a SASL method, where the server derives it.
    public var dn: DistinguishedName
    /// How it proves who it is.
    public var method: Method
    /// Reads its password, each time a connection is bound and once more when a server refuses it, so that a changed
    /// one is found. Not called for ``Method/external(authorizationIdentity:)``.
    public var password: @Sendable () throws -> [UInt8]

    /// An account with a DN and a password.
    ///
    /// - Parameters:
    ///   - dn: Its DN.
    ///   - password: Reads its password.
    public init(dn: DistinguishedName, password: @escaping @Sendable () throws -> [UInt8]) {
        self.dn = dn
        self.password = password
        method = .simple
    }

    /// An account that a client certificate or a Unix socket proves.
    ///
    /// - Parameters:
    ///   - authorizationIdentity: Whom to act as; by default whom the server derives.
    ///   - dn: The DN that the server derives, if it is known.
    public init(externalActingAs authorizationIdentity: String?, dn: DistinguishedName = DistinguishedName([])) {
        self.dn = dn
        method = .external(authorizationIdentity: authorizationIdentity)
        password = { [] }
    }

    /// An account with a user name and a password that is not sent.
    ///
    /// - Parameters:
    ///   - mechanism: The hash; `supportedSASLMechanisms` of the root DSE lists what a server offers.
    ///   - user: The name in the server's SASL configuration.
    ///   - dn: The DN that the server derives, if it is known.
    ///   - password: Reads its password.
    public init(
        scram mechanism: SCRAMMechanism, user: String, dn: DistinguishedName = DistinguishedName([]),
        password: @escaping @Sendable () throws -> [UInt8]
    ) {
        self.dn = dn
        self.password = password
        method = .scram(mechanism, user: user)
    }

    /// The account in words: its DN, or else what it proves itself with.
    public var name: String {
        switch method {
        case _ where !dn.relativeNames.isEmpty: dn.description
        case .simple: "nobody"
        case .external(let identity): identity ?? "whom the connection proves (EXTERNAL)"
        case .scram(let mechanism, let user): "\(user) (\(mechanism.rawValue))"
        }
    }
}
