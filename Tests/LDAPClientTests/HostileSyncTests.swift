import Synchronization
import TestSupport
import Testing

@testable import LDAPClient

/// Content synchronization with servers that follow no rule, or one that OpenLDAP does not.
@Suite struct HostileSyncTests {
    private static let uuid = SyncMessages.uuid(1)

    private func request(
        _ mode: SyncMode = .refreshOnly, cookie: String? = nil, idle: Duration? = nil
    ) throws -> SyncRequest {
        SyncRequest(
            base: try DistinguishedName("dc=y"), attributes: .allUserAttributes, mode: mode,
            cookie: cookie.map(SyncCookie.init(text:)), idleInterval: idle)
    }

    /// A server that answers every search with these operations.
    private static func answering(_ operations: [([UInt8], [LDAPControl])]) -> ToyServer.Behaviour {
        LDAPMessages.server { request in
            operations.flatMap { LDAPMessages.message(request.id, $0.0, controls: $0.1) }
        }
    }

    private func changes(
        _ operations: [([UInt8], [LDAPControl])], _ request: SyncRequest
    ) async throws -> (changes: [SyncChange], error: LDAPError?) {
        try await withToyServer(Self.answering(operations)) { server in
            try await withClient(.anonymous(server.uri)) { client in
                let stream = try await client.changes(request)
                var iterator = stream.makeAsyncIterator()
                var changes: [SyncChange] = []
                var failure: LDAPError?
                do throws(LDAPError) {
                    while let change = try await iterator.next() { changes.append(change) }
                } catch {
                    failure = error
                }
                #expect(await !stream.connection.isOpen)
                try await eventually("the connection is closed") { server.openConnectionCount == 0 }
                #expect(server.connectionCount == 1)
                return (changes, failure)
            }
        }
    }

    private static func done(_ code: Int, text: String = "") -> [UInt8] {
        // Result codes above 127 take two octets.
        BERWriter.element(
            0x65,
            BERWriter.element(BERTag.enumerated, code < 128 ? [UInt8(code)] : [UInt8(code >> 8), UInt8(code & 255)])
                + BERWriter.octetString([]) + BERWriter.octetString(text.utf8))
    }

    private static let entry = LDAPMessages.entry("cn=x,dc=y", [("cn", ["x"])])

