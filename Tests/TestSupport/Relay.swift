import Glibc
import Synchronization

/// Runs a closure with a server that passes everything on to another one, and shows each request to somebody before it does: the requester
/// waits, so what happens meanwhile happens at exactly that point.
///
/// For clients that ask one thing at a time, by whatever connections.
/// - Parameters:
///   - slapd: The server that answers.
///   - show: Sees each LDAP message (RFC 4511 section 4.1.1) of the client.
///   - body: Receives the address of the relay.
public func withRelay<Result>(
    to slapd: Slapd, _ show: @escaping @Sendable (_ request: [UInt8]) -> Void, _ body: (String) async throws -> Result
) async throws -> Result {
    let upstream = try Upstream(port: slapd.port)
    return try await withToyServer(
        .script { request in
            show(request)
            return upstream.answer(to: request)
        }
    ) { try await body($0.uri) }
}

/// A connection to the server that answers.
private final class Upstream: Sendable {
    /// The requests that nobody answers: UnbindRequest and AbandonRequest (RFC 4511 sections 4.3 and 4.11).
    private static let unanswered: Set<UInt8> = [0x42, 0x50]
    /// The answers that another one follows: SearchResultEntry and SearchResultReference (section 4.5.2), IntermediateResponse (4.13).
    private static let unfinished: Set<UInt8> = [0x64, 0x73, 0x79]

    private let socket: Int32
    private let messages = Mutex(BERMessages())

    init(port: Int) throws {
        guard let socket = LoopbackPort.connect(to: port) else {
            throw TestSupportError("Nobody listens on port \(port).")
        }
        self.socket = socket
    }

    deinit { close(socket) }

    /// All messages up to the one that ends the operation; `nil` if the server has hung up.
    func answer(to request: [UInt8]) -> [UInt8]? {
        messages.withLock { messages in
            guard let operation = Self.operation(request), !Self.unanswered.contains(operation) else { return [] }
            var sent = 0
            while sent < request.count {
                let count = request[sent...].withUnsafeBytes {
                    send(socket, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
                }
                guard count > 0 else { return nil }
                sent += count
            }
            var answer: [UInt8] = []
            while true {
                while let message = messages.next() {
                    answer += message
                    if Self.operation(message).map(Self.unfinished.contains) != true { return answer }
                }
                var buffer = [UInt8](repeating: 0, count: 65536)
                let count = recv(socket, &buffer, buffer.count, 0)
                guard count > 0 else { return nil }
                messages.append(Array(buffer[..<count]))
            }
        }
    }

    /// The tag of the operation, which follows the message's id.
    private static func operation(_ message: [UInt8]) -> UInt8? {
        guard message.count > 2 else { return nil }
        let header = message[1] < 0x80 ? 2 : 2 + Int(message[1] & 0x7f)
        guard message.count > header + 1 else { return nil }
        let place = header + 2 + Int(message[header + 1])
        return place < message.count ? message[place] : nil
    }
}
