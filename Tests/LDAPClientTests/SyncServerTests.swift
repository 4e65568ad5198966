import TestSupport
import Testing

@testable import LDAPClient

/// Content synchronization with OpenLDAP as the provider.
@Suite struct SyncServerTests {
    /// A server with syncprov; with a session log it names what is gone, without one what is left.
    private func withProvider(
        sessionLog: Bool = true, people names: [String] = ["a", "b", "c"], database: [String] = [],
        _ body: (Slapd) async throws -> Void
    ) async throws {
        var options = Slapd.Options()
        options.global = ["moduleload syncprov"]
        options.database = ["overlay syncprov"] + (sessionLog ? ["syncprov-sessionlog 1000"] : []) + database
        try await withSlapd(
            loading: .base(adding: names.map { person($0) }.joined(separator: "\n")), options: options, body)
    }

    private func request(_ mode: SyncMode = .refreshOnly, _ cookie: SyncCookie? = nil) throws -> SyncRequest {
        SyncRequest(
            base: try DistinguishedName(people), filter: .equal("objectClass", "inetOrgPerson"),
            attributes: .named(["uid", "cn", "entryUUID"]), mode: mode, cookie: cookie)
    }

    /// A copy by uid, kept as a consumer would.
    private struct Consumer {
        var copy = SyncCopy()
        var changes: [SyncChange] = []
        var absence: SyncRefreshOutcome.Absence?
        var restart: SyncRestart?

        var names: [String] { copy.entries.values.sorted() }

        /// What the last refresh said, in short.
        var kinds: Set<String> {
            Set(
                changes.map { change in
                    switch change {
                    case .entry: "entry"
                    case .present, .presentSet: "present"
                    case .deleted, .deletedSet: "deleted"
                    case .refreshDone: "done"
                    default: "other"
                    }
                })
        }

        mutating func refresh(_ client: LDAPClient, _ request: SyncRequest) async throws {
            var request = request
            request.cookie = copy.cookie
            var tracker = SyncPhaseTracker(sentCookie: copy.cookie)
            changes = []
            for try await change in try await client.changes(request) {
                changes.append(change)
                tracker.note(change)
            }
            restart = tracker.restart
            var books = tracker
            absence = books.finishRefresh(known: copy.entries.keys)?.absence
            if !copy.apply(changes, &tracker) {
                copy.cookie = nil
                try await refresh(client, request)
            }
        }
    }

    private func dn(_ uid: String) -> String { "uid=\(uid),\(people)" }

    @Test func theFirstTimeEverythingComesWithWhatNamesIt() async throws {
        try await withProvider { slapd in
            try await withClient(.of(slapd)) { client in
                let stream = try await client.changes(request())
                var uuids: [SyncUUID] = []
                var ends: [SyncRefreshEnd] = []
                for try await change in stream {
                    switch change {
                    case .entry(let entry, let uuid, isModified: false):
                        #expect(entry.firstString("entryUUID") == uuid.description)
                        #expect(entry["userPassword"].isEmpty)
                        uuids.append(uuid)
                    case .refreshDone(let end): ends.append(end)
                    default: Issue.record("\(change)")
                    }
                }
                #expect(uuids.count == 3 && Set(uuids).count == 3)
                #expect(ends.count == 1 && ends.first?.cookie?.description.hasPrefix("rid=000,csn=") == true)
                #expect(await !stream.connection.isOpen)
                #expect(await stream.lastHeard != nil)
            }
        }
    }

