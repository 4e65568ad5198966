import Logging
import Synchronization
import TestSupport
import Testing

@testable import LDAPClient

/// One of two servers goes wrong in a way of its own: the other one serves.
@Suite struct OneBadServerTests {
    private static let rootDSE = SearchRequest(base: DistinguishedName([]), scope: .base, attributes: .none)
    private static let password: [UInt8] = [0x73, 0x33, 0x63]

    /// What a server answers, and what it was asked.
    private final class Book: Sendable {
        private let state = Mutex((bindCode: UInt8?.some(0), checks: true, binds: 0, searches: 0))

        /// The result of binds; `nil` for no answer at all.
        func answerBinds(_ code: UInt8?) { state.withLock { $0.bindCode = code } }
        /// Whether requests after the first of a connection are answered.
        func answerLaterRequests(_ answer: Bool) { state.withLock { $0.checks = answer } }
        var binds: Int { state.withLock { $0.binds } }
        var searches: Int { state.withLock { $0.searches } }

        var behaviour: ToyServer.Behaviour {
            LDAPMessages.server { request in
                self.state.withLock { state in
                    if request.id > 1, !state.checks {
                        if request.tag == 0x63 { state.searches += 1 }
                        return []
                    }
                    switch request.tag {
                    case 0x60:
                        state.binds += 1
                        return state.bindCode.map {
                            LDAPMessages.message(request.id, LDAPMessages.result(0x61, code: $0))
                        }
                            ?? []
                    case 0x63:
                        state.searches += 1
                        let entry = LDAPMessages.message(request.id, LDAPMessages.entry(request.base))
                        return entry + LDAPMessages.message(request.id, LDAPMessages.done())
                    default: return []
                    }
                }
            }
        }
    }

    private func withServers(
        _ change: (inout LDAPClientConfiguration) throws -> Void = { _ in },
        _ body: (LDAPClient, _ first: Book, _ second: Book, TestClock) async throws -> Void
    ) async throws {
        let (first, second, clock) = (Book(), Book(), TestClock())
        try await withToyServer(first.behaviour) { one in
            try await withToyServer(second.behaviour) { two in
                var configuration = try LDAPClientConfiguration.anonymous(one.uri, timeouts: .wide)
                configuration.servers.append(try LDAPURL(two.uri))
                try change(&configuration)
                let client = LDAPClient(
                    configuration: configuration, name: "test", logger: Logger(label: "test"), resolver: nil,
                    now: { clock.now })
                do {
                    try await body(client, first, second, clock)
                    await client.shutdown()
                } catch {
                    await client.shutdown()
                    throw error
                }
            }
        }
    }

    private func verify(_ client: LDAPClient) async throws(LDAPError) -> Int32 {
        try await client.verifyPassword(dn: "cn=x", password: Self.password).resultCode
    }

    /// Makes so many connections of the bind pool, all at the first server, which are idle then.
    private func fillBindPool(of client: LDAPClient, _ count: Int) async throws {
        var leases: [ConnectionPool.Lease] = []
        for _ in 0..<count { leases.append(try await client.binds.lease(until: .now + .seconds(60), trace: nil)) }
        for lease in leases {
            _ = try await lease.connection.bind(dn: "cn=x", password: Self.password)
            await client.binds.giveBack(lease)
        }
        #expect(await client.binds.counts.idle == count)
    }

    @Test(arguments: [UInt8(51), 52])
    func serverThatIsInTroubleIsNotAskedAboutTheNextPassword(_ code: UInt8) async throws {
        try await withServers { client, first, second, _ async throws in
            first.answerBinds(code)
            // This one stays with the server that may have looked at it.
            #expect(try await verify(client) == Int32(code))
            #expect(second.binds == 0)
            #expect(try await verify(client) == 0)
            #expect((first.binds, second.binds) == (1, 1))
        }
    }

    @Test func keptConnectionsToAServerThatHangsAreNotTriedOneByOne() async throws {
        try await withServers({ $0.connection.timeouts.operation = .milliseconds(500) }) { client, first, second, _ in
            try await fillBindPool(of: client, 8)
            first.answerLaterRequests(false)
            first.answerBinds(nil)
            var failures = 0
            while second.binds == 0, failures < 8 {
                do throws(LDAPError) { _ = try await verify(client) } catch { failures += 1 }
            }
            #expect(failures <= LDAPBreakerOptions().timeouts)
        }
    }

