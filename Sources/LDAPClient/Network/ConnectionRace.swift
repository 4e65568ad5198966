internal import Glibc

/// Connects to several addresses of one host, a little apart, and keeps the first connection (RFC 8305, 5).
@LDAPActor
final class ConnectionRace {
    /// Why there is no connection.
    struct Failure: Error {
        var code: LDAPError.Code
        var reason: String?
    }

    private typealias Outcome = Result<Int32, Failure>

    /// More would be a mistake of somebody's DNS, and each is a socket.
    private static let maximumAddresses = 16

    private var addresses: ArraySlice<SocketAddress>
    private let delay: Duration
    private let promise = Promise<Outcome>()
    /// The sockets that are connecting, and their watches.
    private var runners: [Int32: UInt64] = [:]
    private var lastProblem: Int32 = 0
    /// Counts the starts, so that a delay that has been overtaken does nothing.
    private var starts = 0

    init(_ addresses: [SocketAddress], delay: Duration) {
        self.addresses = addresses.prefix(Self.maximumAddresses)
        self.delay = delay
    }

    /// Runs the race. To be called once.
    func winner(until deadline: ContinuousClock.Instant) async -> Result<Int32, Failure> {
        startNext()
        let outcome: Outcome
        do throws(Promise<Outcome>.Failure) {
            outcome = try await promise.value(until: deadline)
        } catch {
            let words = error.code == .timedOut ? "no answer to the connection request" : nil
            outcome = .failure(Failure(code: error.code, reason: words))
        }
        for descriptor in Array(runners.keys) {
            unwatch(descriptor)
            close(descriptor)
        }
        addresses = []
        return outcome
    }

    private func startNext() {
        starts += 1
        while !promise.isSettled, let address = addresses.popFirst() {
            guard start(address) else { continue }
            guard !promise.isSettled, !addresses.isEmpty else { return }
            let number = starts
            LDAPExecutor.shared.reactor.schedule(at: .now.advanced(by: delay)) { [weak self] in
                LDAPActor.assumeIsolated {
                    guard let self, self.starts == number else { return }
                    self.startNext()
                }
            }
            return
        }
        if runners.isEmpty {
            let reason = lastProblem == 0 ? "the host has no address" : String(cString: strerror(lastProblem))
            promise.fulfill(.failure(Failure(code: .serverDown, reason: reason)))
        }
    }

    /// Begins to connect; `false` if that has failed already.
    private func start(_ address: SocketAddress) -> Bool {
        let flags = Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
        let descriptor = socket(address.family, flags, 0)
        guard descriptor >= 0 else {
            lastProblem = errno
            return false
        }
        TCPConnector.configure(descriptor)
        if address.withSocketAddress({ Glibc.connect(descriptor, $0, $1) }) == 0 {
            promise.fulfill(.success(descriptor))
            return true
        }
        lastProblem = errno
        guard errno == EINPROGRESS,
            let key = LDAPExecutor.shared.reactor.watch(
                descriptor, { [weak self] in LDAPActor.assumeIsolated { self?.look(at: descriptor) } })
        else {
            close(descriptor)
            return false
        }
        runners[descriptor] = key
        return true
    }

    private func look(at descriptor: Int32) {
        var entry = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        guard runners[descriptor] != nil, !promise.isSettled, poll(&entry, 1, 0) > 0 else { return }
        var status: Int32 = 0
        var length = socklen_t(MemoryLayout<Int32>.size)
        getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &status, &length)
        unwatch(descriptor)
        if status == 0 { return promise.fulfill(.success(descriptor)) }
        lastProblem = status
        close(descriptor)
        startNext()
    }

    private func unwatch(_ descriptor: Int32) {
        guard let key = runners.removeValue(forKey: descriptor) else { return }
        LDAPExecutor.shared.reactor.unwatch(key, descriptor: descriptor)
    }
}

extension SocketAddress {
    /// The addresses with the families taking turns, beginning with the family of the first (RFC 8305, 4).
    static func alternating(_ addresses: [SocketAddress]) -> [SocketAddress] {
        guard let family = addresses.first?.family else { return [] }
        var own = addresses.filter { $0.family == family }[...]
        var other = addresses.filter { $0.family != family }[...]
        var order: [SocketAddress] = []
        while let next = own.popFirst() {
            order.append(next)
            if let next = other.popFirst() { order.append(next) }
        }
        return order + other
    }
}
