/// Bounds the threads that TLS handshakes block: few per server, so that one hung server leaves room for the others.
@LDAPActor
final class HandshakeLimiter {
    static let shared = HandshakeLimiter(perServer: 4, total: 16)

    private let perServer: Int
    private let total: Int
    private var running: [LDAPURL: Int] = [:]
    private var runningInAll = 0
    private var waiting: [(url: LDAPURL, promise: Promise<Void>)] = []

    init(perServer: Int, total: Int) {
        self.perServer = perServer
        self.total = total
    }

    /// Waits for a place. Whoever got one gives it back with ``release(_:)``.
    func acquire(_ url: LDAPURL, until deadline: ContinuousClock.Instant) async throws(Promise<Void>.Failure) {
        if take(url) { return }
        let promise = Promise<Void>()
        waiting.append((url, promise))
        try await promise.value(until: deadline)
    }

    /// Gives a place back and on to the first who can use it.
    func release(_ url: LDAPURL) {
        running[url, default: 1] -= 1
        if running[url] == 0 { running[url] = nil }
        runningInAll -= 1
        waiting.removeAll { $0.promise.isSettled }
        if let index = waiting.firstIndex(where: { take($0.url) }) {
            waiting.remove(at: index).promise.fulfill(())
        }
    }

    private func take(_ url: LDAPURL) -> Bool {
        guard runningInAll < total, running[url, default: 0] < perServer else { return false }
        running[url, default: 0] += 1
        runningInAll += 1
        return true
    }
}