    @Test func oneSilentIdleConnectionSpeaksForThoseThatWereIdleForLonger() async throws {
        try await withServers({ $0.servers.removeLast() }) { client, first, _, clock async throws in
            try await fillBindPool(of: client, 8)
            let before = first.searches
            first.answerLaterRequests(false)
            clock.advance(by: .seconds(31))
            #expect(try await verify(client) == 0)
            #expect(first.searches - before == 1)
        }
    }

    @Test func serverThatLostTheServiceAccountDoesNotKeepTheOthersFromServing() async throws {
        let account = ServiceAccount(dn: try DistinguishedName("cn=bridge")) { Self.password }
        func change(_ configuration: inout LDAPClientConfiguration) {
            configuration.serviceAccount = account
            configuration.backupServers = [configuration.servers.removeLast()]
        }
        try await withServers(change) { client, first, second, clock async throws in
            first.answerBinds(52)
            _ = try await client.search(Self.rootDSE)
            #expect((first.binds, second.binds) == (1, 1))
            // It comes back without its database.
            first.answerBinds(49)
            for _ in 0..<2 {
                // All kept connections are too old by then, and the breaker lets the next attempt through.
                clock.advance(by: .seconds(1000))
                for _ in 0..<5 {
                    _ = try await client.search(Self.rootDSE)
                    clock.advance(by: .seconds(6))
                }
            }
            #expect(first.binds <= 3)
            // A password that no server takes any more is not hammered either.
            second.answerBinds(49)
            clock.advance(by: .seconds(1000))
            let before = first.binds + second.binds
            for _ in 0..<5 {
                let error = try await failure { () async throws(LDAPError) in try await client.search(Self.rootDSE) }
                #expect(error.code == .invalidCredentials)
            }
            #expect(first.binds + second.binds - before <= 2)
        }
    }

    @Test func callerWithLittleTimeLeftDoesNotTurnTheOthersAway() async throws {
        let account = ServiceAccount(dn: try DistinguishedName("cn=bridge")) { Self.password }
        try await withServers({ $0.serviceAccount = account }) { client, first, second, clock async throws in
            first.answerBinds(nil)
            func hurriedSearch() async throws -> LDAPError.Code {
                try await failure { () async throws(LDAPError) in
                    try await client.search(Self.rootDSE, deadline: .now + .milliseconds(100))
                }.code
            }
            #expect(try await hurriedSearch() == .timedOut)
            first.answerBinds(0)
            _ = try await client.search(Self.rootDSE)
            #expect(second.binds == 0)
            // But where nobody has more time than that, the server is left all the same.
            first.answerBinds(nil)
            clock.advance(by: .seconds(1000))
            for _ in 0..<LDAPBreakerOptions().timeouts { #expect(try await hurriedSearch() == .timedOut) }
            _ = try await client.search(Self.rootDSE)
            #expect(second.binds == 1)
        }
    }

    @Test func configuredServersDoNotWaitForDNSThatIsSilent() async throws {
        let gate = Gate()
        defer { gate.open() }
        try await withToyServer(Book().behaviour) { toy in
            var configuration = try LDAPClientConfiguration.anonymous(toy.uri, timeouts: .wide)
            configuration.connection.allowCleartext = true
            configuration.discovery = try LDAPServiceDomain(domain: "example.org")
            let lookup = CachedLookup<[ServiceRecord]> { _ throws(ResolutionFailure) in
                gate.wait()
                throw ResolutionFailure(text: "DNS is down")
            }
            let discovery = ServerDiscovery(try #require(configuration.discovery), lookup: lookup)
            let client = LDAPClient(
                configuration: configuration, name: "test", logger: Logger(label: "test"), resolver: nil,
                discovery: discovery)
            _ = try await client.search(Self.rootDSE, deadline: .now + .seconds(20))
            await client.shutdown()
        }
    }
}
