/// A domain whose directory servers are found in DNS, under `_ldap._tcp` or `_ldaps._tcp` (RFC 2782).
///
/// DNS is no proof: whoever forges its answers chooses the servers. A target is therefore used only if it is a host of
/// the domain itself or of one of ``trustedDomains``, and TLS then demands a certificate for that host (RFC 4513, 3.1.3).
public struct LDAPServiceDomain: Sendable, Hashable {
    /// The domain, in small letters and without a final dot.
    public let domain: String
    /// How connections are protected: `ldaps` asks for `_ldaps._tcp`.
    public let scheme: LDAPURL.Scheme
    /// Other domains whose hosts may be servers.
    public var trustedDomains: [String]

    /// Creates a domain from its name.
    ///
    /// - Parameters:
    ///   - domain: Such as `example.org`.
    ///   - scheme: How connections are protected.
    ///   - trustedDomains: Other domains whose hosts may be servers.
    /// - Throws: ``LDAPError/Code/invalidArgument`` if one of them is no domain name.
    public init(
        domain: String, scheme: LDAPURL.Scheme = .ldap, trustedDomains: [String] = []
    ) throws(LDAPError) {
        let name = Self.normalized(domain)
        let trusted = trustedDomains.map(Self.normalized)
        func problem(_ reason: String) -> LDAPError {
            LDAPError(
                .invalidArgument, operation: "find the servers of “\(LDAPError.printable(domain))”", reason: reason,
                remedy: "give a domain such as example.org")
        }
        guard Self.isDomainName(name) else { throw problem("that is no domain name") }
        if let wrong = trusted.first(where: { !Self.isDomainName($0) }) {
            throw problem("the trusted domain “\(LDAPError.printable(wrong))” is no domain name")
        }
        guard scheme != .ldapi else {
            throw LDAPError(
                .invalidArgument, operation: "find the servers of “\(name)”",
                reason: "a socket on this machine is not found in DNS", remedy: "use the scheme ldap or ldaps")
        }
        self.domain = name
        self.scheme = scheme
        self.trustedDomains = trusted
    }

    /// Creates a domain from an address without a host, whose DN names the domain (RFC 2247).
    ///
    /// - Parameters:
    ///   - url: Such as `ldap:///dc=example,dc=org`.
    ///   - trustedDomains: Other domains whose hosts may be servers.
    /// - Throws: ``LDAPError/Code/invalidArgument`` if it is anything else.
    public init(url: String, trustedDomains: [String] = []) throws(LDAPError) {
        let parts = url.split(separator: ":///", maxSplits: 1, omittingEmptySubsequences: false)
        let components = (parts.count == 2 ? parts[1] : "").split(separator: ",").map { part -> Substring? in
            let pair = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard pair.count == 2, ASCII.lowercased(Self.trimmed(pair[0])) == "dc" else { return nil }
            return Substring(Self.trimmed(pair[1]))
        }
        let labels = components.compactMap { $0 }
        guard let scheme = parts.first.flatMap({ LDAPURL.Scheme(rawValue: ASCII.lowercased(String($0))) }),
            !labels.isEmpty, labels.count == components.count
        else {
            throw LDAPError(
                .invalidArgument, operation: "find the servers of “\(LDAPError.printable(url))”",
                reason: "the address does not consist of a scheme and domain components",
                remedy: "write it like ldap:///dc=example,dc=org")
        }
        try self.init(domain: labels.joined(separator: "."), scheme: scheme, trustedDomains: trustedDomains)
    }

    /// The name that is asked for.
    var queryName: String { "_\(scheme.rawValue)._tcp.\(domain)" }

    /// Whether a host that DNS names may be a server of this domain.
    func accepts(_ host: String) -> Bool {
        ([domain] + trustedDomains).contains { host == $0 || host.hasSuffix("." + $0) }
    }

    private static func isDomainName(_ name: String) -> Bool {
        ServiceRecordParser.isHostName(name) && name.utf8.count <= 240
            && name.utf8.allSatisfy { $0 == UInt8(ascii: ".") || ServiceRecordParser.isLabelOctet($0) }
    }

    private static func normalized(_ name: String) -> String {
        let name = ASCII.lowercased(name)
        return name.hasSuffix(".") ? String(name.dropLast()) : name
    }

    private static func trimmed(_ text: Substring) -> String {
        String(text.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
    }
}
