/// A version of TLS that this client accepts.
public enum TLSVersion: String, Sendable, Hashable, CaseIterable, Comparable {
    /// TLS 1.2 (RFC 5246).
    // The version's own dot, which no camel case can show.
    // swift-format-ignore: AlwaysUseLowerCamelCase
    case v1_2 = "1.2"
    /// TLS 1.3 (RFC 8446).
    // The version's own dot, which no camel case can show.
    // swift-format-ignore: AlwaysUseLowerCamelCase
    case v1_3 = "1.3"

    /// By age.
    public static func < (left: TLSVersion, right: TLSVersion) -> Bool { left.number < right.number }

    /// The number on the wire.
    var number: Int32 { self == .v1_2 ? 0x303 : 0x304 }
}

/// How connections are encrypted and servers verified.
public struct LDAPTLSOptions: Sendable, Hashable {
    /// Whether a server must prove who it is.
    public enum Verification: Sendable, Hashable {
        /// The certificate must be valid, come from a trusted CA, and name the configured host.
        case full
        /// Any certificate will do, so anybody on the way can read and change everything, passwords included.
        case noneSoThatAnybodyCanReadThePasswords
    }

    /// A certificate of this side, and its private key.
    ///
    /// Both files are read anew for each connection, so a renewed certificate is used by the next one.
    public struct ClientCertificate: Sendable, Hashable {
        /// A PEM file with the certificate, and the ones of the CAs between it and the server's trusted ones.
        public var certificateFile: String
        /// A PEM file with the private key, not encrypted.
        public var keyFile: String

        /// Names the two files, which may be one.
        public init(certificateFile: String, keyFile: String) {
            self.certificateFile = certificateFile
            self.keyFile = keyFile
        }
    }

    /// A PEM file with the trusted CAs. Without it and ``caDirectory`` the system's bundle is used.
    public var caFile: String?
    /// A folder of PEM files with trusted CAs.
    public var caDirectory: String?
    /// What this side shows to a server that asks for a certificate; `nil` shows none.
    public var clientCertificate: ClientCertificate?
    /// The name that servers are asked for (SNI, RFC 6066) and that their certificates must hold, where it is not the
    /// host of the address: for addresses that are bare IP addresses, or tunnels.
    public var serverName: String?
    /// The oldest version that is accepted, checked again before anything is sent.
    public var minimumVersion: TLSVersion
    /// Whether `ldap://` connections must be turned into TLS ones (RFC 4511, 4.14) before anything else is sent.
    public var startTLS: Bool
    /// Whether servers are verified.
    public var verification: Verification

    /// Creates options.
    ///
    /// A certificate is checked against ``serverName``, or else the host of the configured address. For the host
    /// `localhost`, libldap checks against the machine's own full name instead: use `127.0.0.1` and a certificate with
    /// that address.
    ///
    /// All files are read anew for each connection: what replaces them is used by the next connection, and while they
    /// cannot be used, new connections fail and the existing ones go on.
    public init(
        caFile: String? = nil, caDirectory: String? = nil, clientCertificate: ClientCertificate? = nil,
        serverName: String? = nil, minimumVersion: TLSVersion = .v1_2, startTLS: Bool = false,
        verification: Verification = .full
    ) {
        self.caFile = caFile
        self.caDirectory = caDirectory
        self.clientCertificate = clientCertificate
        self.serverName = serverName
        self.minimumVersion = minimumVersion
        self.startTLS = startTLS
        self.verification = verification
    }

    /// The name that a server at this address must prove to have.
    public func expectedName(of url: LDAPURL) -> String { serverName ?? url.host }

    /// The file of trusted CAs that is used: ``caFile``, or else the system's bundle unless there is a ``caDirectory``.
    // libldap trusts nobody unless told to, and its own configuration files have no say here.
    public var effectiveCAFile: String? {
        caFile ?? (caDirectory == nil ? "/etc/ssl/certs/ca-certificates.crt" : nil)
    }
}
