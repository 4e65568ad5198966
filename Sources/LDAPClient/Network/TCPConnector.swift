internal import Glibc

/// Makes TCP connections without blocking.
@LDAPActor
enum TCPConnector {
    /// Connects to the first address that answers. Each gets its share of the time that is left.
    ///
    /// - Returns: A connected, non-blocking, close-on-exec socket that belongs to the caller.
    static func connect(
        to addresses: [SocketAddress], url: LDAPURL, until deadline: ContinuousClock.Instant
    ) async throws(LDAPError) -> Int32 {
        var lastError: LDAPError?
        for (index, address) in addresses.enumerated() {
            let now = ContinuousClock.now
            let share = max(.zero, now.duration(to: deadline)) / (addresses.count - index)
            do throws(LDAPError) {
                return try await connect(to: address.with(port: url.port), url: url, until: now.advanced(by: share))
            } catch {
                if error.code == .cancelled { throw error }
                lastError = error
            }
        }
        throw lastError ?? failure(url, .serverDown, "the host has no address")
    }

    private static func connect(
        to address: SocketAddress, url: LDAPURL, until deadline: ContinuousClock.Instant
    ) async throws(LDAPError) -> Int32 {
        let flags = Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
        let descriptor = socket(address.family, flags, 0)
        guard descriptor >= 0 else { throw failure(url, .serverDown, text(errno)) }
        var connected = false
        defer { if !connected { close(descriptor) } }
        configure(descriptor)
        if address.withSocketAddress({ Glibc.connect(descriptor, $0, $1) }) != 0 {
            guard errno == EINPROGRESS else { throw failure(url, .serverDown, text(errno)) }
            try await waitUntilConnected(descriptor, url: url, until: deadline)
        }
        connected = true
        return descriptor
    }

    private static func waitUntilConnected(
        _ descriptor: Int32, url: LDAPURL, until deadline: ContinuousClock.Instant
    ) async throws(LDAPError) {
        let promise = Promise<Void>()
        let reactor = LDAPExecutor.shared.reactor
        let key = reactor.watch(descriptor) {
            var entry = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
            if poll(&entry, 1, 0) > 0 { LDAPActor.assumeIsolated { promise.fulfill(()) } }
        }
        guard let key else { throw failure(url, .serverDown, text(errno)) }
        defer { reactor.unwatch(key, descriptor: descriptor) }
        do throws(Promise<Void>.Failure) {
            try await promise.value(until: deadline)
        } catch {
            throw failure(url, error.code, error.code == .timedOut ? "no answer to the connection request" : nil)
        }
        var status: Int32 = 0
        var length = socklen_t(MemoryLayout<Int32>.size)
        getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &status, &length)
        guard status == 0 else { throw failure(url, .serverDown, text(status)) }
    }

    /// Small messages must not wait for each other, and a peer that vanished without a word is to be noticed.
    private static func configure(_ descriptor: Int32) {
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

    private static func failure(_ url: LDAPURL, _ code: LDAPError.Code, _ reason: String?) -> LDAPError {
        LDAPError(code, step: .connect, operation: "connect to \(url)", reason: reason)
    }

    private static func text(_ code: Int32) -> String {
        String(cString: strerror(code))
    }
}
