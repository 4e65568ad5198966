import Foundation
import Glibc

/// Runs a closure with an Active Directory domain of its own, as Samba is one, which is stopped and deleted afterwards.
///
/// ```swift
/// try await withSambaDomain { domain in
///     let connection = try await LDAPConnection.connect(to: LDAPURL(domain.uri))
/// }
/// ```
/// The domain is made once per process, which takes some seconds, and copied for each test. Tests that only read can share
/// ``SambaDomain/shared``. The packages that it needs are installed by `scripts/test --all`.
/// - Parameters:
///   - content: How much of the ``SmallCompany`` it holds.
///   - body: Receives the running domain controller.
public func withSambaDomain<Result>(
    _ content: DirectoryContent = .company, _ body: (SambaDomain) async throws -> Result
) async throws -> Result {
    try await withDirectory({ try await SambaDomain.launch(folder: $0, content: content) }, body)
}

/// A Samba domain controller that serves LDAP on the loopback address and nothing else, with files of its own.
///
/// Three wrong passwords lock an account for half an hour. Ranges of values and the limit of a page, which domain
/// controllers by Microsoft impose, are not applied by Samba.
public final class SambaDomain: DirectoryServer {
    /// A domain with ``DirectoryContent/companyAndCrowd``, shared by all tests that only read.
    public static let shared = SharedDirectory<SambaDomain> {
        try await launch(folder: $0, content: .companyAndCrowd)
    }

    /// Active Directory.
    public let kind = DirectoryKind.activeDirectory
    /// The domain as a naming context.
    public let suffix = "DC=ad,DC=example,DC=org"
    /// The domain's name in DNS, the part after the @ of a user principal name.
    public let realm = "ad.example.org"
    /// The domain's short name, the part before the backslash of a name like `EXAMPLE\anna`.
    public let shortName = "EXAMPLE"
    /// The domain's administrator.
    public let adminDN = "CN=Administrator,CN=Users,DC=ad,DC=example,DC=org"
    /// The password of ``adminDN``.
    public let adminPassword = "admin-Secret-1"
    /// The service account, an ordinary user of the domain, which wrong passwords do not lock.
    public let serviceDN = "CN=bridge,OU=services,DC=ad,DC=example,DC=org"
    /// The password of ``serviceDN``.
    public let servicePassword = "bridge-Secret-1"
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

    /// What the domain controller has logged: that it started, and what went wrong.
    public func log() throws -> String { textOfLog("\(folder)/output.log") ?? "" }

    /// Ends the domain controller at once; it is not started again.
    public func stop() async {
        child.signal(SIGKILL)
        _ = await child.status()
    }

    // MARK: Starting

    static func launch(folder: String, content: DirectoryContent) async throws -> SambaDomain {
        let template = try await (content == .company ? company : companyAndCrowd).value
        try await runSuccessfully("cp", ["-a", "\(template)/.", folder])
        try writeConfiguration(folder)
        let domain = try await withFreePorts(2) { ports in
            let child = try await startServer(
                "samba", ["--interactive", "--model=single", "--configfile=\(folder)/smb.conf", "--debuglevel=1"],
                environment: [
                    "LD_PRELOAD": "\(folder)/port_map.so", "PORT_389": "\(ports[0])", "PORT_636": "\(ports[1])",
                ], log: "\(folder)/output.log", otherLog: "\(folder)/samba.log", ports: ports)
            return SambaDomain(folder: folder, port: ports[0], ldapsPort: ports[1], child: child)
        }
        do {
            try await domain.setPrimaryGroups()
            try await domain.lockAccounts()
            return domain
        } catch {
            await domain.stop()
            throw error
        }
    }

    private static let company = Task.detached { try await makeTemplate(.company) }
    private static let companyAndCrowd = Task.detached { try await makeTemplate(.companyAndCrowd) }

    /// Makes a folder that holds a domain, to be copied.
    private static func makeTemplate(_ content: DirectoryContent) async throws -> String {
        let folder = try makeFolderUntilExit()
        let sources = "\(repositoryRoot)/scripts/directories"
        let certificates = try await Certificates.shared()
        for name in ["private", "state", "lock", "cache", "run"] {
            try FileManager.default.createDirectory(atPath: "\(folder)/\(name)", withIntermediateDirectories: false)
        }
        for (source, name) in [
            (certificates.authority, "ca.pem"), (certificates.certificate(.valid), "server.pem"),
            (certificates.key(.valid), "server.key"),
        ] {
            try await runSuccessfully("install", ["-m", "600", source, "\(folder)/\(name)"])
        }
        try await runSuccessfully(
            "cc", ["-shared", "-fPIC", "-O1", "-o", "\(folder)/port_map.so", "\(sources)/port_map.c"])
        try writeConfiguration(folder)
        let ldif = SmallCompany.activeDirectory(
            suffix: "DC=ad,DC=example,DC=org", servicePassword: "bridge-Secret-1", content)
        try ldif.entries.write(toFile: "\(folder)/entries.ldif", atomically: false, encoding: .utf8)
        try ldif.changes.write(toFile: "\(folder)/changes.ldif", atomically: false, encoding: .utf8)
        try await runSuccessfully(
            // Debian installs Samba's modules for its own Python alone.
            "/usr/bin/python3",
            ["\(sources)/samba_domain.py", "\(folder)/smb.conf", "\(folder)/entries.ldif", "\(folder)/changes.ldif"],
            timeout: .seconds(180))
        return folder
    }

    private static func writeConfiguration(_ folder: String) throws {
        try String(contentsOfFile: "\(repositoryRoot)/scripts/directories/smb.conf.template", encoding: .utf8)
            .replacingOccurrences(of: "@FOLDER@", with: folder)
            .write(toFile: "\(folder)/smb.conf", atomically: false, encoding: .utf8)
    }

    /// Makes the group that it is meant to be somebody's primary group. Its number is known only now.
    private func setPrimaryGroups() async throws {
        for person in SmallCompany.people {
            guard let group = person.primaryGroup else { continue }
            let entry = try await search("(cn=\(group))", base: groupsDN, attributes: ["primaryGroupToken"])
            guard let line = entry.split(separator: "\n").first(where: { $0.hasPrefix("primaryGroupToken: ") }) else {
                throw TestSupportError("The domain has no group \(group).")
            }
            var change = LDIFText()
            change.replace(dn(of: person), [("primaryGroupID", String(line.split(separator: " ")[1]))])
            try await modify(ldif: change.text)
        }
    }
}
