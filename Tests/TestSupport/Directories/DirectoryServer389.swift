import Foundation
import Glibc

/// Runs a closure with a 389 Directory Server of its own, which is stopped and deleted afterwards.
///
/// ```swift
/// try await withDirectoryServer389 { server in
///     let connection = try await LDAPConnection.connect(to: LDAPURL(server.uri))
/// }
/// ```
/// Tests that only read can share ``DirectoryServer389/shared``. The packages that it needs are installed by
/// `scripts/test --all`.
/// - Parameters:
///   - content: How much of the ``SmallCompany`` it holds.
///   - body: Receives the running server.
public func withDirectoryServer389<Result>(
    _ content: DirectoryContent = .company, _ body: (DirectoryServer389) async throws -> Result
) async throws -> Result {
    try await withDirectory({ try await DirectoryServer389.launch(folder: $0, content: content) }, body)
}

/// A 389 Directory Server on the loopback address, with files of its own, as `scripts/directories/make-389ds` makes one:
/// memberOf, referential integrity, content synchronisation, retro changelog, account policy.
///
/// Three wrong passwords lock an account for an hour.
public final class DirectoryServer389: DirectoryServer {
    /// A server with ``DirectoryContent/companyAndCrowd``, shared by all tests that only read.
    public static let shared = SharedDirectory<DirectoryServer389> {
        try await launch(folder: $0, content: .companyAndCrowd)
    }

    /// 389 Directory Server.
    public let kind = DirectoryKind.directoryServer389
    /// The one naming context.
    public let suffix = "dc=example,dc=org"
    /// The identity that may do everything; no entry of this name exists.
    public let adminDN = "cn=Directory Manager"
    /// The password of ``adminDN``.
    public let adminPassword = "admin-secret"
    /// The service account: reads everything but passwords; wrong passwords do not lock it.
    public let serviceDN = "cn=bridge,ou=services,dc=example,dc=org"
    /// The password of ``serviceDN``.
    public let servicePassword = "bridge-secret"
    /// The port for plain LDAP and StartTLS.
    public let port: Int
    /// The port for LDAP over TLS, with ``Certificates/Server/valid``.
    public let ldapsPort: Int?

    private let folder: String
    private let child: ChildProcess

    private init(folder: String, port: Int, ldapsPort: Int, child: ChildProcess) {
        self.folder = folder
        self.port = port
        self.ldapsPort = ldapsPort
        self.child = child
    }

    /// Connections, operations and results so far.
    public func log() throws -> String { textOfLog("\(folder)/log/access") ?? "" }

    /// Ends the server at once; it is not started again.
    public func stop() async {
        child.signal(SIGKILL)
        _ = await child.status()
    }

    // MARK: Starting

    static func launch(folder: String, content: DirectoryContent) async throws -> DirectoryServer389 {
        let certificates = try await Certificates.shared()
        var attempt = 0
        let server = try await withFreePorts(2) { ports in
            // The ports are in the server's files, so each attempt has files of its own.
            attempt += 1
            let home = "\(folder)/\(attempt)"
            try FileManager.default.createDirectory(atPath: home, withIntermediateDirectories: false)
            try await runSuccessfully(
                "\(repositoryRoot)/scripts/directories/make-389ds",
                [home, "\(ports[0])", "\(ports[1])", "dc=example,dc=org", certificates.folder, "valid"])
            let child = try await startServer(
                // -d 0 keeps it in the foreground and turns debugging off.
                "ns-slapd", ["-D", home, "-i", "\(home)/pid", "-d", "0"],
                log: "\(home)/output.log", otherLog: "\(home)/log/errors", ports: ports)
            return DirectoryServer389(folder: home, port: ports[0], ldapsPort: ports[1], child: child)
        }
        do {
            try await server.load(content)
            try await server.lockAccounts()
            return server
        } catch {
            await server.stop()
            throw error
        }
    }

    private func load(_ content: DirectoryContent) async throws {
        try await modify(ldif: frame)
        try await modify(ldif: SmallCompany.ldif(for: kind, suffix: suffix, content).text)
        var changes = LDIFText()
        for person in SmallCompany.people {
            switch person.state {
            // The policy of the must-change account asks for it after a password was set by somebody else.
            case .mustChange: changes.replace(dn(of: person), [("userPassword", person.password)])
            case .passwordExpired: changes.replace(dn(of: person), [("passwordExpirationTime", "20200101000000Z")])
            default: break
            }
        }
        try await modify(ldif: changes.text)
    }

    /// The database, its suffix with what the service account may do, and the policies.
    private var frame: String {
        var ldif = LDIFText()
        ldif.add(
            "cn=userRoot,cn=ldbm database,cn=plugins,cn=config",
            [
                ("objectClass", "extensibleObject"), ("objectClass", "nsBackendInstance"), ("cn", "userRoot"),
                ("nsslapd-suffix", suffix),
            ])
        ldif.add(
            "cn=\"\(suffix)\",cn=mapping tree,cn=config",
            [
                ("objectClass", "extensibleObject"), ("objectClass", "nsMappingTree"), ("cn", suffix),
                ("nsslapd-state", "backend"),
                ("nsslapd-backend", "userRoot"),
            ])
        let access = """
            (targetattr != "userPassword")(version 3.0; acl "service account"; \
            allow (read, search, compare) userdn = "ldap:///\(serviceDN)";)
            """
        ldif.add(
            suffix,
            [
                ("objectClass", "domain"), ("dc", "example"), ("aci", access),
                (
                    "aci",
                    #"(targetattr = "userPassword")(version 3.0; acl "own"; allow (write) userdn = "ldap:///self";)"#
                ),
            ])
        for name in ["people", "groups", "services", "policies"] {
            ldif.add("ou=\(name),\(suffix)", [("objectClass", "organizationalUnit"), ("ou", name)])
        }
        for (name, settings) in [
            ("services", [("passwordLockout", "off")]), ("reset", [("passwordMustChange", "on")]),
            ("monthly", [("passwordExp", "on"), ("passwordMaxAge", "2592000"), ("passwordGraceLimit", "0")]),
        ] {
            ldif.add(
                "cn=\(name),ou=policies,\(suffix)",
                [("objectClass", "ldapsubentry"), ("objectClass", "passwordpolicy"), ("cn", name)] + settings)
        }
        ldif.add(
            "cn=daily,ou=policies,\(suffix)",
            [
                ("objectClass", "ldapsubentry"), ("objectClass", "accountpolicy"), ("cn", "daily"),
                ("accountInactivityLimit", "86400"),
            ])
        ldif.add(
            serviceDN,
            [
                ("objectClass", "organizationalRole"), ("objectClass", "simpleSecurityObject"), ("cn", "bridge"),
                ("userPassword", servicePassword), ("pwdpolicysubentry", "cn=services,ou=policies,\(suffix)"),
            ])
        return ldif.text
    }
}
