internal import Glibc

/// Makes TCP connections without blocking.
@LDAPActor
enum TCPConnector {
    /// How long an address is tried alone before the next one joins (RFC 8305, 5).
    static let attemptDelay = Duration.milliseconds(250)

    /// Connects to the address that answers first (RFC 8305, Happy Eyeballs): they are tried one after the other, a
    /// little apart, or as soon as the one before has failed.
    ///
    /// - Parameter delay: How long after one address the next is tried.
    /// - Returns: A connected, non-blocking, close-on-exec socket that belongs to the caller.
    static func connect(
        to addresses: [SocketAddress], url: LDAPURL, until deadline: ContinuousClock.Instant,
        delay: Duration = attemptDelay
    ) async throws(LDAPError) -> Int32 {
        let race = ConnectionRace(SocketAddress.alternating(addresses).map { $0.with(port: url.port) }, delay: delay)
        switch await race.winner(until: deadline) {
        case .success(let descriptor): return descriptor
        case .failure(let failure):
            throw LDAPError(
                failure.code, step: .connect, operation: "connect to \(url)", reason: failure.reason)
        }
    }

    /// Small messages must not wait for each other, and a peer that vanished without a word is to be noticed.
    static func configure(_ descriptor: Int32) {
        let tcp = Int32(IPPROTO_TCP)
        let options: [(Int32, Int32, Int32)] = [
            (tcp, TCP_NODELAY, 1), (SOL_SOCKET, SO_KEEPALIVE, 1), (tcp, TCP_KEEPIDLE, 60), (tcp, TCP_KEEPINTVL, 10),
            (tcp, TCP_KEEPCNT, 3), (tcp, TCP_USER_TIMEOUT, 30_000),
        ]
        for (level, option, value) in options {
            var value = value
            setsockopt(descriptor, level, option, &value, socklen_t(MemoryLayout<Int32>.size))
        }
    }
}
