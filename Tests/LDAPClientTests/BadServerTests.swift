import Logging
import TestSupport
import Testing

@testable import LDAPClient

/// What servers do that follow no rule: every call must end by its deadline, and leave nothing behind.
@Suite struct BadServerTests {
    private static let search = SearchRequest(base: DistinguishedName([]), scope: .base, attributes: .none)

    /// BER of a message with this id and operation.
    private static func message(_ id: UInt8, _ operation: [UInt8]) -> [UInt8] {
        [0x30, UInt8(3 + operation.count), 0x02, 0x01, id] + operation
    }

    /// resultCode success, empty matchedDN and diagnosticMessage.
    private static let success: [UInt8] = [0x0A, 1, 0, 0x04, 0, 0x04, 0]

    private func searchFails(
        _ behaviour: ToyServer.Behaviour, tls: Bool = false, _ timeouts: LDAPTimeouts = LDAPTimeouts(),
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws -> LDAPError {
        try await withToyServer(behaviour) { server in
            let uri = tls ? "ldaps://127.0.0.1:\(server.port)" : server.uri
            let start = ContinuousClock.now
            let error = try await withClient(.anonymous(uri, timeouts: timeouts)) { client in
                try await failure { () async throws(LDAPError) in try await client.search(Self.search) }
            }
            #expect(start.duration(to: .now) < .seconds(60), sourceLocation: sourceLocation)
            try await OpenFiles.expectNone(toPort: server.port)
            return error
        }
    }

    private func bindFails(
        _ behaviour: ToyServer.Behaviour, _ timeouts: LDAPTimeouts = LDAPTimeouts()
    ) async throws -> (error: LDAPError, binds: Int) {
        try await withToyServer(behaviour) { server in
            let error = try await withClient(.anonymous(server.uri, timeouts: timeouts)) { client in
                try await failure { () async throws(LDAPError) in
                    try await client.verifyPassword(dn: "cn=x", password: [0x73, 0x33, 0x63])
                }
            }
            try await OpenFiles.expectNone(toPort: server.port)
            let sent = server.receivedBytes
            return (error, sent.indices.count { sent[$0...].starts(with: [0x73, 0x33, 0x63]) })
        }
    }

    @Test func silentServerEndsTheSearchAtItsDeadline() async throws {
        let error = try await searchFails(.countsOnly, .short)
        #expect(error.code == .timedOut)
        #expect(error.step == .search)
        #expect(error.remedy.contains("speaks LDAP"))
    }

    @Test func silentServerEndsTheHandshakeAtItsDeadline() async throws {
        let error = try await searchFails(.countsOnly, tls: true, .short)
        #expect(error.code == .timedOut)
        #expect(error.step == .tls)
    }

    @Test func plainServerBehindLdapsIsATLSFailure() async throws {
        let error = try await searchFails(.sends(Array("HTTP/1.1 400 Bad Request\r\n\r\n".utf8)), tls: true)
        #expect(error.code == .tlsFailed)
    }

    @Test func halfAMessageBlocksNobody() async throws {
        #expect(try await searchFails(.twoBytesThenSilence, .short).code == .timedOut)
        let (error, binds) = try await bindFails(.twoBytesThenSilence, .short)
        #expect(error.code == .timedOut)
        #expect(binds == 1)
    }

    @Test func webServerIsNamedAsNoLDAPServer() async throws {
        #expect(try await searchFails(.sends(Array("HTTP/1.1 400 Bad Request\r\n\r\n".utf8))).code == .notLDAP)
    }

    @Test func answerThatComesInPiecesIsLDAP() async throws {
        try await withToyServer(.drips(Self.message(1, [0x65, 7] + Self.success))) { server in
            let result = try await withClient(.anonymous(server.uri, timeouts: .wide)) {
                try await $0.search(Self.search)
            }
            #expect(result.completeness == .complete)
        }
    }

    @Test func announcedGiantMessageIsRefusedAtOnce() async throws {
        let before = try residentKilobytes()
        #expect(try await searchFails(.hugePDU).code == .connectionClosed)
        #expect(try residentKilobytes() - before < 200_000)
    }

    @Test func serverThatHangsUpIsNamed() async throws {
        #expect(try await searchFails(.script { _ in nil }).code == .connectionClosed)
        let (error, binds) = try await bindFails(.script { _ in nil })
        #expect(error.code == .connectionClosed)
        #expect(binds == 1)
    }

    /// RFC 4511, 4.4.1: unavailable, "going down".
    private static let notice: [UInt8] =
        [0x30, 46, 0x02, 1, 0, 0x78, 41, 0x0A, 1, 52, 0x04, 0, 0x04, 10] + Array("going down".utf8) + [0x8A, 22]
        + Array("1.3.6.1.4.1.1466.20036".utf8)

    @Test func noticeOfDisconnectionIsTheServersWord() async throws {
        let error = try await searchFails(.script { _ in Self.notice })
        #expect(error.code == .unavailable)
        #expect(error.step == .search)
        #expect(error.resultCode == 52)
        #expect(error.diagnosticMessage == "going down")
        let (refusal, binds) = try await bindFails(.script { _ in Self.notice })
        #expect(refusal.code == .unavailable)
        #expect(binds == 1)
    }

    @Test func searchIsSentOnceMoreWhenTheServerSaysGoodbyeToAUsedConnection() async throws {
        // Only a connection's first question is answered.
        let answer = Self.message(1, [0x65, 7] + Self.success)
        try await withToyServer(.script { $0[4] == 1 ? answer : $0[5] == 0x63 ? Self.notice : [] }) { server in
            try await withClient(.anonymous(server.uri)) { client in
                for _ in 0..<2 {
                    let result = try await client.search(Self.search)
                    #expect(result.completeness == .complete)
                }
            }
            #expect(server.connectionCount == 2)
        }
    }

    @Test func errorOfAPageNamesItsStep() async throws {
        let oid = Array("1.2.840.113556.1.4.319".utf8)
        let control = [0x04, UInt8(oid.count)] + oid + [0x04, 4, 0x30, 2, 0x02, 1]
        let controls = [0xA0, UInt8(control.count + 2), 0x30, UInt8(control.count)] + control
        let page = Self.message(1, [0x65, 7] + Self.success + controls)
        try await withToyServer(.script { _ in page }) { server in
            var request = Self.search
            request.pageSize = 10
            let error = try await withClient(.anonymous(server.uri)) { client in
                try await failure { () async throws(LDAPError) in try await client.search(request) }
            }
            #expect(error.code == .unexpectedResponse)
            #expect(error.step == .search)
            #expect(error.reason.contains("1.2.840.113556.1.4.319"))
        }
    }

    @Test func successOfASearchIsNeverTheSuccessOfABind() async throws {
        let (error, binds) = try await bindFails(.script { _ in Self.message(1, [0x65, 7] + Self.success) })
        #expect(error.code == .unexpectedResponse)
        #expect(binds == 1)
    }

    @Test func answerUnderAnotherMessageIDIsNoAnswer() async throws {
        let (error, _) = try await bindFails(.script { _ in Self.message(77, [0x61, 7] + Self.success) }, .short)
        #expect(error.code == .timedOut)
    }

    @Test func policyControlThatCannotBeReadRefusesTheBind() async throws {
        let oid = Array("1.3.6.1.4.1.42.2.27.8.5.1".utf8)
        // An error of two octets, of which one is there.
        let control = [0x04, UInt8(oid.count)] + oid + [0x04, 5, 0x30, 3, 0x81, 2, 1]
        let controls = [0xA0, UInt8(control.count + 2), 0x30, UInt8(control.count)] + control
        let (error, _) = try await bindFails(.script { _ in Self.message(1, [0x61, 7] + Self.success + controls) })
        #expect(error.code == .unexpectedResponse)
    }

    @Test func referralIsAnErrorAndNeverFollowed() async throws {
        try await withToyServer(.countsOnly) { elsewhere in
            let url = Array("ldap://127.0.0.1:\(elsewhere.port)/dc=x".utf8)
            let referral = [0xA3, UInt8(url.count + 2), 0x04, UInt8(url.count)] + url
            let result: [UInt8] = [0x0A, 1, 10, 0x04, 0, 0x04, 0] + referral
            let error = try await searchFails(.script { _ in Self.message(1, [0x65, UInt8(result.count)] + result) })
            #expect(error.code == .referral)
            #expect(elsewhere.connectionCount == 0)
        }
    }

    @Test func referencesMakeAResultIncompleteAndAreNeverFollowed() async throws {
        try await withToyServer(.countsOnly) { elsewhere in
            let url = Array("ldap://127.0.0.1:\(elsewhere.port)/dc=x".utf8)
            let reference = Self.message(1, [0x73, UInt8(url.count + 2), 0x04, UInt8(url.count)] + url)
            let done = Self.message(1, [0x65, 7] + Self.success)
            try await withToyServer(.script { _ in reference + done }) { server in
                let result = try await withClient(.anonymous(server.uri)) { try await $0.search(Self.search) }
                #expect(result.completeness == .incomplete(.references))
                #expect(result.references == [String(decoding: url, as: UTF8.self)])
            }
            #expect(elsewhere.connectionCount == 0)
        }
    }

    @Test func streamReadsOnlySoFarAhead() async throws {
        // SearchResultEntry with the DN "cn=x" and no attributes.
        let entry = Self.message(1, [0x64, 8, 0x04, 4] + Array("cn=x".utf8) + [0x30, 0])
        let all = Array(repeatElement(entry, count: 20_000).joined()) + Self.message(1, [0x65, 7] + Self.success)
        try await withToyServer(.script { _ in all }) { server in
            let connection = try await LDAPConnection.connect(to: LDAPURL(server.uri))
            var reader = SearchReader(connection, Self.search, deadline: nil)
            var sizes: [Int] = []
            while let batch = try await reader.next() { sizes.append(batch.count) }
            await connection.close()
            #expect(sizes.reduce(0, +) == 20_000)
            #expect(sizes.max() ?? 0 <= 256)
        }
    }

    @Test func cancellingEndsTheCallAndAbandonsTheSearch() async throws {
        try await withToyServer(.countsOnly) { server in
            var configuration = try LDAPClientConfiguration.anonymous(server.uri)
            configuration.searchPoolSize = 1
            try await withClient(configuration) { client in
                let task = Task { () -> LDAPError in
                    try await failure { () async throws(LDAPError) in try await client.search(Self.search) }
                }
                try await eventually("the search has arrived") { server.receivedBytes.contains(0x63) }
                let before = server.receivedBytes.count
                task.cancel()
                #expect(try await task.value.code == .cancelled)
                // AbandonRequest: [APPLICATION 16], primitive.
                try await eventually("the abandon has arrived") {
                    server.receivedBytes.dropFirst(before).contains(0x50)
                }
            }
        }
    }

    @Test func cancellingABindEndsItsConnection() async throws {
        try await withToyServer(.countsOnly) { server in
            try await withClient(.anonymous(server.uri)) { client in
                let task = Task { () -> LDAPError in
                    try await failure { () async throws(LDAPError) in
                        try await client.verifyPassword(dn: "cn=x", password: [1])
                    }
                }
                try await eventually("the bind has arrived") { server.receivedBytes.contains(0x60) }
                #expect(try OpenFiles.connections(toPort: server.port) == 1)
                task.cancel()
                #expect(try await task.value.code == .cancelled)
                try await OpenFiles.expectNone(toPort: server.port)
            }
        }
    }

    @Test func hundredsOfWaitingCallsKeepTheOthersGoing() async throws {
        try await withToyServer(.countsOnly) { silent in
            try await withSlapd(loading: .base(adding: person("alice"))) { slapd in
                var configuration = try LDAPClientConfiguration.anonymous(silent.uri)
                configuration.bindPoolSize = 300
                let stuck = LDAPClient(configuration: configuration, logger: Logger(label: "test"))
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for _ in 0..<300 {
                        group.addTask {
                            let error = try await failure { () async throws(LDAPError) in
                                try await stuck.verifyPassword(dn: "cn=x", password: [1])
                            }
                            #expect(error.code == .cancelled)
                        }
                    }
                    try await eventually("all have connected") { silent.connectionCount == 300 }
                    try await withClient(.of(slapd)) { client in
                        let answer = try await client.verifyPassword(
                            dn: "uid=alice,\(people)", password: Array("correct horse".utf8))
                        #expect(answer.isSuccess)
                    }
                    group.cancelAll()
                    try await group.waitForAll()
                }
                await stuck.shutdown()
                try await OpenFiles.expectNone(toPort: silent.port)
            }
        }
    }

    @Test func serverThatDoesNotReadHoldsUpNobody() async throws {
        try await withToyServer(.silentAfterAccept) { server in
            var configuration = try LDAPClientConfiguration.anonymous(server.uri, timeouts: .short)
            configuration.searchPoolSize = 1
            // Together larger than the buffers of both sockets, so that requests stay unfinished and queue up.
            let value = String(repeating: "x", count: 300_000)
            let request = SearchRequest(
                base: DistinguishedName([]), filter: .equal("description", value), attributes: .none)
            try await withClient(configuration) { client in
                try await withThrowingTaskGroup(of: LDAPError.Code.self) { group in
                    for _ in 0..<12 {
                        group.addTask {
                            try await failure { () async throws(LDAPError) in try await client.search(request) }.code
                        }
                    }
                    for try await code in group { #expect(code == .timedOut || code == .connectionClosed) }
                }
            }
            try await OpenFiles.expectNone(toPort: server.port)
        }
    }

    private func residentKilobytes() throws -> Int {
        let status = try procFile("/proc/self/status")
        let line = status.split(separator: "\n").first { $0.hasPrefix("VmRSS:") }
        return try #require(line?.split(separator: " ").dropFirst().first.flatMap { Int($0) })
    }
}
