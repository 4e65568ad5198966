internal import Glibc

/// Connects to Unix sockets without blocking.
@LDAPActor
enum UnixConnector {
    /// Connects to the socket of an `ldapi` address.
    ///
    /// - Returns: A connected, non-blocking, close-on-exec socket that belongs to the caller.
    static func connect(to url: LDAPURL, until deadline: ContinuousClock.Instant) async throws(LDAPError) -> Int32 {
        guard let address = UnixSocketAddress(path: url.host) else {
            throw failure(url, .invalidArgument, "the path cannot be one of a socket")
        }
        let flags = Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
        let descriptor = socket(AF_UNIX, flags, 0)
        guard descriptor >= 0 else { throw failure(url, .serverDown, String(cString: strerror(errno))) }
        var connected = false
        defer { if !connected { close(descriptor) } }
        while address.withSocketAddress({ Glibc.connect(descriptor, $0, $1) }) != 0 {
            let code = errno
            // connect(2): a Unix socket whose queue is full says so at once, and no event tells when it has room again.
            guard code == EAGAIN || code == EINTR else {
                throw failure(url, .serverDown, String(cString: strerror(code)))
            }
            let now = ContinuousClock.now
            guard now < deadline else { throw failure(url, .timedOut, "the server accepts no more connections") }
            try await pause(until: min(deadline, now.advanced(by: .milliseconds(20))), url)
        }
        connected = true
        return descriptor
    }

    private static func pause(until time: ContinuousClock.Instant, _ url: LDAPURL) async throws(LDAPError) {
        do throws(Promise<Void>.Failure) {
            try await Promise<Void>().value(until: time)
        } catch {
            if error == .cancelled { throw failure(url, .cancelled, nil) }
        }
    }

    private static func failure(_ url: LDAPURL, _ code: LDAPError.Code, _ reason: String?) -> LDAPError {
        LDAPError(
            code, step: .connect, operation: "connect to \(url)", reason: reason,
            remedy: code == .serverDown
                ? "check that the server runs, listens on \(url.host), and lets this user open it" : nil)
    }
}