    @Test(arguments: [true, false])
    func whatHappenedMeanwhileIsFound(_ sessionLog: Bool) async throws {
        try await withProvider(sessionLog: sessionLog) { slapd in
            try await withClient(.of(slapd)) { client in
                var consumer = Consumer()
                try await consumer.refresh(client, request())
                #expect(consumer.names == [dn("a"), dn("b"), dn("c")])
                let first = consumer.copy

                try await slapd.add(ldif: person("d"))
                try await slapd.rename(dn("a"), to: "uid=z")
                try await slapd.delete(dn("b"))
                try await consumer.refresh(client, request())
                #expect(consumer.names == [dn("c"), dn("d"), dn("z")])
                // The renamed entry is the same one.
                #expect(first.entries.first { $0.value == dn("a") }.map { consumer.copy.entries[$0.key] } == dn("z"))
                #expect(consumer.kinds == ["entry", sessionLog ? "deleted" : "present", "done"])
                #expect(consumer.absence == (sessionLog ? .unchanged : .gone))
                #expect(consumer.copy.cookie != first.cookie)

                // Nothing has changed: OpenLDAP gives no cookie then, and the old one stays good.
                let second = consumer.copy
                try await consumer.refresh(client, request())
                #expect(consumer.changes.count == 1 && consumer.copy == second)

                // Out of the filter, and out of the base.
                try await slapd.rename(dn("c"), to: "uid=c", under: "ou=groups,dc=example,dc=org")
                try await consumer.refresh(client, request())
                #expect(consumer.names == [dn("d"), dn("z")])
            }
        }
    }

    @Test func aProviderThatWasRestartedNamesWhatIsLeft() async throws {
        try await withProvider(people: (0..<300).map { "p\($0)" }) { slapd in
            try await withClient(.of(slapd)) { client in
                var consumer = Consumer()
                try await consumer.refresh(client, request())
                try await slapd.delete(dn("p7"))
                try await slapd.add(ldif: person("q"))
                // The session log is lost with the process.
                await slapd.stop()
                try await slapd.start()
                try await consumer.refresh(client, request())
                #expect(consumer.kinds == ["entry", "present", "done"])
                #expect(consumer.absence == .gone)
                #expect(consumer.names.count == 300)
                #expect(consumer.names.contains(dn("q")) && !consumer.names.contains(dn("p7")))
            }
        }
    }

    @Test func aCookieFromTheFutureLeadsToARestart() async throws {
        try await withProvider { slapd in
            try await withClient(.of(slapd)) { client in
                var consumer = Consumer()
                try await consumer.refresh(client, request())
                let good = consumer.copy
                // As after a restore from a backup, or from a provider that is ahead.
                consumer.copy.cookie = SyncCookie(text: "rid=000,csn=29991231235959.000000Z#000000#000#000000")
                try await consumer.refresh(client, request())
                #expect(consumer.restart?.reason == .serverIsBehind)
                #expect(consumer.restart?.cookie == nil)
                #expect(consumer.restart?.diagnosticMessage == "consumer state is newer than provider!")
                #expect(consumer.copy.entries == good.entries, "nothing follows from it")
            }
        }
    }

    @Test func theCookieOfAnOlderProviderNamesWhatIsLeft() async throws {
        try await withProvider { slapd in
            try await withClient(.of(slapd)) { client in
                var consumer = Consumer()
                try await consumer.refresh(client, request())
                consumer.copy.cookie = SyncCookie(text: "rid=000,csn=20200101000000.000000Z#000000#000#000000")
                // An entry of that provider which this one never had.
                consumer.copy.entries[SyncMessages.uuid(1)] = "uid=theirs"
                try await consumer.refresh(client, request())
                #expect(consumer.names == [dn("a"), dn("b"), dn("c")])
            }
        }
    }

    @Test(arguments: ["hello", "rid=000", "rid=000,csn=damaged"])
    func aCookieThatTheProviderIgnoresCostsNothingButAnotherRefresh(_ cookie: String) async throws {
        try await withProvider { slapd in
            try await withClient(.of(slapd)) { client in
                var consumer = Consumer()
                try await consumer.refresh(client, request())
                try await slapd.delete(dn("b"))
                consumer.copy.cookie = SyncCookie(text: cookie)
                try await consumer.refresh(client, request())
                #expect(consumer.names == [dn("a"), dn("c")])
                #expect(consumer.copy.cookie?.description.contains("csn=2") == true)
            }
        }
    }

