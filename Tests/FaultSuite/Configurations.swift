import LDAPClient
import TestSupport

extension Duration {
    /// A limit that is reached on purpose.
    static let short = Duration.milliseconds(300)
    /// A limit that is not meant to be reached.
    static let wide = Duration.seconds(20)
}

extension LDAPTimeouts {
    /// For servers that never answer.
    static let short = LDAPTimeouts(connect: .short, operation: .short)
    /// For servers that answer, however busy the machine is.
    static let wide = LDAPTimeouts(connect: .wide, operation: .wide)
}

extension LDAPClientConfiguration {
    /// A client of this server with the service account, as an application would have.
    static func of(
        _ slapd: Slapd, uri: String? = nil, tls: LDAPTLSOptions = LDAPTLSOptions(), timeouts: LDAPTimeouts = .wide
    ) throws -> LDAPClientConfiguration {
        let password = Array(slapd.servicePassword.utf8)
        return LDAPClientConfiguration(
            servers: [try LDAPURL(uri ?? slapd.uri)], tls: tls,
            serviceAccount: ServiceAccount(dn: try DistinguishedName(slapd.serviceDN)) { password }, timeouts: timeouts)
    }

    /// A client of these servers that searches anonymously.
    static func anonymous(
        _ uris: String..., tls: LDAPTLSOptions = LDAPTLSOptions(), timeouts: LDAPTimeouts = .wide,
        allowCleartext: Bool = false
    ) throws -> LDAPClientConfiguration {
        LDAPClientConfiguration(
            servers: try uris.map { try LDAPURL($0) }, tls: tls, timeouts: timeouts, allowCleartext: allowCleartext)
    }
}

/// Where people are, in directories that start with `ldif/base.ldif`.
let people = "ou=people,dc=example,dc=org"

/// A person whose password is the suite's secret.
func person(_ uid: String) -> String {
    """
    dn: uid=\(uid),\(people)
    objectClass: inetOrgPerson
    uid: \(uid)
    cn: \(uid)
    sn: \(uid)
    userPassword: \(Run.secret)


    """
}

/// So many people, named u0, u1 …
func crowd(_ count: Int) -> String {
    (0..<count).map { person("u\($0)") }.joined()
}

/// A search for everybody.
func everybody(sizeLimit: Int = 0, pageSize: Int? = nil) throws -> SearchRequest {
    SearchRequest(
        base: try DistinguishedName(people), filter: .equal("objectClass", "inetOrgPerson"),
        attributes: .named(["uid"]),
        sizeLimit: sizeLimit, pageSize: pageSize)
}
