import Logging
import Synchronization
import TestSupport
import Testing

@testable import LDAPClient

/// How the service account is bound: its identity is confirmed, and a wrong password is not hammered.
@Suite struct ServiceBindTests {
    private static let rootDSE = SearchRequest(base: DistinguishedName([]), scope: .base, attributes: .none)

    /// A clock that tests move.
    private final class Clock: Sendable {
        private let time = Mutex(ContinuousClock.now)
        var now: ContinuousClock.Instant { time.withLock { $0 } }
        func advance(by duration: Duration) { time.withLock { $0 = $0.advanced(by: duration) } }
    }

    /// The text of a password file, and how often it was read.
    private final class Secret: Sendable {
        private let state: Mutex<(text: String, reads: Int)>
        init(_ text: String) { state = Mutex((text, 0)) }
        var reads: Int { state.withLock { $0.reads } }
        func change(to text: String) { state.withLock { $0.text = text } }
        func read() -> [UInt8] {
            state.withLock { state in
                state.reads += 1
                return Array(state.text.utf8)
            }
        }
    }

    private func factory(_ slapd: Slapd, _ secret: Secret, _ clock: Clock) throws -> ConnectionFactory {
        var configuration = try LDAPClientConfiguration.of(slapd, timeouts: .wide)
        configuration.serviceAccount = ServiceAccount(dn: try DistinguishedName(slapd.serviceDN)) { secret.read() }
        return ConnectionFactory(
            configuration: configuration, logger: Logger(label: "test"), resolver: nil, now: { clock.now })
    }

    private func connect(_ factory: ConnectionFactory) async throws(LDAPError) {
        try await factory.connect(asServiceAccount: true, until: nil, trace: nil).close()
    }

    private func setPassword(_ slapd: Slapd, to password: String) async throws {
        try await slapd.modify(
            ldif: """
                dn: \(slapd.serviceDN)
                changetype: modify
                replace: userPassword
                userPassword: \(password)

                """)
    }

    @Test func wrongPasswordIsOfferedOnceAMinute() async throws {
        try await withSlapd(loading: .base) { slapd in
            let (secret, clock) = (Secret("wrong"), Clock())
            let factory = try factory(slapd, secret, clock)
            let cost = try await slapd.counting {
                for attempt in 0..<20 {
                    let error = try await failure { () async throws(LDAPError) in try await connect(factory) }
                    #expect(error.code == .invalidCredentials)
                    #expect(error.step == .serviceBind)
                    #expect(error.reason.contains("not offered again") == (attempt > 0))
                }
            }
            #expect(cost["Bind"] == 1)
            clock.advance(by: .seconds(59))
            let early = try await slapd.counting {
                _ = try await failure { () async throws(LDAPError) in try await connect(factory) }
            }
            #expect(early["Bind"] == 0)
            clock.advance(by: .seconds(2))
            let later = try await slapd.counting {
                for _ in 0..<5 { _ = try await failure { () async throws(LDAPError) in try await connect(factory) } }
            }
            #expect(later["Bind"] == 1)
        }
    }

    @Test func manyConnectionsAtOnceOfferAWrongPasswordOnce() async throws {
        try await withSlapd(loading: .base) { slapd in
            let factory = try factory(slapd, Secret("wrong"), Clock())
            let cost = try await slapd.counting {
                let codes = try await withThrowingTaskGroup(of: LDAPError.Code.self) { group in
                    for _ in 0..<16 {
                        group.addTask {
                            try await failure { () async throws(LDAPError) in try await connect(factory) }.code
                        }
                    }
                    return try await group.reduce(into: Set<LDAPError.Code>()) { $0.insert($1) }
                }
                #expect(codes == [.invalidCredentials])
            }
            #expect(cost["Bind"] == 1)
        }
    }

    @Test func changedPasswordIsTriedAtOnce() async throws {
        try await withSlapd(loading: .base) { slapd in
            let (secret, clock) = (Secret("wrong"), Clock())
            let factory = try factory(slapd, secret, clock)
            _ = try await failure { () async throws(LDAPError) in try await connect(factory) }
            secret.change(to: slapd.servicePassword)
            try await connect(factory)
            // Back to the wrong one: it was refused, but a right one has been accepted since.
            secret.change(to: "wrong")
            let cost = try await slapd.counting {
                for _ in 0..<3 { _ = try await failure { () async throws(LDAPError) in try await connect(factory) } }
            }
            #expect(cost["Bind"] == 1)
        }
    }

    @Test func passwordChangedBetweenReadingAndBindingIsReadAgain() async throws {
        try await withSlapd(loading: .base) { slapd in
            let reads = Mutex(0)
            var configuration = try LDAPClientConfiguration.of(slapd, timeouts: .wide)
            let right = slapd.servicePassword
            configuration.serviceAccount = ServiceAccount(dn: try DistinguishedName(slapd.serviceDN)) {
                reads.withLock { $0 += 1 }
                return Array((reads.withLock { $0 } == 1 ? "old" : right).utf8)
            }
            let cost = try await slapd.counting {
                try await withClient(configuration) { client in _ = try await client.search(Self.rootDSE) }
            }
            #expect(cost["Bind"] == 2)
            #expect(cost.connections == 1)
        }
    }

