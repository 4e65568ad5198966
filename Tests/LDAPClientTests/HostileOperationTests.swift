import Logging
import Synchronization
import TestSupport
import Testing

@testable import LDAPClient

/// Operations beside search and bind with servers that follow no rule.
@Suite struct HostileOperationTests {
    private static let change = DirectoryChange.modify([.replace("cn", ["s3cret"])])

    private func name() throws -> DistinguishedName { try DistinguishedName("cn=x,dc=y") }

    @Test func aWriteIsSentOnceWhateverBecomesOfTheConnection() async throws {
        let writes = Mutex(0)
        let behaviour = LDAPMessages.server { request in
            guard request.tag == 0x66 else { return LDAPMessages.message(request.id, LDAPMessages.done()) }
            writes.withLock { $0 += 1 }
            return nil
        }
        try await withToyServer(behaviour) { server in
            try await withClient(.anonymous(server.uri)) { client in
                // A connection that has been used before, on which a search would be sent again.
                _ = try await client.search(SearchRequest(base: name(), scope: .base, attributes: .none))
                let error = try await failure { () async throws(LDAPError) in
                    try await client.apply(Self.change, to: DistinguishedName("cn=x,dc=y"))
                }
                #expect(error.code == .connectionClosed)
                #expect(error.requestWasSent && error.mayHaveTakenEffect)
                #expect(error.remedy.contains("may have been made"))
                #expect(!"\(error)".contains("s3cret"))
                #expect(writes.withLock { $0 } == 1)
                #expect(server.connectionCount == 1)
            }
        }
    }

    @Test func aWriteGoesToANewConnectionIfNothingWasSentOnTheOld() async throws {
        try await withSlapd(loading: .base(adding: person("alice"))) { slapd in
            var configuration = try LDAPClientConfiguration.of(slapd)
            configuration.serviceAccount = ServiceAccount(dn: try DistinguishedName(slapd.adminDN)) {
                [password = slapd.adminPassword] in Array(password.utf8)
            }
            try await withClient(configuration) { client in
                _ = try await client.whoAmI()
                await slapd.crash()
                try await slapd.start()
                let dn = try DistinguishedName("uid=alice,\(people)")
                try await client.apply(.modify([.replace("description", ["new"])]), to: dn)
                #expect(try await client.compare(dn, attribute: "description", value: LDAPValue("new")))
            }
        }
    }

    @Test(arguments: [0x66, 0x68, 0x4A, 0x6C, 0x6E, 0x77] as [UInt8])
    func silentServerEndsEachOperationAtItsDeadline(_ tag: UInt8) async throws {
        try await withToyServer(.countsOnly) { server in
            let connection = try await LDAPConnection.connect(
                to: LDAPURL(server.uri), options: LDAPConnectionOptions(timeouts: .short))
            let error = try await failure { () async throws(LDAPError) in try await Self.perform(tag, on: connection) }
            #expect(error.code == .timedOut)
            #expect(error.requestWasSent)
            // AbandonRequest: [APPLICATION 16], primitive.
            try await eventually("the abandon has arrived") { server.receivedBytes.contains(0x50) }
            #expect(await connection.isOpen)
            #expect(await connection.operationsUnderWay.isEmpty)
            await connection.close()
            try await OpenFiles.expectNone(toPort: server.port)
        }
    }

    @Test(arguments: [0x66, 0x68, 0x4A, 0x6C, 0x6E, 0x77] as [UInt8])
    func successOfAnotherOperationIsNoSuccess(_ tag: UInt8) async throws {
        for answer in [0x61, 0x65, 0x67, 0x69, 0x6B, 0x6D, 0x6F, 0x78] as [UInt8] where answer != Self.answer(to: tag) {
            let behaviour = LDAPMessages.server { LDAPMessages.message($0.id, LDAPMessages.result(answer)) }
            try await withToyServer(behaviour) { server in
                let connection = try await LDAPConnection.connect(to: LDAPURL(server.uri))
                let error = try await failure { () async throws(LDAPError) in
                    try await Self.perform(tag, on: connection)
                }
                #expect(error.code == .unexpectedResponse, "\(tag) \(answer): \(error)")
                #expect(await !connection.isOpen)
            }
        }
    }

    @Test(arguments: [0x66, 0x68, 0x4A, 0x6C, 0x6E, 0x77] as [UInt8])
    func cancellingTheTaskAbandonsTheOperation(_ tag: UInt8) async throws {
        try await withToyServer(.countsOnly) { server in
            let connection = try await LDAPConnection.connect(to: LDAPURL(server.uri))
            let task = Task {
                try await failure { () async throws(LDAPError) in try await Self.perform(tag, on: connection) }
            }
            try await eventually("the request has arrived") { server.receivedBytes.contains(tag) }
            task.cancel()
            #expect(try await task.value.code == .cancelled)
            try await eventually("the abandon has arrived") { server.receivedBytes.contains(0x50) }
            #expect(await connection.isOpen)
            await connection.close()
        }
    }

