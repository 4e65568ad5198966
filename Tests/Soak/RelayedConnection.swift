import Glibc

/// The two sockets of one connection through a relay. Belongs to the relay's thread.
final class RelayedConnection {
    let client: Int32
    let server: Int32
    private var toServer: [UInt8] = []
    private var toClient: [UInt8] = []
    private var fault: CuttingRelay.Fault?
    private var buffer = [UInt8](repeating: 0, count: 1 << 16)

    init?(client: Int32, upstreamPort: Int) {
        self.client = client
        server = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        // A server that is started meanwhile must not inherit it.
        _ = fcntl(client, F_SETFD, FD_CLOEXEC)
        Self.makeNonBlocking(client)
        Self.makeNonBlocking(server)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(upstreamPort).bigEndian
        address.sin_addr.s_addr = INADDR_LOOPBACK.bigEndian
        let status = withUnsafeBytes(of: &address) { bytes in
            bytes.withMemoryRebound(to: sockaddr.self) { connect(server, $0.baseAddress, socklen_t(bytes.count)) }
        }
        guard status == 0 || errno == EINPROGRESS else {
            Glibc.close(server)
            return nil
        }
    }

    /// What poll(2) is to wait for on the two sockets: room for what waits to be passed on, or else more of it.
    var interests: [pollfd] {
        func events(_ incoming: [UInt8], _ outgoing: [UInt8]) -> Int16 {
            Int16((incoming.isEmpty ? POLLIN : 0) | (outgoing.isEmpty ? 0 : POLLOUT))
        }
        // A descriptor below zero is left out: a silent connection would report its end for ever.
        return [
            pollfd(fd: fault == .silence ? -1 : client, events: events(toServer, toClient), revents: 0),
            pollfd(fd: fault == .silence ? -1 : server, events: events(toClient, toServer), revents: 0),
        ]
    }

    /// Passes on what there is; `false` if the connection has ended.
    func pump() -> Bool {
        if fault == .silence { return true }
        return pump(from: client, to: server, &toServer) && pump(from: server, to: client, &toClient)
    }

    /// Has something happen to it; `true` if that ends it at once.
    func suffer(_ fault: CuttingRelay.Fault) -> Bool {
        self.fault = fault
        if fault == .reset {
            var option = linger(l_onoff: 1, l_linger: 0)
            for socket in [client, server] {
                setsockopt(socket, SOL_SOCKET, SO_LINGER, &option, socklen_t(MemoryLayout<linger>.size))
            }
        }
        return fault == .close || fault == .reset
    }

    func close() {
        Glibc.close(client)
        Glibc.close(server)
    }

    private func pump(from source: Int32, to target: Int32, _ pending: inout [UInt8]) -> Bool {
        while true {
            while !pending.isEmpty {
                let sent = send(target, pending, pending.count, Int32(MSG_NOSIGNAL))
                // ENOTCONN: the connection to the server is still being made.
                guard sent >= 0 else { return errno == EAGAIN || errno == ENOTCONN }
                pending.removeFirst(sent)
            }
            let count = recv(source, &buffer, buffer.count, 0)
            guard count > 0 else { return count < 0 && (errno == EAGAIN || errno == ENOTCONN) }
            if fault == .closeInTheMiddle, source == server {
                send(target, buffer, count / 2, Int32(MSG_NOSIGNAL))
                return false
            }
            pending = Array(buffer[..<count])
        }
    }

    static func makeNonBlocking(_ descriptor: Int32) {
        _ = fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) | O_NONBLOCK)
    }
}