    @Test func rotationNeedsNoRestart() async throws {
        try await withSlapd(loading: .base) { slapd in
            let (secret, clock) = (Secret(slapd.servicePassword), Clock())
            let factory = try factory(slapd, secret, clock)
            let kept = try await factory.connect(asServiceAccount: true, until: nil, trace: nil)
            try await setPassword(slapd, to: "second-secret")
            _ = try await failure { () async throws(LDAPError) in try await connect(factory) }
            secret.change(to: "second-secret")
            try await connect(factory)
            _ = try await kept.search(Self.rootDSE)
            await kept.close()
        }
    }

    @Test(arguments: [UInt8(51), 52, 80])
    func troubleOfAServerIsNoRefusal(_ code: UInt8) async throws {
        let answer: [UInt8] = [0x30, 12, 0x02, 1, 1, 0x61, 7, 0x0A, 1, code, 0x04, 0, 0x04, 0]
        try await withToyServer(.script { $0[5] == 0x60 ? answer : [] }) { troubled in
            try await withSlapd(loading: .base) { slapd in
                var configuration = try LDAPClientConfiguration.of(slapd, timeouts: .wide)
                configuration.servers.insert(try LDAPURL(troubled.uri), at: 0)
                try await withClient(configuration) { client in
                    let found = try await client.search(Self.rootDSE)
                    #expect(found.entries.count == 1)
                }
            }
        }
    }

    @Test func reasonOfARefusalIsNamed() async throws {
        let text = "80090308: LdapErr: DSID-0C09044E, comment: AcceptSecurityContext error, data 533, v2580"
        let refusal = LDAPMessages.server { request in
            LDAPMessages.message(request.id, LDAPMessages.result(0x61, code: 49, text: text))
        }
        try await withToyServer(refusal) { server in
            var configuration = try LDAPClientConfiguration.anonymous(server.uri, timeouts: .wide)
            configuration.serviceAccount = ServiceAccount(dn: try DistinguishedName("cn=x")) { [0x78] }
            try await withClient(configuration) { client in
                let error = try await failure { () async throws(LDAPError) in try await client.search(Self.rootDSE) }
                #expect(error.code == .invalidCredentials)
                #expect(error.reason.contains("the account is disabled"))
            }
        }
    }

    // MARK: Who am I?

    /// Answers binds with success; the root DSE says what is given, and Who am I? too.
    private static func server(
        extensions: String, identity: String?, ownEntry: Bool = false
    ) -> ToyServer.Behaviour {
        LDAPMessages.server { request in
            func answer(_ operations: [UInt8]...) -> [UInt8] {
                operations.flatMap { LDAPMessages.message(request.id, $0) }
            }
            switch request.tag {
            case 0x60: return answer(LDAPMessages.result(0x61))
            case 0x63 where request.base.isEmpty:
                return answer(LDAPMessages.entry("", [("supportedExtension", [extensions])]), LDAPMessages.done())
            case 0x63 where ownEntry: return answer(LDAPMessages.entry("cn=x"), LDAPMessages.done())
            case 0x63: return answer(LDAPMessages.done())
            case 0x77:
                guard let identity else { return answer(LDAPMessages.result(0x78, code: 53)) }
                return answer(LDAPMessages.result(0x78, more: BERWriter.element(0x8B, Array(identity.utf8))))
            default: return []
            }
        }
    }

    private static let whoAmI = "1.3.6.1.4.1.4203.1.11.3"

    @Test(arguments: [
        (whoAmI, "dn:cn=x", false, true), (whoAmI, "u:EXAMPLE\\bridge", false, true),
        // Success, and yet anonymous.
        (whoAmI, "", true, false), (whoAmI, "dn:", true, false),
        // It is listed and refused: the account's own entry decides.
        (whoAmI, nil, true, true), (whoAmI, nil, false, false),
        ("1.2.3", nil, true, true), ("1.2.3", nil, false, false),
    ])
    func bindThatTookNoEffectIsNoticed(
        _ extensions: String, _ identity: String?, _ ownEntry: Bool, _ isConfirmed: Bool
    ) async throws {
        try await withToyServer(
            Self.server(extensions: extensions, identity: identity, ownEntry: ownEntry)
        ) { server in
            var configuration = try LDAPClientConfiguration.anonymous(server.uri, timeouts: .wide)
            configuration.serviceAccount = ServiceAccount(dn: try DistinguishedName("cn=x")) { [0x78] }
            try await withClient(configuration) { client in
                if isConfirmed {
                    _ = try await client.search(Self.rootDSE)
                } else {
                    let error = try await failure { () async throws(LDAPError) in try await client.search(Self.rootDSE)
                    }
                    #expect(error.code == .insufficientAccess)
                    #expect(error.step == .serviceBind)
                }
            }
        }
    }
}