    @Test func abandoningFromOutsideEndsTheCall() async throws {
        try await withToyServer(.countsOnly) { server in
            let connection = try await LDAPConnection.connect(to: LDAPURL(server.uri))
            let task = Task {
                try await failure { () async throws(LDAPError) in try await Self.perform(0x66, on: connection) }
            }
            try await eventually("the request is under way") { await connection.operationsUnderWay.count == 1 }
            let operation = try #require(await connection.operationsUnderWay.first)
            await connection.abandonOperation(operation.messageID)
            await connection.abandonOperation(operation.messageID)
            #expect(try await task.value.code == .cancelled)
            await connection.close()
        }
    }

    @Test func whoeverWaitsLearnsThatTheServerCancelled() async throws {
        let searches = Mutex<[Int]>([])
        let behaviour = LDAPMessages.server { request in
            if request.tag == 0x63 {
                searches.withLock { $0.append(request.id) }
                return []
            }
            let answers = searches.withLock { $0 }.flatMap { LDAPMessages.message($0, LDAPMessages.done(118)) }
            return answers + LDAPMessages.message(request.id, LDAPMessages.result(0x78))
        }
        try await withToyServer(behaviour) { server in
            let connection = try await LDAPConnection.connect(to: LDAPURL(server.uri))
            let searching = Task {
                try await failure { () async throws(LDAPError) in
                    try await connection.search(
                        SearchRequest(base: DistinguishedName([]), scope: .base, attributes: .none))
                }
            }
            try await eventually("the search is under way") { await connection.operationsUnderWay.count == 1 }
            let search = try #require(await connection.operationsUnderWay.first)
            #expect(try await connection.cancelOperation(search.messageID) == .cancelled)
            #expect(try await searching.value.code == .operationCanceled)
            await connection.close()
        }
    }

    @Test(arguments: [119: CancelOutcome.noSuchOperation, 120: .tooLate, 121: .cannotCancel])
    func otherAnswersToACancelAreOutcomesToo(_ code: UInt8, _ outcome: CancelOutcome) async throws {
        let behaviour = LDAPMessages.server { request in
            request.tag == 0x77 ? LDAPMessages.message(request.id, LDAPMessages.result(0x78, code: code)) : []
        }
        try await withToyServer(behaviour) { server in
            let connection = try await LDAPConnection.connect(to: LDAPURL(server.uri))
            let task = Task {
                try await failure { () async throws(LDAPError) in try await Self.perform(0x66, on: connection) }
            }
            try await eventually("the request is under way") { await connection.operationsUnderWay.count == 1 }
            let operation = try #require(await connection.operationsUnderWay.first)
            #expect(try await connection.cancelOperation(operation.messageID) == outcome)
            await connection.close()
            #expect(try await task.value.code == .connectionClosed)
        }
    }

    @Test(
        arguments: [
            [0x30], [0x30, 0x80, 0, 0], [0x30, 5, 0x80, 1, 0x78], [0x30, 3, 0x81, 1, 0x78], [0x31, 0],
            [0x30, 4, 0x80, 1, 0x78, 0], [0x30, 0x84, 0x7F, 0xFF, 0xFF, 0xFF],
        ] as [[UInt8]])
    func anAnswerToAPasswordChangeThatCannotBeReadIsNoSuccess(_ value: [UInt8]) async throws {
        let behaviour = LDAPMessages.server { request in
            LDAPMessages.message(request.id, LDAPMessages.result(0x78, more: BERWriter.element(0x8B, value)))
        }
        try await withToyServer(behaviour) { server in
            let connection = try await LDAPConnection.connect(to: LDAPURL(server.uri))
            let error = try await failure { () async throws(LDAPError) in try await connection.modifyPassword() }
            #expect(error.code == .unexpectedResponse)
            #expect(error.requestWasSent && error.mayHaveTakenEffect)
            await connection.close()
        }
    }

    @Test func identitiesThatAreNoTextAreRefused() async throws {
        let behaviour = LDAPMessages.server { request in
            LDAPMessages.message(request.id, LDAPMessages.result(0x78, more: BERWriter.element(0x8B, [0x75, 0xFF])))
        }
        try await withToyServer(behaviour) { server in
            let connection = try await LDAPConnection.connect(to: LDAPURL(server.uri))
            #expect(
                try await failure { () async throws(LDAPError) in try await connection.whoAmI() }.code
                    == .unexpectedResponse)
            await connection.close()
        }
    }

    private static func perform(_ tag: UInt8, on connection: LDAPConnection) async throws(LDAPError) {
        let dn = try DistinguishedName("cn=x,dc=y")
        switch tag {
        case 0x66: try await connection.apply(change, to: dn)
        case 0x68: try await connection.add(dn, attributes: [.init(name: "cn", values: [LDAPValue("x")])])
        case 0x4A: try await connection.delete(dn)
        case 0x6C: try await connection.modifyDN(dn, newRDN: DistinguishedName("cn=z").relativeNames[0])
        case 0x6E: _ = try await connection.compare(dn, attribute: "cn", value: LDAPValue("x"))
        default: _ = try await connection.whoAmI()
        }
    }

    private static func answer(to tag: UInt8) -> UInt8 {
        tag == 0x4A ? 0x6B : tag + 1
    }
}
