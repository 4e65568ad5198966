import AuthCore
import Synchronization

/// A backend that answers as it is told and remembers what it was shown.
final class ScriptedBackend: AuthenticationBackend {
    let name: String
    let onOutage: OutagePolicy
    let ownsLocalAccounts: Bool
    let mirrorPolicy: MirrorPolicy
    let mirrorHook: MirrorHook?
    private let lookup: @Sendable () async throws -> Lookup
    private let verdict: @Sendable () async throws -> AuthenticationVerdict
    private let holdsName: Bool
    private let explains: Bool
    private let seen = Mutex<(lookups: Int, passwords: Int, decoys: Int)>((0, 0, 0))

    init(
        _ name: String, onOutage: OutagePolicy = .next, ownsLocalAccounts: Bool = false,
        mirrorPolicy: MirrorPolicy = MirrorPolicy(), mirrorHook: MirrorHook? = nil,
        holdsName: Bool = true, explains: Bool = false,
        lookUp: @escaping @Sendable () async throws -> Lookup = { .unknown },
        verdict: @escaping @Sendable () async throws -> AuthenticationVerdict = { .notFound }
    ) {
        self.name = name
        self.onOutage = onOutage
        self.ownsLocalAccounts = ownsLocalAccounts
        self.mirrorPolicy = mirrorPolicy
        self.mirrorHook = mirrorHook
        self.holdsName = holdsName
        self.explains = explains
        self.lookup = lookUp
        self.verdict = verdict
    }

    /// How often it was asked for a name, shown a password, and made to spend decoy work.
    var counts: (lookups: Int, passwords: Int, decoys: Int) { seen.withLock { $0 } }

    func lookUp(_ request: AuthenticationRequest) async throws -> Lookup {
        seen.withLock { $0.lookups += 1 }
        if explains { request.context.trace?.explain("\(name) explains.") }
        return try await lookup()
    }

    func authenticate(_ request: AuthenticationRequest) async throws -> AuthenticationVerdict {
        seen.withLock { $0.passwords += 1 }
        if explains { request.context.trace?.explain("\(name) explains.") }
        return try await verdict()
    }

    func stillHolds(_ username: String, _ link: ExternalLink, _ context: AuthenticationContext) async throws -> Bool {
        holdsName
    }

    func spendDecoyWork(_ request: AuthenticationRequest) async {
        if ownsLocalAccounts { seen.withLock { $0.decoys += 1 } }
    }
}

/// An external account as a directory named `source` would describe it.
func person(_ username: String, id: String = "id-1", source: String = "corp") -> ExternalAccount {
    ExternalAccount(link: ExternalLink(source: source, id: id), username: username)
}

let alicesPassword = PasswordCredentials(username: "alice", password: "secret")
let serverDown = AuthenticationOutage(.serverDown, "The server is down; start it.")
