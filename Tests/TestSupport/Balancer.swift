import Foundation
import Glibc
import Synchronization

/// Runs a closure with a TCP load balancer: each connection goes to the next of several servers in turn.
/// - Parameters:
///   - ports: The ports of the servers on 127.0.0.1.
///   - port: The balancer's own port; a free one by default.
///   - body: Receives the port of the balancer.
public func withBalancer<Result>(
    to ports: [Int], port: Int? = nil, _ body: (_ port: Int) async throws -> Result
) async throws -> Result {
    let balancer = try Balancer(to: ports, port: port)
    defer { balancer.stop() }
    return try await body(balancer.port)
}

private final class Balancer: Sendable {
    private struct State {
        var isStopped = false
        var next = 0
        var sockets: Set<Int32> = []
    }

    let port: Int
    private let ports: [Int]
    private let state = Mutex(State())

    init(to ports: [Int], port: Int?) throws {
        self.ports = ports
        let (listener, port) = try LoopbackPort.listen(on: port)
        self.port = port
        state.withLock { _ = $0.sockets.insert(listener) }
        Thread.detachNewThread { self.accept(on: listener) }
    }

    func stop() {
        state.withLock { state in
            state.isStopped = true
            // Wakes the threads; each closes its own sockets.
            for socket in state.sockets { shutdown(socket, Int32(SHUT_RDWR)) }
        }
    }

    private func accept(on listener: Int32) {
        while case let client = Glibc.accept(listener, nil, nil), client >= 0 {
            _ = fcntl(client, F_SETFD, FD_CLOEXEC)
            let target = state.withLock { state in
                defer { state.next += 1 }
                return ports[state.next % ports.count]
            }
            guard keep(client) else { break }
            Thread.detachNewThread { self.serve(client, target) }
        }
        end(listener)
    }

    private func serve(_ client: Int32, _ target: Int) {
        defer { end(client) }
        guard let server = LoopbackPort.connect(to: target), keep(server) else { return }
        defer { end(server) }
        var watched = [client, server].map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
        while poll(&watched, 2, -1) > 0 {
            for (from, to) in [(0, 1), (1, 0)] where watched[from].revents != 0 {
                guard pass(watched[from].fd, watched[to].fd) else { return }
            }
        }
    }

    private func pass(_ from: Int32, _ to: Int32) -> Bool {
        var buffer = [UInt8](repeating: 0, count: 65536)
        let count = recv(from, &buffer, buffer.count, 0)
        guard count > 0 else { return false }
        var sent = 0
        while sent < count {
            let part = buffer[sent..<count].withUnsafeBytes { send(to, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
            guard part > 0 else { return false }
            sent += part
        }
        return true
    }

    /// Has a socket woken by ``stop()``; closes it if that has happened already.
    private func keep(_ socket: Int32) -> Bool {
        let isKept = state.withLock { state in
            guard !state.isStopped else { return false }
            state.sockets.insert(socket)
            return true
        }
        if !isKept { close(socket) }
        return isKept
    }

    private func end(_ socket: Int32) {
        state.withLock { state in
            state.sockets.remove(socket)
            // Under the lock, so that `stop` never shuts down a descriptor that is somebody else's by now.
            close(socket)
        }
    }
}