    @Test func refreshRequiredIsAnAnswerWithAndWithoutACookie() async throws {
        let plain = try await changes([(Self.done(4096, text: "sync cookie is stale"), [])], request(cookie: "old"))
        #expect(
            plain.changes
                == [.restart(SyncRestart(reason: .refreshRequired, diagnosticMessage: "sync cookie is stale"))])
        let offered = try await changes(
            [
                (Self.entry, [SyncMessages.state(.add, Self.uuid)]),
                (Self.done(4096), [SyncMessages.done(cookie: "new")]),
            ],
            request(.refreshAndPersist, cookie: "old"))
        #expect(
            offered.changes.last
                == .restart(SyncRestart(reason: .refreshRequired, cookie: SyncCookie(text: "new"))))
        #expect(plain.error == nil && offered.error == nil)
        let unasked = try await changes([(Self.done(4096), [])], request())
        #expect(unasked.changes.isEmpty && unasked.error?.resultCode == 4096)
    }

    @Test func aServerThatIsBehindIsAnAnswerOnlyToACookie() async throws {
        let sent = try await changes([(Self.done(53), [])], request(cookie: "old"))
        #expect(sent.changes == [.restart(SyncRestart(reason: .serverIsBehind))])
        let first = try await changes([(Self.done(53), [])], request())
        #expect(first.changes.isEmpty && first.error?.code == .unwillingToPerform)
    }

    /// What must end the synchronization, each after a message that is good.
    private static let broken: [([UInt8], [LDAPControl])] = [
        (entry, []),
        (entry, [LDAPControl(oid: SyncStateControl.oid, value: [0x30, 0x80])]),
        (entry, [LDAPControl(oid: SyncStateControl.oid)]),
        (entry, [SyncMessages.state(.add, uuid), SyncMessages.state(.delete, uuid)]),
        (SyncMessages.intermediate([0xA3, 0x02, 0x31, 0x05]), []),
        (SyncMessages.intermediate([]), []),
        (SyncMessages.intermediate(SyncMessages.newCookie("c"), oid: "1.2.3"), []),
        (BERWriter.element(0x79, []), []),
        (BERWriter.element(0x79, [0x80, 0x05, 0x31]), []),
        (done(0), []),
        (done(0), [LDAPControl(oid: SyncDoneControl.oid, value: [0x30, 0x03, 0x01, 0x01])]),
        (done(0), [LDAPControl(oid: SyncDoneControl.oid, value: [0x31, 0x00])]),
        (LDAPMessages.result(0x78), []),
    ]

    @Test(arguments: broken.indices)
    func whatCannotBeReadEndsTheSynchronization(_ index: Int) async throws {
        let good = (Self.entry, [SyncMessages.state(.add, Self.uuid)])
        let (changes, error) = try await changes(
            [good, Self.broken[index], (Self.done(0), [SyncMessages.done(cookie: "c")])], request())
        #expect(error?.code == .unexpectedResponse || error?.code == .connectionClosed, "\(String(describing: error))")
        var tracker = SyncPhaseTracker(sentCookie: nil)
        for change in changes { tracker.note(change) }
        #expect(tracker.finishRefresh(known: [Self.uuid]) == nil && tracker.cookie == nil)
    }

    @Test func controlsAreReadInAnyLengthForm() async throws {
        // As 389 Directory Server writes them.
        func long(_ tag: UInt8, _ content: [UInt8]) -> [UInt8] {
            [tag, 0x84, 0, 0, UInt8(content.count >> 8), UInt8(content.count & 255)] + content
        }
        let state = long(0x30, long(0x0A, [1]) + long(4, Self.uuid.octets) + long(4, [0x63]))
        let (changes, error) = try await changes(
            [
                (Self.entry, [LDAPControl(oid: SyncStateControl.oid, value: state)]),
                (SyncMessages.intermediate(long(0xA3, long(1, [1]) + long(0x31, long(4, Self.uuid.octets)))), []),
                (Self.done(0), [LDAPControl(oid: SyncDoneControl.oid, value: long(0x30, long(4, [0x64])))]),
            ], request(cookie: "old"))
        #expect(error == nil)
        #expect(
            changes.suffix(2) == [
                .deletedSet([Self.uuid]),
                .refreshDone(SyncRefreshEnd(cookie: SyncCookie(text: "d"), namesAllThatIsLeft: true)),
            ])
        #expect(changes.count == 3)
    }

    @Test func referencesAreHandedOn() async throws {
        let reference = BERWriter.element(0x73, BERWriter.octetString("ldap://b/dc=y".utf8))
        let (changes, _) = try await changes(
            [(reference, []), (Self.done(0), [SyncMessages.done(cookie: "c")])], request())
        #expect(changes.first == .reference(["ldap://b/dc=y"]) && changes.count == 2)
    }

    @Test func anIntermediateResponseIsNoAnswerToAnOrdinarySearch() async throws {
        let operations = [(SyncMessages.intermediate(SyncMessages.newCookie("c")), [LDAPControl]())]
        try await withToyServer(Self.answering(operations)) { server in
            try await withClient(.anonymous(server.uri)) { client in
                let error = try await failure { () async throws(LDAPError) in
                    try await client.search(SearchRequest(base: DistinguishedName("dc=y"), attributes: .none))
                }
                #expect(error.code == .unexpectedResponse)
            }
        }
    }

    @Test func aServerThatIsSilentDuringTheRefreshIsGivenUp() async throws {
        try await withToyServer(.countsOnly) { server in
            try await withClient(.anonymous(server.uri)) { client in
                var request = try request(.refreshAndPersist)
                request.progressLimit = .milliseconds(100)
                let stream = try await client.changes(request)
                var iterator = stream.makeAsyncIterator()
                let error = try await failure { () async throws(LDAPError) in try await iterator.next() }
                #expect(error.code == .timedOut)
                #expect(await stream.lastHeard == nil)
                try await eventually("the connection is closed") { server.openConnectionCount == 0 }
            }
        }
    }

    @Test func silenceOfThePersistStageIsToldAndEndsNothing() async throws {
        let search = Mutex(0)
        let behaviour = LDAPMessages.server { request in
            guard request.tag == 0x63 else {
                // Asked who somebody is, it tells of a change first.
                return LDAPMessages.message(
                    search.withLock { $0 }, Self.entry, controls: [SyncMessages.state(.modify, Self.uuid, cookie: "c")])
                    + LDAPMessages.message(request.id, LDAPMessages.result(0x78))
            }
            search.withLock { $0 = request.id }
            return LDAPMessages.message(
                request.id, SyncMessages.intermediate(SyncMessages.phaseEnd(present: false, cookie: "b")))
        }
        try await withToyServer(behaviour) { server in
            try await withClient(.anonymous(server.uri)) { client in
                let stream = try await client.changes(request(.refreshAndPersist, cookie: "a", idle: .milliseconds(20)))
                var iterator = stream.makeAsyncIterator()
                let end = SyncRefreshEnd(cookie: SyncCookie(text: "b"), namesAllThatIsLeft: false)
                #expect(try await iterator.next() == .refreshDone(end))
                let heard = await stream.lastHeard
                #expect(try await iterator.next() == .idle)
                #expect(try await iterator.next() == .idle)
                #expect(await stream.lastHeard == heard && heard != nil)
                _ = try await stream.connection.whoAmI()
                let batch = try await iterator.nextBatch()
                #expect(batch?.count == 2 && batch?.last == .cookie(SyncCookie(text: "c")))
                #expect(await stream.connection.isOpen)
            }
        }
    }

    @Test func cancellingTheTaskAbandonsTheSearch() async throws {
        let persisting: [([UInt8], [LDAPControl])] = [
            (SyncMessages.intermediate(SyncMessages.phaseEnd(present: false)), [])
        ]
        try await withToyServer(Self.answering(persisting)) { server in
            try await withClient(.anonymous(server.uri)) { client in
                let stream = try await client.changes(request(.refreshAndPersist))
                let reader = Task {
                    var iterator = stream.makeAsyncIterator()
                    return try await failure { () async throws(LDAPError) in
                        while try await iterator.next() != nil {}
                    }
                }
                try await eventually("the refresh is over") { await stream.lastHeard != nil }
                reader.cancel()
                #expect(try await reader.value.code == .cancelled)
                // AbandonRequest: [APPLICATION 16], primitive.
                try await eventually("the abandon has arrived") { server.receivedBytes.contains(0x50) }
                try await eventually("the connection is closed") { server.openConnectionCount == 0 }
            }
        }
    }

    @Test func lettingTheStreamGoClosesTheConnection() async throws {
        let persisting: [([UInt8], [LDAPControl])] = [
            (SyncMessages.intermediate(SyncMessages.phaseEnd(present: false)), [])
        ]
        try await withToyServer(Self.answering(persisting)) { server in
            try await withClient(.anonymous(server.uri)) { client in
                for try await _ in try await client.changes(request(.refreshAndPersist)) { break }
                try await eventually("the connection is closed") { server.openConnectionCount == 0 }
            }
        }
    }

    @Test func readingStopsWhileTheConsumerIsBusy() async throws {
        let count = 3_000
        let blob = String(repeating: "v", count: 10_000)
        let behaviour = LDAPMessages.server { request in
            var answer: [UInt8] = []
            for number in 0..<count {
                answer += LDAPMessages.message(
                    request.id, LDAPMessages.entry("cn=\(number),dc=y", [("cn", [blob])]),
                    controls: [SyncMessages.state(.add, SyncMessages.uuid(number))])
            }
            return answer
                + LDAPMessages.message(
                    request.id, Self.done(0), controls: [SyncMessages.done(cookie: "c", refreshDeletes: true)])
        }
        try await withToyServer(behaviour) { server in
            try await withClient(.anonymous(server.uri)) { client in
                var request = try request()
                // Thirty megabytes are made by an unoptimized server first.
                request.progressLimit = .seconds(300)
                let stream = try await client.changes(request)
                var iterator = stream.makeAsyncIterator()
                var received = 0
                var largest = 0
                while let batch = try await iterator.nextBatch() {
                    largest = max(largest, batch.count)
                    // While this takes time, everything else is on its way.
                    for case .entry(let entry, let uuid, _) in batch {
                        #expect(uuid == SyncMessages.uuid(received) && entry.dn == "cn=\(received),dc=y")
                        received += 1
                    }
                }
                #expect(received == count)
                // A mebibyte of them, and no more, is kept for a busy consumer.
                #expect((100...110).contains(largest), "\(largest)")
            }
        }
    }

    @Test func whatIsNoSynchronizationIsRefusedBeforeAnythingIsSent() async throws {
        try await withToyServer(.countsOnly) { server in
            try await withClient(.anonymous(server.uri)) { client in
                var limited = try request()
                limited.progressLimit = .zero
                var restless = try request(idle: .zero)
                restless.mode = .refreshAndPersist
                var named = try request()
                named.controls = [LDAPControl(oid: "no OID")]
                for request in [limited, restless, named] {
                    let error = try await failure { () async throws(LDAPError) in try await client.changes(request) }
                    #expect(error.code == .invalidArgument)
                }
                #expect(server.connectionCount == 0)
            }
        }
    }
}
