import Glibc
import TestSupport
import Testing

@testable import LDAPClient

@Suite struct ConnectionRaceTests {
    private func connect(
        _ hosts: [String], _ port: Int, delay: Duration, limit: Duration = .seconds(20)
    ) async throws -> Result<String, LDAPError> {
        let addresses = try hosts.flatMap { try SocketAddress.resolve($0, numericOnly: true) }
        let url = try LDAPURL("ldap://127.0.0.1:\(port)")
        do throws(LDAPError) {
            let descriptor = try await TCPConnector.connect(
                to: addresses, url: url, until: .now.advanced(by: limit), delay: delay)
            defer { close(descriptor) }
            return .success(peer(of: descriptor))
        } catch {
            return .failure(error)
        }
    }

    private func peer(of descriptor: Int32) -> String {
        var address = sockaddr_in()
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        withUnsafeMutableBytes(of: &address) { bytes in
            if let start = bytes.bindMemory(to: sockaddr.self).baseAddress { getpeername(descriptor, start, &length) }
        }
        return String(cString: inet_ntoa(address.sin_addr))
    }

    @Test func addressThatDoesNotAnswerHoldsUpNobody() async throws {
        try await withToyServer(.countsOnly) { server in
            let hole = try BlackHole(host: "127.0.0.2", port: server.port)
            let result = try await connect(["127.0.0.2", "127.0.0.1"], server.port, delay: .milliseconds(1))
            #expect(try result.get() == "127.0.0.1")
            withExtendedLifetime(hole) {}
        }
    }

    @Test func nextAddressIsNotTriedBeforeTheDelay() async throws {
        try await withToyServer(.countsOnly) { server in
            let hole = try BlackHole(host: "127.0.0.2", port: server.port)
            let result = try await connect(
                ["127.0.0.2", "127.0.0.1"], server.port, delay: .seconds(3600), limit: .milliseconds(200))
            guard case .failure(let error) = result else {
                Issue.record("connected")
                return
            }
            #expect(error.code == .timedOut)
            #expect(server.connectionCount == 0)
            withExtendedLifetime(hole) {}
        }
    }

    @Test func addressThatRefusesIsFollowedByTheNextAtOnce() async throws {
        try await withToyServer(.countsOnly) { server in
            let result = try await connect(["127.0.0.3", "127.0.0.1"], server.port, delay: .seconds(3600))
            #expect(try result.get() == "127.0.0.1")
        }
    }

    @Test func whereAllRefuseTheReasonIsTold() async throws {
        let server = try ToyServer.start(.countsOnly)
        server.stop()
        let result = try await connect(["127.0.0.3", "127.0.0.4"], server.port, delay: .seconds(3600))
        guard case .failure(let error) = result else {
            Issue.record("connected")
            return
        }
        #expect(error.code == .serverDown)
        #expect(error.reason == "Connection refused")
    }

    @Test func familiesTakeTurns() throws {
        let all = try ["::1", "::2", "::3", "127.0.0.1", "127.0.0.2"].flatMap {
            try SocketAddress.resolve($0, numericOnly: true)
        }
        let order = SocketAddress.alternating(all)
        #expect(order == [all[0], all[3], all[1], all[4], all[2]])
        #expect(SocketAddress.alternating([]).isEmpty)
    }
}

/// A listening socket whose queue is full: the kernel drops what asks to connect, as if nobody were there.
private final class BlackHole {
    private var descriptors: [Int32] = []

    init(host: String, port: Int) throws {
        let address = try SocketAddress.resolve(host, numericOnly: true)[0].with(port: port)
        let listener = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        descriptors.append(listener)
        guard address.withSocketAddress({ bind(listener, $0, $1) }) == 0, listen(listener, 0) == 0 else {
            throw TestSupportError("cannot listen on \(host):\(port)")
        }
        let flags = Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
        for _ in 0..<8 {
            let filler = Glibc.socket(AF_INET, flags, 0)
            descriptors.append(filler)
            _ = address.withSocketAddress { Glibc.connect(filler, $0, $1) }
        }
    }

    deinit { for descriptor in descriptors { close(descriptor) } }
}
