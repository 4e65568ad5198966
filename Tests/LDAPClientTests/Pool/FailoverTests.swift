import Foundation
import Logging
import MetricsTestKit
import Synchronization
import TestSupport
import Testing

@testable import LDAPClient

/// A clock that a test moves.
final class TestClock: Sendable {
    private let start = ContinuousClock.now
    private let passed = Mutex(Duration.zero)

    var now: ContinuousClock.Instant { start + passed.withLock { $0 } }
    func advance(by duration: Duration) { passed.withLock { $0 += duration } }
}

/// What happens to searches and binds when servers come and go.
@Suite struct FailoverTests {
    private let rootDSE = SearchRequest(base: DistinguishedName([]), scope: .base, attributes: .none)

    /// A client whose breakers and pools use the test's clock.
    private func withClient<Result>(
        _ configuration: LDAPClientConfiguration, clock: TestClock = TestClock(), metrics: TestMetrics? = nil,
        records: [ServiceRecord] = [], _ body: (LDAPClient) async throws -> Result
    ) async throws -> Result {
        let discovery = configuration.discovery.map { domain in
            ServerDiscovery(domain, lookup: CachedLookup { _ in records }, generator: SystemRandomNumberGenerator())
        }
        let resolver = await Resolver { _ throws(ResolutionFailure) in try SocketAddress.resolve("127.0.0.1") }
        let client = LDAPClient(
            configuration: configuration, name: "test", logger: Logger(label: "test"), resolver: resolver,
            discovery: discovery, metricsFactory: metrics, now: { clock.now })
        do {
            let result = try await body(client)
            await client.shutdown()
            return result
        } catch {
            await client.shutdown()
            throw error
        }
    }

    private func server(of client: LDAPClient, _ request: SearchRequest) async throws -> Int {
        let port = Mutex(0)
        let trace = LDAPTrace { event in if event.step == .search { port.withLock { $0 = event.server.port } } }
        _ = try await client.search(request, trace: trace)
        return port.withLock { $0 }
    }

    @Test func backupServesWhileThePreferredServerIsDownAndNotAfter() async throws {
        try await withSlapd(loading: .base(adding: person("alice"))) { first in
            try await withSlapd(loading: .base(adding: person("alice"))) { second in
                let clock = TestClock()
                var configuration = try LDAPClientConfiguration.of(first)
                configuration.backupServers = [try LDAPURL(second.uri)]
                try await withClient(configuration, clock: clock) { client in
                    #expect(try await server(of: client, rootDSE) == first.port)
                    await first.crash()
                    // The kept connection is dead: the search is sent once more, on a new one.
                    #expect(try await server(of: client, rootDSE) == second.port)
                    let answer = try await client.verifyPassword(
                        dn: "uid=alice,\(people)", password: Array("correct horse".utf8))
                    #expect(answer.isSuccess)
                    try await first.start()
                    #expect(try await server(of: client, rootDSE) == second.port)
                    clock.advance(by: .seconds(61))
                    #expect(try await server(of: client, rootDSE) == first.port)
                    // Nothing is left at the backup: the bind pool's connection goes as well.
                    try await OpenFiles.expectNone(toPort: second.port)
                }
            }
        }
    }

    @Test func serverThatHangsIsLeftAloneAfterAFewTimeouts() async throws {
        try await withSlapd(loading: .base) { first in
            try await withSlapd(loading: .base) { second in
                var configuration = try LDAPClientConfiguration.of(
                    first, timeouts: LDAPTimeouts(connect: .seconds(20), operation: .milliseconds(300)))
                configuration.servers.append(try LDAPURL(second.uri))
                configuration.breaker.timeouts = 1
                try await withClient(configuration) { client in
                    #expect(try await server(of: client, rootDSE) == first.port)
                    first.pause()
                    defer { first.resume() }
                    // The signal that stops it may take effect a little later.
                    try await eventually("the server hangs") {
                        do throws(LDAPError) {
                            _ = try await client.search(rootDSE)
                            return false
                        } catch {
                            return error.code == .timedOut
                        }
                    }
                    #expect(try await server(of: client, rootDSE) == second.port)
                }
            }
        }
    }

