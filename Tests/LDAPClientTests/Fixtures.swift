import LDAPClient
import Logging
import TestSupport
import Testing

extension LDAPClientConfiguration {
    /// A client of this server with the service account, as an application would have.
    static func of(
        _ slapd: Slapd, tls: LDAPTLSOptions = LDAPTLSOptions(), timeouts: LDAPTimeouts = LDAPTimeouts()
    ) throws -> LDAPClientConfiguration {
        let password = Array(slapd.servicePassword.utf8)
        return LDAPClientConfiguration(
            servers: [try LDAPURL(slapd.uri)], tls: tls,
            serviceAccount: ServiceAccount(dn: try DistinguishedName(slapd.serviceDN)) { password },
            timeouts: timeouts)
    }

    /// A client of this server that searches anonymously.
    static func anonymous(
        _ uri: String, tls: LDAPTLSOptions = LDAPTLSOptions(), timeouts: LDAPTimeouts = LDAPTimeouts()
    ) throws -> LDAPClientConfiguration {
        LDAPClientConfiguration(servers: [try LDAPURL(uri)], tls: tls, timeouts: timeouts)
    }
}

extension LDAPTimeouts {
    /// For servers that answer: what a busy machine takes long for must not look like silence.
    static let wide = LDAPTimeouts(connect: .seconds(120), operation: .seconds(120))

    /// For servers that never answer.
    static let short = LDAPTimeouts(connect: .milliseconds(300), operation: .milliseconds(300))
}

/// Runs a closure with a client, which is shut down afterwards.
func withClient<Result>(
    _ configuration: LDAPClientConfiguration, _ body: (LDAPClient) async throws -> Result
) async throws -> Result {
    let client = LDAPClient(configuration: configuration, logger: Logger(label: "test"))
    do {
        let result = try await body(client)
        await client.shutdown()
        return result
    } catch {
        await client.shutdown()
        throw error
    }
}

/// The error that `body` ends with.
func failure<Value>(of body: () async throws(LDAPError) -> Value) async throws -> LDAPError {
    do throws(LDAPError) {
        _ = try await body()
    } catch {
        return error
    }
    throw TestSupportError("no error was thrown")
}

let people = "ou=people,dc=example,dc=org"

/// A person with a password, for servers that start with `ldif/base.ldif`.
func person(_ uid: String, password: String = "correct horse", _ more: String = "") -> String {
    """
    dn: uid=\(uid),\(people)
    objectClass: inetOrgPerson
    uid: \(uid)
    cn: \(uid)
    sn: \(uid)
    userPassword: \(password)
    \(more)

    """
}
