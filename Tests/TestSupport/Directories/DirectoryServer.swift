/// A directory that a test has started: OpenLDAP, Active Directory (Samba) or 389 Directory Server.
///
/// What differs between them is in ``kind`` and in the names; what the tests do with them is the same.
public protocol DirectoryServer: Sendable {
    /// Which directory it is.
    var kind: DirectoryKind { get }
    /// The naming context that holds people and groups.
    var suffix: String { get }
    /// The identity that may do everything.
    var adminDN: String { get }
    /// The password of ``adminDN``.
    var adminPassword: String { get }
    /// The service account: may read people and groups, and nothing more.
    var serviceDN: String { get }
    /// The password of ``serviceDN``.
    var servicePassword: String { get }
    /// The port for plain LDAP and StartTLS.
    var port: Int { get }
    /// The port for LDAP over TLS, `nil` if there is none.
    var ldapsPort: Int? { get }

    /// What the server has logged so far.
    func log() throws -> String
    /// Ends the server.
    func stop() async
}

/// A product whose behaviour the tests know.
public enum DirectoryKind: String, Sendable, CaseIterable {
    /// slapd(8).
    case openLDAP = "OpenLDAP"
    /// Active Directory, as Samba is one.
    case activeDirectory = "Active Directory (Samba)"
    /// 389 Directory Server.
    case directoryServer389 = "389 Directory Server"
}

extension DirectoryServer {
    /// The address for plain LDAP and StartTLS: `ldap://127.0.0.1:` and the port.
    public var uri: String { "ldap://127.0.0.1:\(port)" }

    /// The address for LDAP over TLS: `ldaps://127.0.0.1:` and the port; `nil` if there is none.
    public var ldapsURI: String? { ldapsPort.map { "ldaps://127.0.0.1:\($0)" } }
}

/// Runs a closure with a server in a folder of its own; afterwards the server is stopped and the folder deleted, also when
/// the closure throws or its task is cancelled.
func withDirectory<Server: DirectoryServer, Result>(
    _ launch: (String) async throws -> Server, _ body: (Server) async throws -> Result
) async throws -> Result {
    try await Turnstile.servers.pass {
        try await withTemporaryFolder { folder in
            let server = try await launch(folder)
            do {
                let result = try await body(server)
                await server.stop()
                return result
            } catch {
                await server.stop()
                throw error
            }
        }
    }
}