    @Test func wrongPasswordSaysNothingAboutTheServer() async throws {
        try await withSlapd(loading: .base(adding: person("alice"))) { slapd in
            let metrics = TestMetrics()
            try await withClient(.of(slapd), metrics: metrics) { client in
                for _ in 0..<5 { _ = try await client.verifyPassword(dn: "uid=alice,\(people)", password: [1]) }
                _ = try await client.search(rootDSE)
            }
            let url = "ldap://127.0.0.1:\(slapd.port)"
            let own = [("client", "test"), ("server", url)]
            #expect(try metrics.expectMeter(LDAPMetricName.breaker, own).lastValue == 0)
            let refused = own + [("operation", "bind"), ("result", "invalidCredentials")]
            #expect(try metrics.expectCounter(LDAPMetricName.operations, refused).totalValue == 5)
            let found = own + [("operation", "search"), ("result", "success")]
            #expect(try metrics.expectCounter(LDAPMetricName.operations, found).totalValue == 1)
            #expect(try metrics.expectTimer(LDAPMetricName.duration, own + [("operation", "bind")]).values.count == 5)
            for (state, value) in [("in_use", 0.0), ("idle", 0)] {
                let meter = try metrics.expectMeter(
                    LDAPMetricName.connections, [("client", "test"), ("pool", "bind"), ("state", state)])
                #expect(meter.lastValue == value)
                #expect(meter.values.max() == 1)
            }
        }
    }

