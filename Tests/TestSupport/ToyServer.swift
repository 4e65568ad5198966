import Foundation
import Glibc
import Synchronization

/// A TCP server on 127.0.0.1 that misbehaves in a chosen way, for tests of what a client does then.
///
/// It also counts, so that a test can show that nothing was sent.
public final class ToyServer: Sendable {
    /// What the server does with each connection.
    public enum Behaviour: Sendable {
        /// Accepts and reads, and never says anything.
        case countsOnly
        /// Accepts, and neither reads nor says anything, so that the client's own socket fills up in the end.
        case silentAfterAccept
        /// Sends these bytes as soon as somebody has connected, then reads in silence.
        case sends([UInt8])
        /// Answers the first bytes that arrive with these, one by one with a pause of 50 ms before each, then reads in silence.
        case drips([UInt8])
        /// Hands each LDAP message that arrives to the closure and sends what it returns; an empty answer sends nothing,
        /// `nil` closes the connection.
        case script(@Sendable ([UInt8]) -> [UInt8]?)
        /// Answers the first bytes that arrive with the first two bytes of an LDAP message, then reads in silence.
        case twoBytesThenSilence
        /// Answers the first bytes that arrive with a message that claims to be 2 GiB long, and goes on sending it, up to
        /// 256 MiB, while the client takes it.
        case hugePDU
        /// Resets the connection (TCP RST) when the first bytes arrive.
        case resets
    }

    /// The port it listens on.
    public let port: Int

    private struct State {
        var listener: Int32?
        var connectionCount = 0
        var received: [UInt8] = []
        var sockets: Set<Int32> = []
        var stopped = false
    }

    private let behaviour: Behaviour
    private let state: Mutex<State>

    private init(_ behaviour: Behaviour) throws {
        self.behaviour = behaviour
        let (listener, port) = try LoopbackPort.listen()
        self.port = port
        state = Mutex(State(listener: listener))
    }

    /// Makes a server that listens until ``stop()``. Prefer ``withToyServer(_:_:)``.
    public static func start(_ behaviour: Behaviour) throws -> ToyServer {
        let server = try ToyServer(behaviour)
        if let listener = server.state.withLock({ $0.listener }) {
            Thread.detachNewThread { server.acceptConnections(on: listener) }
        }
        return server
    }

    /// The server's address for plain LDAP.
    public var uri: String { "ldap://127.0.0.1:\(port)" }

    /// How many connections have been accepted.
    public var connectionCount: Int { state.withLock { $0.connectionCount } }

    /// How many of the accepted connections have not been closed by the client yet. A server that does not read
    /// (``Behaviour/silentAfterAccept``) does not notice.
    public var openConnectionCount: Int { state.withLock { $0.sockets.count } }

    /// Everything that has been read, of all connections in order of arrival.
    public var receivedBytes: [UInt8] { state.withLock { $0.received } }

    /// Closes every connection and stops listening.
    public func stop() {
        state.withLock { state in
            guard !state.stopped else { return }
            state.stopped = true
            // Wakes the threads that wait in accept and recv; each closes its own socket.
            if let listener = state.listener { shutdown(listener, Int32(SHUT_RDWR)) }
            for socket in state.sockets { shutdown(socket, Int32(SHUT_RDWR)) }
        }
    }

    private func acceptConnections(on listener: Int32) {
        defer {
            state.withLock { state in
                state.listener = nil
                // Closed under the lock, so that `stop` never shuts down a descriptor that is somebody else's by now.
                close(listener)
            }
        }
        while true {
            let socket = accept(listener, nil, nil)
            guard socket >= 0 else {
                if errno == EINTR || errno == ECONNABORTED { continue }
                return
            }
            _ = fcntl(socket, F_SETFD, FD_CLOEXEC)
            let stopped = state.withLock { state in
                guard !state.stopped else { return true }
                state.connectionCount += 1
                state.sockets.insert(socket)
                return false
            }
            guard !stopped else {
                close(socket)
                return
            }
            Thread.detachNewThread { self.serve(socket) }
        }
    }

    private func serve(_ socket: Int32) {
        converse(on: socket)
        state.withLock { state in
            state.sockets.remove(socket)
            // Under the lock for the same reason as the listener.
            close(socket)
        }
    }

    private func converse(on socket: Int32) {
        switch behaviour {
        case .countsOnly:
            while receive(from: socket) != nil {}
        case .silentAfterAccept:
            waitForHangUp(of: socket)
        case .sends(let bytes):
            guard send(bytes, to: socket) else { return }
            while receive(from: socket) != nil {}
        case .drips(let bytes):
            guard receive(from: socket) != nil else { return }
            for byte in bytes {
                poll(nil, 0, 50)
                guard send([byte], to: socket) else { return }
            }
            while receive(from: socket) != nil {}
        case .script(let answer):
            var messages = BERMessages()
            while let bytes = receive(from: socket) {
                messages.append(bytes)
                while let message = messages.next() {
                    guard let reply = answer(message), send(reply, to: socket) else { return }
                }
            }
        case .twoBytesThenSilence:
            guard receive(from: socket) != nil, send([0x30, 0x84], to: socket) else { return }
            while receive(from: socket) != nil {}
        case .hugePDU:
            guard receive(from: socket) != nil, send([0x30, 0x84, 0x7f, 0xff, 0xff, 0xff], to: socket) else { return }
            let piece = [UInt8](repeating: 0x04, count: 1 << 20)
            for _ in 0..<256 {
                guard send(piece, to: socket) else { return }
            }
            while receive(from: socket) != nil {}
        case .resets:
            guard receive(from: socket) != nil else { return }
            // Closing a socket that does not linger resets the connection (socket(7)).
            var atOnce = linger(l_onoff: 1, l_linger: 0)
            setsockopt(socket, SOL_SOCKET, SO_LINGER, &atOnce, socklen_t(MemoryLayout.size(ofValue: atOnce)))
        }
    }

    private func receive(from socket: Int32) -> [UInt8]? {
        var buffer = [UInt8](repeating: 0, count: 65536)
        let count = recv(socket, &buffer, buffer.count, 0)
        guard count > 0 else { return nil }
        let bytes = Array(buffer[..<count])
        state.withLock { $0.received += bytes }
        return bytes
    }

    private func send(_ bytes: [UInt8], to socket: Int32) -> Bool {
        var sent = 0
        while sent < bytes.count {
            let count = bytes[sent...].withUnsafeBytes {
                Glibc.send(socket, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { return false }
            sent += count
        }
        return true
    }

    private func waitForHangUp(of socket: Int32) {
        // Without POLLIN only a hang-up ends the wait, and nothing is taken from the socket.
        var watched = pollfd(fd: socket, events: 0, revents: 0)
        while poll(&watched, 1, -1) < 0, errno == EINTR {}
    }
}

/// Runs a closure with a misbehaving server, which is stopped afterwards.
/// - Parameters:
///   - behaviour: What the server does with each connection.
///   - body: Receives the listening server.
public func withToyServer<Result>(
    _ behaviour: ToyServer.Behaviour, _ body: (ToyServer) async throws -> Result
) async throws -> Result {
    try await Turnstile.servers.pass {
        let server = try ToyServer.start(behaviour)
        defer { server.stop() }
        return try await body(server)
    }
}
