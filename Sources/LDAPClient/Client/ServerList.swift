/// In which order servers are tried: a value, so that its rules can be tested without any server.
///
/// The preferred servers come before the backups, the one that answered last before its peers, and one that failed
/// within the last 30 seconds after all others. So a dead server costs its time limit once, and a recovered preferred
/// one is found again.
struct ServerList {
    static let penalty = Duration.seconds(30)

    private struct Server {
        var url: LDAPURL
        var isBackup: Bool
        var failedAt: ContinuousClock.Instant?
    }

    private var servers: [Server]
    private var lastGood: LDAPURL?

    init(servers: [LDAPURL], backups: [LDAPURL]) {
        self.servers =
            servers.map { Server(url: $0, isBackup: false) } + backups.map { Server(url: $0, isBackup: true) }
    }

    var count: Int { servers.count }

    /// All servers in the order in which to try them now.
    func candidates(at now: ContinuousClock.Instant) -> [LDAPURL] {
        func rank(_ server: Server) -> Int {
            if let failedAt = server.failedAt, now < failedAt.advanced(by: Self.penalty) { return 4 }
            return (server.isBackup ? 2 : 0) + (server.url == lastGood ? 0 : 1)
        }
        // Sorting by rank and place keeps the configured order among equals.
        return servers.enumerated().sorted { left, right in
            (rank(left.element), left.offset) < (rank(right.element), right.offset)
        }.map(\.element.url)
    }

    mutating func succeeded(_ url: LDAPURL) {
        lastGood = url
        mark(url, failedAt: nil)
    }

    mutating func failed(_ url: LDAPURL, at now: ContinuousClock.Instant) {
        mark(url, failedAt: now)
    }

    private mutating func mark(_ url: LDAPURL, failedAt: ContinuousClock.Instant?) {
        for index in servers.indices where servers[index].url == url { servers[index].failedAt = failedAt }
    }
}
