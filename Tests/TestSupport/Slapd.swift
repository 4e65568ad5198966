import Foundation
import Glibc
import Synchronization

/// Runs a closure with an OpenLDAP server of its own, which is stopped and deleted afterwards, also when the closure
/// throws or its task is cancelled.
///
/// ```swift
/// try await withSlapd(loading: .company) { slapd in
///     let connection = try await LDAPConnection.connect(to: slapd.uri)
/// }
/// ```
/// Starting one takes about a tenth of a second; tests that only read can share one with ``SharedSlapd``.
/// - Parameters:
///   - content: The entries it starts with.
///   - tls: Whether it offers StartTLS and `ldaps`.
///   - extraConfiguration: Lines for the global section of slapd.conf(5).
///   - body: Receives the running server.
public func withSlapd<Result>(
    loading content: Slapd.Content, tls: Bool = false, extraConfiguration: [String] = [],
    _ body: (Slapd) async throws -> Result
) async throws -> Result {
    var options = Slapd.Options()
    options.tls = tls
    options.global = extraConfiguration
    return try await withSlapd(loading: content, options: options, body)
}

/// Runs a closure with an OpenLDAP server of its own, as ``withSlapd(loading:tls:extraConfiguration:_:)`` does, with every
/// option.
public func withSlapd<Result>(
    loading content: Slapd.Content, options: Slapd.Options, _ body: (Slapd) async throws -> Result
) async throws -> Result {
    try await withDirectory({ try await Slapd.launch(folder: $0, content: content, options: options) }, body)
}

/// An OpenLDAP server on the loopback address, configured by `ldif/slapd.conf.template`, with files of its own.
public final class Slapd: DirectoryServer {
    /// OpenLDAP.
    public let kind = DirectoryKind.openLDAP
    /// The one naming context.
    public let suffix = "dc=example,dc=org"
    /// The identity that may do everything; no entry of this name exists.
    public let adminDN = "cn=admin,dc=example,dc=org"
    /// The password of ``adminDN``.
    public let adminPassword = "admin-secret"
    /// The service account: reads everything but passwords, without limits. Unknown if the content lacks `ldif/base.ldif`.
    public let serviceDN = "cn=bridge,ou=services,dc=example,dc=org"
    /// The password of ``serviceDN``.
    public let servicePassword = "bridge-secret"

    /// The port for plain LDAP and StartTLS.
    public let port: Int
    /// The port for LDAP over TLS, `nil` if the server was started without TLS.
    public let ldapsPort: Int?

    /// The path of its Unix socket, `nil` if it has none.
    public let socketPath: String?

    let folder: String
    private let child: Mutex<ChildProcess>

    private init(folder: String, port: Int, ldapsPort: Int?, socketPath: String?, child: ChildProcess) {
        self.folder = folder
        self.port = port
        self.ldapsPort = ldapsPort
        self.socketPath = socketPath
        self.child = Mutex(child)
    }

    /// What the server has logged since it was first started, at level `stats`: connections, operations, results.
    public func log() throws -> String {
        textOfLog("\(folder)/slapd.log") ?? ""
    }

    /// Stops the server in an orderly way; its entries stay for the next ``start()``.
    public func stop() async {
        await child.withLock { $0 }.terminate()
    }

    /// Ends the server at once, as a crash would; its entries stay for the next ``start()``.
    public func crash() async {
        let child = child.withLock { $0 }
        child.signal(SIGKILL)
        _ = await child.status()
    }

    /// Ends the server at once, for callers that cannot wait; ``crash()`` tells when it has ended.
    public func kill() {
        child.withLock { $0 }.signal(SIGKILL)
    }

    /// Starts the server again on the same ports, after ``stop()`` or ``crash()``.
    public func start() async throws {
        guard child.withLock({ $0.statusIfEnded }) != nil else { return }
        let child = try await Self.run(folder: folder, port: port, ldapsPort: ldapsPort, socketPath: socketPath)
        self.child.withLock { $0 = child }
    }

    /// Makes the server hang: connections are still accepted by the kernel, nothing is answered until ``resume()``.
    public func pause() {
        child.withLock { $0 }.signal(SIGSTOP)
    }

    /// Waits until ``pause()`` has taken effect, which a signal may take a moment to do.
    public func untilPaused() async throws {
        try await eventually("slapd is paused") { self.child.withLock { $0 }.isStopped }
    }

    /// Waits until a paused server has been asked something, which it will not see before ``resume()``.
    /// - Parameter port: Which port is looked at; by default the one for plain LDAP.
    public func untilAsked(at port: Int? = nil) async throws {
        let port = port ?? self.port
        try await eventually("a request has arrived at port \(port)") { LoopbackPort.hasUnread(port) }
    }

    /// Lets a paused server go on; it then answers what it was asked meanwhile.
    public func resume() {
        child.withLock { $0 }.signal(SIGCONT)
    }

    /// Fills a folder and starts a server from it.
    static func launch(folder: String, content: Content, options: Options) async throws -> Slapd {
        try FileManager.default.createDirectory(atPath: "\(folder)/database", withIntermediateDirectories: false)
        try await configuration(folder: folder, options: options)
            .write(toFile: "\(folder)/slapd.conf", atomically: false, encoding: .utf8)
        if let ldif = try content.ldif() {
            try await runSuccessfully(
                "slapadd", ["-q", "-f", "\(folder)/slapd.conf", "-b", "dc=example,dc=org"], input: Array(ldif.utf8))
        }
        return try await withFreePorts(2) { ports in
            let ldapsPort = options.tls ? ports[1] : nil
            let socketPath = options.socket ? "\(folder)/ldapi" : nil
            let child = try await run(folder: folder, port: ports[0], ldapsPort: ldapsPort, socketPath: socketPath)
            return Slapd(folder: folder, port: ports[0], ldapsPort: ldapsPort, socketPath: socketPath, child: child)
        }
    }

    /// Starts slapd(8) and waits until it listens.
    private static func run(
        folder: String, port: Int, ldapsPort: Int?, socketPath: String?
    ) async throws -> ChildProcess {
        var addresses = ["ldap://127.0.0.1:\(port)"]
        if let socketPath { addresses.append("ldapi://\(socketPath.replacingOccurrences(of: "/", with: "%2F"))") }
        if let ldapsPort { addresses.append("ldaps://127.0.0.1:\(ldapsPort)") }
        return try await startServer(
            // Any -d keeps slapd in the foreground and makes standard error the log.
            "slapd", ["-f", "\(folder)/slapd.conf", "-h", addresses.joined(separator: " "), "-d", "stats"],
            log: "\(folder)/slapd.log", ports: [port, ldapsPort].compactMap(\.self))
    }
}
