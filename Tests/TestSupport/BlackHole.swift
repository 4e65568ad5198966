import Glibc

/// Runs a closure with an address whose packets nobody answers: a listening socket with a full backlog, for which Linux drops further
/// connection requests without a word.
/// - Parameters:
///   - host: An IPv4 or IPv6 address of this machine.
///   - port: The port; a free one by default.
///   - body: Receives the address.
public func withBlackHole<Result>(
    _ host: String = "127.0.0.1", port: Int? = nil, _ body: (BlackHole) async throws -> Result
) async throws -> Result {
    let hole = try BlackHole(host, port: port ?? LoopbackPort.free())
    defer { hole.end() }
    return try await body(hole)
}

/// An address whose packets nobody answers.
public struct BlackHole: Sendable {
    /// The port.
    public let port: Int
    private let sockets: [Int32]

    init(_ host: String, port: Int) throws {
        self.port = port
        let flags = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue)
        var hints = addrinfo()
        hints.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var list: UnsafeMutablePointer<addrinfo>?
        guard getaddrinfo(host, "\(port)", &hints, &list) == 0, let address = list?.pointee else {
            throw TestSupportError("\(host) is no address.")
        }
        defer { freeaddrinfo(list) }
        let listener = socket(address.ai_family, flags, 0)
        // A backlog of 0 has room for one; the rest wait for their first answer for ever.
        guard listener >= 0, bind(listener, address.ai_addr, address.ai_addrlen) == 0, listen(listener, 0) == 0 else {
            close(listener)
            throw TestSupportError("Could not listen on \(host) port \(port): \(String(cString: strerror(errno))).")
        }
        sockets =
            [listener]
            + (0..<3).map { _ in
                let filler = socket(address.ai_family, flags, 0)
                _ = connect(filler, address.ai_addr, address.ai_addrlen)
                return filler
            }
    }

    func end() {
        for socket in sockets { close(socket) }
    }
}
