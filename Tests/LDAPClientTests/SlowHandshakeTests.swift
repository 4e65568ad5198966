import Foundation
import Glibc
import TestSupport
import Testing

@testable import LDAPClient

/// Servers that begin to answer and never end: each step before LDAP itself holds its limit.
@Suite struct SlowHandshakeTests {
    /// ExtendedResponse, success: the answer to StartTLS.
    private static let startTLSAnswer: [UInt8] = [0x30, 12, 0x02, 1, 1, 0x78, 7, 0x0A, 1, 0, 0x04, 0, 0x04, 0]
    /// The beginning of a TLS record of 16,384 octets that announces a ServerHello.
    private static let serverHello: [UInt8] = [0x16, 3, 3, 0x40, 0, 2, 0, 0x3F, 0xFC, 3, 3]

    private func connectFails(
        _ behaviour: ToyServer.Behaviour, startTLS: Bool = false, _ timeouts: LDAPTimeouts = .short,
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws -> LDAPError {
        try await withToyServer(behaviour) { server in
            let url = try LDAPURL(startTLS ? server.uri : "ldaps://127.0.0.1:\(server.port)")
            let options = LDAPConnectionOptions(tls: LDAPTLSOptions(startTLS: startTLS), timeouts: timeouts)
            let start = ContinuousClock.now
            let error = try await failure { () async throws(LDAPError) in
                try await LDAPConnection.connect(to: url, options: options)
            }
            #expect(start.duration(to: .now) < .seconds(100), sourceLocation: sourceLocation)
            #expect(error.step == .tls, sourceLocation: sourceLocation)
            try await OpenFiles.expectNone(toPort: server.port)
            return error
        }
    }

    @Test func halfAHandshakeEndsAtTheDeadline() async throws {
        let error = try await connectFails(.sends(Self.serverHello + [UInt8](repeating: 7, count: 40)))
        #expect(error.code == .timedOut)
    }

    @Test func handshakeByteByByteEndsAtTheDeadline() async throws {
        // It would take eight minutes.
        let error = try await connectFails(.drips(Self.serverHello + [UInt8](repeating: 7, count: 10_000)))
        #expect(error.code == .timedOut)
    }

    @Test func answerToStartTLSByteByByteEndsAtTheDeadline() async throws {
        // An answer of 10,000 octets, which would take eight minutes.
        let text: [UInt8] = [0x04, 0x82, 0x27, 0x10] + [UInt8](repeating: 0x20, count: 10_000)
        let result: [UInt8] = [0x0A, 1, 0, 0x04, 0] + text
        let error = try await connectFails(
            .drips([0x30, 0x82, 0x27, 0x20, 0x02, 1, 1, 0x78, 0x82, 0x27, 0x19] + result), startTLS: true)
        #expect(error.code == .timedOut)
    }

    @Test func silenceInsteadOfAnAnswerToStartTLSEndsAtTheDeadline() async throws {
        #expect(try await connectFails(.countsOnly, startTLS: true).code == .timedOut)
        #expect(try await connectFails(.twoBytesThenSilence, startTLS: true).code == .timedOut)
    }

    @Test func bytesThatAreNoTLSEndTheHandshakeAtOnce() async throws {
        let html = Array("HTTP/1.1 400 Bad Request\r\n\r\n".utf8)
        #expect(try await connectFails(.sends(html), .wide).code == .tlsFailed)
        // LDAP goes on where TLS should begin: nothing that was sent in clear may be taken for protected.
        let injected = Self.startTLSAnswer + [0x30, 12, 0x02, 1, 2, 0x61, 7, 0x0A, 1, 0, 0x04, 0, 0x04, 0]
        let error = try await connectFails(
            .script { $0.dropFirst(5).first == 0x77 ? injected : [] }, startTLS: true, .wide)
        #expect(error.code == .tlsFailed)
    }

    @Test func serverThatHangsUpInTheHandshakeIsNoTimeout() async throws {
        let error = try await connectFails(.script { _ in nil }, .wide)
        #expect(error.code == .tlsFailed)
        #expect(try await connectFails(.script { _ in nil }, startTLS: true, .wide).code == .tlsFailed)
    }

    // MARK: Unix sockets

    /// A socket that nobody accepts from and whose queue has room for one.
    private func withFullSocket<Result>(_ body: (String) async throws -> Result) async throws -> Result {
        try await withTemporaryFolder { folder in
            let path = "\(folder)/socket"
            let address = try #require(UnixSocketAddress(path: path))
            let listener = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
            defer { close(listener) }
            #expect(address.withSocketAddress { bind(listener, $0, $1) } == 0)
            #expect(listen(listener, 0) == 0)
            let first = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
            defer { close(first) }
            #expect(address.withSocketAddress { connect(first, $0, $1) } == 0)
            return try await body(path)
        }
    }

    @Test func fullQueueOfASocketEndsAtTheDeadline() async throws {
        try await withFullSocket { path in
            let error = try await failure { () async throws(LDAPError) in
                try await LDAPConnection.connect(
                    to: LDAPURL.socket(path), options: LDAPConnectionOptions(timeouts: .short))
            }
            #expect(error.code == .timedOut)
            #expect(error.step == .connect)
        }
    }

    @Test func cancellationEndsTheWaitForASocket() async throws {
        try await withFullSocket { path in
            let url = try LDAPURL.socket(path)
            let task = Task { () async throws in
                try await failure { () async throws(LDAPError) in
                    try await LDAPConnection.connect(
                        to: url, options: LDAPConnectionOptions(timeouts: LDAPTimeouts(connect: .seconds(600))))
                }.code
            }
            task.cancel()
            #expect(try await task.value == .cancelled)
        }
    }

    @Test func socketThatIsNotThereIsNamed() async throws {
        let error = try await failure { () async throws(LDAPError) in
            try await LDAPConnection.connect(to: LDAPURL.socket("/nonexistent/ldapi"))
        }
        #expect(error.code == .serverDown)
        #expect(error.remedy.contains("/nonexistent/ldapi"))
    }
}
