import Glibc
import Synchronization
import Testing

@testable import LDAPClient

@Suite struct ResolverTests {
    private static func soon() -> ContinuousClock.Instant { .now.advanced(by: .seconds(60)) }

    @Test func answersAreRememberedAndSharedByThoseWhoAskTogether() async throws {
        let count = Mutex(0)
        let resolver = await Resolver { _ throws(ResolutionFailure) in
            count.withLock { $0 += 1 }
            return try SocketAddress.resolve("127.0.0.1")
        }
        try await withThrowingTaskGroup(of: Int.self) { group in
            for _ in 0..<20 {
                group.addTask { try await resolver.addresses(of: "ldap.example", until: Self.soon()).count }
            }
            for try await found in group { #expect(found == 1) }
        }
        #expect(count.withLock { $0 } == 1)
    }

    @Test func hungLookUpEndsAtTheDeadline() async throws {
        let gate = Gate()
        defer { gate.open() }
        let resolver = await Resolver { _ throws(ResolutionFailure) in
            gate.wait()
            return []
        }
        let error = try await failure { () async throws(LDAPError) in
            try await resolver.addresses(of: "ldap.example", until: .now.advanced(by: .milliseconds(50)))
        }
        #expect(error.code == .timedOut)
        #expect(error.step == .resolve)
    }

    @Test func oldAnswersServeForAnHourWhereDNSIsDown() async throws {
        let clock = TestClock()
        let isDown = Mutex(false)
        let resolver = await Resolver(now: { clock.now }) { _ throws(ResolutionFailure) in
            if isDown.withLock({ $0 }) { throw ResolutionFailure(text: "DNS is down") }
            return try SocketAddress.resolve("127.0.0.1")
        }
        _ = try await resolver.addresses(of: "ldap.example", until: Self.soon())
        isDown.withLock { $0 = true }
        clock.advance(by: .seconds(3599))
        #expect(try await resolver.addresses(of: "ldap.example", until: Self.soon()).count == 1)
        clock.advance(by: .seconds(1))
        let error = try await failure { () async throws(LDAPError) in
            try await resolver.addresses(of: "ldap.example", until: Self.soon())
        }
        #expect(error.description.contains("DNS is down"))
    }

    @Test func unknownNameIsExplained() async throws {
        let resolver = await Resolver { _ throws(ResolutionFailure) in throw ResolutionFailure(text: "no such name") }
        let error = try await failure { () async throws(LDAPError) in
            try await resolver.addresses(of: "ldap.example", until: Self.soon())
        }
        #expect(error.code == .serverDown)
        #expect(error.description.contains("no such name"))
    }

    @Test func addressesNeedNoLookUp() async throws {
        let resolver = await Resolver { _ throws(ResolutionFailure) in throw ResolutionFailure(text: "asked") }
        for address in ["127.0.0.1", "::1"] {
            #expect(try await resolver.addresses(of: address, until: Self.soon()).count == 1)
        }
    }
}

/// Holds a thread until somebody opens it.
final class Gate: Sendable {
    private let descriptors: [Int32]

    init() {
        var pair: [Int32] = [0, 0]
        pipe(&pair)
        descriptors = pair
    }

    deinit { for descriptor in descriptors { close(descriptor) } }

    func wait() {
        var byte: UInt8 = 0
        read(descriptors[0], &byte, 1)
    }

    func open() {
        var byte: UInt8 = 0
        write(descriptors[1], &byte, 1)
    }
}