    @Test func expiryOfTheServersCertificateIsMeasured() async throws {
        let certificates = try await Certificates.shared()
        let end = try await runProcess(
            "/usr/bin/openssl",
            ["x509", "-in", certificates.certificate(.valid), "-noout", "-enddate", "-dateopt", "iso_8601"])
        let text = end.output.replacing("notAfter=", with: "").trimmingCharacters(in: .whitespacesAndNewlines)
        let expected = try Date(text.replacing(" ", with: "T"), strategy: .iso8601)
        try await withSlapd(loading: .base, tls: true) { slapd in
            let metrics = TestMetrics()
            var configuration = try LDAPClientConfiguration.of(
                slapd, tls: LDAPTLSOptions(caFile: certificates.authority))
            configuration.servers = [try LDAPURL(try #require(slapd.ldapsURI))]
            try await withClient(configuration, metrics: metrics) { _ = try await $0.search(rootDSE) }
            let own = [("client", "test"), ("server", configuration.servers[0].description)]
            let meter = try metrics.expectMeter(LDAPMetricName.certificateExpiry, own)
            #expect(meter.lastValue == expected.timeIntervalSince1970)
        }
    }

    @Test(
        arguments: [[], [0x30], [0x30, 0x00], [0x30, 0x02, 0x30, 0x00], [0x30, 0x80, 0, 0], Array("hello".utf8)]
            as [[UInt8]])
    func whatIsNoCertificateHasNoExpiry(_ octets: [UInt8]) {
        #expect(DirectoryTime(expiryOf: octets) == nil)
    }

    @Test func openBreakerIsMeasured() async throws {
        let toy = try ToyServer.start(.countsOnly)
        toy.stop()
        let metrics = TestMetrics()
        try await withClient(.anonymous(toy.uri), metrics: metrics) { client in
            let error = try await failure { () async throws(LDAPError) in try await client.search(rootDSE) }
            #expect(error.code == .serverDown)
        }
        let own = [("client", "test"), ("server", toy.uri)]
        #expect(try metrics.expectMeter(LDAPMetricName.breaker, own).lastValue == 2)
        let refused = own + [("operation", "connect"), ("result", "serverDown")]
        #expect(try metrics.expectCounter(LDAPMetricName.operations, refused).totalValue == 1)
    }

    @Test func longIdleConnectionThatDiedSilentlyIsReplacedUnnoticed() async throws {
        let clock = TestClock()
        let isMute = Mutex(false)
        let done: [UInt8] = [0x65, 7, 0x0A, 1, 0, 0x04, 0, 0x04, 0]
        let behaviour = ToyServer.Behaviour.script { message in
            // Only the connection that was made first goes mute: its message ids have got further than 1.
            let id = message.count > 4 ? message[4] : 0
            if isMute.withLock({ $0 }), id > 1 { return [] }
            return [0x30, UInt8(done.count + 3), 0x02, 1, id] + done
        }
        try await withToyServer(behaviour) { toy in
            try await withClient(.anonymous(toy.uri), clock: clock) { client in
                _ = try await client.search(rootDSE)
                isMute.withLock { $0 = true }
                clock.advance(by: .seconds(31))
                _ = try await client.search(rootDSE)
                #expect(toy.connectionCount == 2)
            }
        }
    }

    @Test func bindThatMayHaveArrivedIsNeverSentAgain() async throws {
        try await withToyServer(.script { _ in nil }) { toy in
            try await withSlapd(loading: .base) { slapd in
                var configuration = try LDAPClientConfiguration.anonymous(toy.uri)
                configuration.backupServers = [try LDAPURL(slapd.uri)]
                try await withClient(configuration) { client in
                    let error = try await failure { () async throws(LDAPError) in
                        try await client.verifyPassword(dn: "cn=x", password: [0x73, 0x33, 0x63])
                    }
                    #expect(error.code == .connectionClosed)
                    #expect(try slapd.log().contains("BIND dn") == false)
                }
            }
        }
    }

    @Test func waitingEndsWithTheNameOfTheLimit() async throws {
        try await withToyServer(.countsOnly) { toy in
            var configuration = try LDAPClientConfiguration.anonymous(toy.uri)
            configuration.bindPoolSize = 1
            configuration.pool.maximumWaiting = 1
            try await withClient(configuration) { client in
                func verify(_ limit: Duration) async throws -> LDAPError {
                    try await failure { () async throws(LDAPError) in
                        try await client.verifyPassword(dn: "cn=x", password: [1], deadline: .now + limit)
                    }
                }
                let holder = Task { try await verify(.seconds(60)) }
                try await eventually("the bind has arrived") { toy.receivedBytes.contains(0x60) }
                let late = try await verify(.milliseconds(200))
                #expect(late.code == .timedOut)
                #expect(late.description.contains("all 1 connections of the bind pool are busy"))
                let waiter = Task { try await verify(.seconds(60)) }
                try await eventually("somebody waits") { await client.binds.counts.waiting == 1 }
                let refused = try await verify(.seconds(60))
                #expect(refused.code == .tooManyWaiting)
                #expect(refused.description.contains("1 others wait already"))
                holder.cancel()
                waiter.cancel()
                #expect(try await holder.value.code == .cancelled)
                #expect(try await waiter.value.code == .cancelled)
            }
        }
    }

    @Test func serversAreFoundInDNSAndTriedByPriority() async throws {
        try await withSlapd(loading: .base) { slapd in
            let dead = try ToyServer.start(.countsOnly)
            dead.stop()
            func record(_ priority: UInt16, _ port: Int, _ target: String) -> ServiceRecord {
                ServiceRecord(priority: priority, weight: 1, port: UInt16(port), target: target)
            }
            var configuration = try LDAPClientConfiguration.of(slapd)
            configuration.servers = []
            configuration.connection.allowCleartext = true
            configuration.discovery = try LDAPServiceDomain(domain: "example.org")
            let records = [record(1, slapd.port, "b.example.org"), record(0, dead.port, "a.example.org")]
            try await withClient(configuration, records: records) { client async throws in
                #expect(try await server(of: client, rootDSE) == slapd.port)
            }
            let foreign = [record(0, slapd.port, "evil.example.com")]
            try await withClient(configuration, records: foreign) { client async throws in
                let error = try await failure { () async throws(LDAPError) in try await client.search(rootDSE) }
                #expect(error.code == .serverDown)
                #expect(error.description.contains("only hosts of other domains"))
            }
        }
    }
}
