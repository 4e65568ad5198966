import Foundation
import Glibc
import Testing

@testable import LDAPClient

/// The system's resolver, asking a DNS server of the test's own.
@Suite struct ServiceQueryTests {
    @Test func resolverBringsTheRecordsOfAServer() throws {
        let server = try ToyDNS { query in
            // The number of the question, then the prepared answer: the resolver compares number and question.
            Array(query.prefix(2)) + ServiceRecordTests.golden.dropFirst(2)
        }
        let records = try ServiceQuery.records(of: "_ldap._tcp.example.org", server: server.address)
        #expect(records.map(\.target) == ["dc1.example.org", "dc2.example.org", "backup.example.org"])
    }

    @Test func unknownNameIsExplained() throws {
        let server = try ToyDNS { query in
            // NXDOMAIN: the question comes back with the code 3.
            var answer = query
            (answer[2], answer[3]) = (0x81, 0x83)
            (answer[10], answer[11]) = (0, 0)
            return answer
        }
        let error = #expect(throws: ResolutionFailure.self) {
            try ServiceQuery.records(of: "_ldap._tcp.example.org", server: server.address)
        }
        #expect(error?.text == "Unknown host")
    }
}

/// Answers one datagram after the other until it is let go.
private final class ToyDNS: Sendable {
    let address: SocketAddress
    private let descriptor: Int32

    init(_ answer: @escaping @Sendable ([UInt8]) -> [UInt8]) throws {
        let descriptor = socket(AF_INET, Int32(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        self.descriptor = descriptor
        let any = try SocketAddress.resolve("127.0.0.1", numericOnly: true)[0]
        _ = any.withSocketAddress { bind(descriptor, $0, $1) }
        var name = sockaddr_in()
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        withUnsafeMutableBytes(of: &name) { bytes in
            if let start = bytes.bindMemory(to: sockaddr.self).baseAddress { getsockname(descriptor, start, &length) }
        }
        address = any.with(port: Int(UInt16(bigEndian: name.sin_port)))
        Thread.detachNewThread {
            var buffer = [UInt8](repeating: 0, count: 4096)
            var peer = sockaddr_storage()
            var isOver = false
            while !isOver {
                var size = socklen_t(MemoryLayout<sockaddr_storage>.size)
                withUnsafeMutablePointer(to: &peer) { peer in
                    peer.withMemoryRebound(to: sockaddr.self, capacity: 1) { peer in
                        let count = recvfrom(descriptor, &buffer, buffer.count, 0, peer, &size)
                        guard count > 12 else { return isOver = count <= 0 }
                        let reply = answer(Array(buffer[..<count]))
                        sendto(descriptor, reply, reply.count, 0, peer, size)
                    }
                }
            }
            close(descriptor)
        }
    }

    // Wakes the thread, which closes the socket.
    deinit { shutdown(descriptor, Int32(SHUT_RDWR)) }
}
