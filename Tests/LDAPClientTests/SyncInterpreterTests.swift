import TestSupport
import Testing

@testable import LDAPClient

/// What a server's messages mean, and which end the synchronization.
@Suite struct SyncInterpreterTests {
    private let uuid = SyncMessages.uuid(1)
    private let entry = LDAPEntry(dn: "cn=x,dc=y", attributes: [])

    private func interpreter(_ mode: SyncMode, cookie: String? = nil) throws -> SyncInterpreter {
        let request = SyncRequest(
            base: try DistinguishedName("dc=y"), attributes: .allUserAttributes, mode: mode,
            cookie: cookie.map(SyncCookie.init(text:)))
        return SyncInterpreter(request, operation: "synchronize")
    }

    private func info(_ value: [UInt8]) -> SyncInterpreter.Message {
        .intermediate(oid: SyncInfoMessage.oid, value: value)
    }

    private func result(_ code: Int32, _ controls: [LDAPControl] = []) -> OperationResult {
        OperationResult(code: code, matchedDN: "", diagnosticMessage: "words", controls: controls)
    }

    private func code(_ body: () throws(LDAPError) -> [SyncChange]) -> LDAPError.Code? {
        do throws(LDAPError) {
            _ = try body()
            return nil
        } catch {
            return error.code
        }
    }

    /// 389 Directory Server sends `refreshDeletes` FALSE, or nothing, after it has named what is gone.
    @Test(arguments: [
        ("localhost:16389#cn=bridge,dc=x:ou=people,dc=x:(objectClass=person)#59", false), ("h:1##0", false),
        ("rid=000,csn=20261121124527.098976Z#000000#000#000000", true), ("h:1#x#", true), ("h:1#59", true),
        ("h#x#59", true), (":1#x#59", true), ("h:#x#59", true), ("h:p#x#59", true), ("h:1#x#5g", true), ("", true),
    ])
    func aCookieTellsWhoNamesWhatIsGoneWithoutSayingSo(_ cookie: String, _ isBelieved: Bool) throws {
        var interpreter = try interpreter(.refreshOnly, cookie: cookie)
        let changes = try interpreter.end(result(0, [SyncMessages.done(cookie: "c", refreshDeletes: false)]))
        guard case .refreshDone(let end) = changes.first else { throw TestSupportError("no end: \(changes)") }
        #expect(end.namesAllThatIsLeft == isBelieved)
    }

    @Test func statesBecomeChanges() throws {
        var interpreter = try interpreter(.refreshOnly)
        func change(_ state: SyncStateControl.State) throws -> [SyncChange] {
            try interpreter.changes(of: .entry(entry, controls: [SyncMessages.state(state, uuid, cookie: "c")]))
        }
        #expect(try change(.add) == [.entry(entry, uuid: uuid, isModified: false)])
        #expect(try change(.modify) == [.entry(entry, uuid: uuid, isModified: true)])
        #expect(try change(.present) == [.present(uuid)])
        #expect(try change(.delete) == [.deleted(uuid)])
        #expect(try interpreter.changes(of: .reference(["ldap://a/"])) == [.reference(["ldap://a/"])])
    }