    @Test(arguments: [true, false])
    func changesComeAsTheyHappen(_ sessionLog: Bool) async throws {
        try await withProvider(sessionLog: sessionLog) { slapd in
            try await withClient(.of(slapd)) { client in
                var consumer = Consumer()
                try await consumer.refresh(client, request())
                try await slapd.delete(dn("a"))
                let stream = try await client.changes(request(.refreshAndPersist, consumer.copy.cookie))
                var iterator = stream.makeAsyncIterator()
                var tracker = SyncPhaseTracker(sentCookie: consumer.copy.cookie)
                var changes: [SyncChange] = []
                while !tracker.isPersisting, let change = try await iterator.next() {
                    tracker.note(change)
                    changes.append(change)
                }
                #expect(consumer.copy.apply(changes, &tracker))
                #expect(consumer.names == [dn("b"), dn("c")])

                /// Reads until the copy looks like this, and stands at a cookie.
                func expect(_ names: [String]) async throws {
                    let before = tracker.cookie
                    while consumer.names != names || tracker.cookie == before,
                        let batch = try await iterator.nextBatch()
                    {
                        for change in batch { tracker.note(change) }
                        consumer.copy.apply(batch, after: tracker)
                    }
                }
                try await slapd.add(ldif: person("d"))
                try await expect([dn("b"), dn("c"), dn("d")])
                try await slapd.rename(dn("b"), to: "uid=x")
                try await expect([dn("c"), dn("d"), dn("x")])
                try await slapd.rename(dn("c"), to: "uid=c", under: "ou=groups,dc=example,dc=org")
                try await expect([dn("d"), dn("x")])
                try await slapd.delete(dn("x"))
                try await expect([dn("d")])
                // Something outside of the content moves the cookie on and nothing else.
                try await slapd.modify(
                    ldif: "dn: ou=groups,dc=example,dc=org\nchangetype: modify\nreplace: description\ndescription: x\n")
                try await expect([dn("d")])

                // What was stored is where another consumer can go on from.
                await stream.cancel()
                try await slapd.add(ldif: person("e"))
                try await consumer.refresh(client, request())
                #expect(consumer.names == [dn("d"), dn("e")])
                #expect(consumer.kinds.isSubset(of: ["entry", "done", "present", "deleted"]))
            }
        }
    }

    @Test func aProviderThatGoesAwayEndsTheStreamAndItsReturnIsPickedUp() async throws {
        try await withProvider { slapd in
            try await withClient(.of(slapd)) { client in
                var consumer = Consumer()
                try await consumer.refresh(client, request())
                var iterator = try await client.changes(request(.refreshAndPersist, consumer.copy.cookie))
                    .makeAsyncIterator()
                guard case .refreshDone? = try await iterator.next() else {
                    Issue.record("no end of the refresh")
                    return
                }
                try await slapd.delete(dn("c"))
                await slapd.crash()
                do {
                    while let change = try await iterator.next() {
                        // The deletion may have come in time.
                        if case .refreshDone = change { Issue.record("a second end") }
                    }
                    Issue.record("the stream ended without an error")
                } catch LDAPError.Code.connectionClosed {
                    #expect(try await iterator.next() == nil)
                }
                try await slapd.start()
                try await consumer.refresh(client, request())
                #expect(consumer.names == [dn("a"), dn("b")] || consumer.names == [dn("a"), dn("b"), dn("c")])
                #expect(try await slapd.search("(uid=c)").isEmpty == !consumer.names.contains(dn("c")))
            }
        }
    }

    @Test func aServerWithoutTheOverlayRefuses() async throws {
        let slapd = try await SharedSlapd.company.server()
        try await withClient(.of(slapd)) { client in
            let stream = try await client.changes(request())
            var iterator = stream.makeAsyncIterator()
            let error = try await failure { () async throws(LDAPError) in try await iterator.next() }
            #expect(error.code == .unavailableCriticalExtension)
        }
    }

    @Test func aContentThatIsCutShortIsAFailure() async throws {
        try await withProvider(database: ["access to * by * read", "sizelimit 2"]) { slapd in
            try await withClient(.anonymous(slapd.uri)) { client in
                var iterator = try await client.changes(request()).makeAsyncIterator()
                var changes: [SyncChange] = []
                let error = try await failure { () async throws(LDAPError) in
                    while let change = try await iterator.next() { changes.append(change) }
                }
                #expect(error.code == .sizeLimitExceeded)
                // What came before the limit is no refresh.
                #expect(!changes.isEmpty && !changes.contains { if case .refreshDone = $0 { true } else { false } })
            }
        }
    }
}