    @Test func whatCannotBeReadEndsTheSynchronization() throws {
        var interpreter = try interpreter(.refreshAndPersist)
        let state = SyncMessages.state(.add, uuid)
        let broken = LDAPControl(oid: SyncStateControl.oid, value: [0x30, 3, 0x0A, 1, 1])
        for controls in [[], [LDAPControl(oid: "1.2.3")], [broken], [state, state]] {
            #expect(
                code { () throws(LDAPError) in try interpreter.changes(of: .entry(entry, controls: controls)) }
                    == .unexpectedResponse)
        }
        for message: SyncInterpreter.Message in [
            .intermediate(oid: "1.2.3", value: []), .intermediate(oid: nil, value: SyncMessages.newCookie("c")),
            .intermediate(oid: SyncInfoMessage.oid, value: nil), info([0xA3, 0]),
        ] {
            #expect(code { () throws(LDAPError) in try interpreter.changes(of: message) } == .unexpectedResponse)
        }
        let done = LDAPControl(oid: SyncDoneControl.oid, value: [0x30, 1])
        for code: Int32 in [0, 4096, 53] {
            #expect(
                self.code { () throws(LDAPError) in try interpreter.end(result(code, [done])) } == .unexpectedResponse)
        }
        #expect(code { () throws(LDAPError) in try interpreter.end(result(0)) } == .unexpectedResponse)
    }

    @Test func cookiesDuringTheRefreshAreNoPlaceToGoOnFrom() throws {
        var interpreter = try interpreter(.refreshAndPersist)
        let all: [SyncInterpreter.Message] = [
            .entry(entry, controls: [SyncMessages.state(.add, uuid, cookie: "c")]), info(SyncMessages.newCookie("c")),
            info(SyncMessages.idSet([uuid], cookie: "c", refreshDeletes: true)),
        ]
        for message in all {
            let changes = try interpreter.changes(of: message)
            #expect(!changes.contains(.cookie(SyncCookie(text: "c"))))
        }
        #expect(
            try interpreter.changes(of: info(SyncMessages.phaseEnd(present: true, cookie: "c", refreshDone: false)))
                == [])
        #expect(!interpreter.isPersisting)
        #expect(
            try interpreter.changes(of: info(SyncMessages.phaseEnd(present: false, cookie: "d")))
                == [.refreshDone(SyncRefreshEnd(cookie: SyncCookie(text: "d"), namesAllThatIsLeft: true))])
        #expect(interpreter.isPersisting)
        for message in all {
            let changes = try interpreter.changes(of: message)
            #expect(changes.last == .cookie(SyncCookie(text: "c")))
        }
        let within = "rid=000,csn=20261121124527.098976Z#000000#000#000000,delcsn=x"
        #expect(
            try interpreter.changes(of: info(SyncMessages.idSet([uuid], cookie: within, refreshDeletes: true)))
                == [.deletedSet([uuid])])
        #expect(
            code { () throws(LDAPError) in try interpreter.changes(of: info(SyncMessages.phaseEnd(present: true))) }
                == .unexpectedResponse)
    }

    @Test(arguments: [true, false])
    func aRefreshEndsByItsFlagOrItsPresentPhase(_ refreshDeletes: Bool) throws {
        var interpreter = try interpreter(.refreshOnly, cookie: "old")
        let done = SyncMessages.done(refreshDeletes: refreshDeletes)
        #expect(
            try interpreter.end(result(0, [done]))
                == [.refreshDone(SyncRefreshEnd(cookie: nil, namesAllThatIsLeft: !refreshDeletes))])
        // A message does not end a search that does not go on.
        #expect(try interpreter.changes(of: info(SyncMessages.phaseEnd(present: true))) == [])
        #expect(
            try interpreter.end(result(0, [done]))
                == [.refreshDone(SyncRefreshEnd(cookie: nil, namesAllThatIsLeft: true))])
    }

    @Test func theEndOfAPersistStageMayCarryACookie() throws {
        var interpreter = try interpreter(.refreshAndPersist)
        _ = try interpreter.changes(of: info(SyncMessages.phaseEnd(present: false)))
        #expect(try interpreter.end(result(0)) == [])
        #expect(try interpreter.end(result(0, [SyncMessages.done(cookie: "z")])) == [.cookie(SyncCookie(text: "z"))])
    }

    @Test func aCookieThatIsRefusedLeadsToARestart() throws {
        var sent = try interpreter(.refreshOnly, cookie: "old")
        func restart(_ reason: SyncRestart.Reason, _ cookie: String? = nil) -> [SyncChange] {
            [
                .restart(
                    SyncRestart(
                        reason: reason, cookie: cookie.map(SyncCookie.init(text:)), diagnosticMessage: "words"))
            ]
        }
        #expect(try sent.end(result(4096)) == restart(.refreshRequired))
        #expect(try sent.end(result(4096, [SyncMessages.done(cookie: "new")])) == restart(.refreshRequired, "new"))
        #expect(try sent.end(result(4096, [SyncMessages.done(cookie: "")])) == restart(.refreshRequired))
        // The one that it has just refused.
        #expect(try sent.end(result(4096, [SyncMessages.done(cookie: "old")])) == restart(.refreshRequired))
        #expect(try sent.end(result(53)) == restart(.serverIsBehind))

        var first = try interpreter(.refreshOnly)
        #expect(code { () throws(LDAPError) in try first.end(result(4096)) } == LDAPError.Code(resultCode: 4096))
        #expect(code { () throws(LDAPError) in try first.end(result(53)) } == .unwillingToPerform)
        #expect(try first.end(result(4096, [SyncMessages.done(cookie: "new")])) == restart(.refreshRequired, "new"))
    }

    @Test(arguments: [1, 3, 4, 10, 11, 12, 32, 50, 51, 52, 80, 118] as [Int32])
    func everyOtherResultIsAFailure(_ number: Int32) throws {
        var interpreter = try interpreter(.refreshOnly, cookie: "old")
        let done = SyncMessages.done(cookie: "new", refreshDeletes: true)
        #expect(
            code { () throws(LDAPError) in try interpreter.end(result(number, [done])) }
                == LDAPError.Code(resultCode: number))
    }
}
