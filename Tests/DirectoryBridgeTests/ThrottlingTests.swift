import AuthCore
import DirectoryBridge
import Foundation
import TestSupport
import Testing

/// Throttling as the configuration switches it on. Tokens come back once a day, so that no test depends on how long it takes.
@Suite struct ThrottlingTests {
    private func configuration(
        _ uri: String, in folder: String, throttling: String = "{strangers: {failures: 3, refill: 1d, parallel: 3}}"
    ) throws -> Configuration {
        try "bridge-secret".write(toFile: folder + "/secret", atomically: true, encoding: .utf8)
        return try Configuration.parse(
            """
            database: sqlite:accounts.db
            chain: [corp, local]
            login_deadline: 60s
            passwords: {iterations: 1000}
            throttling: \(throttling)
            directories:
              corp:
                servers: ["\(uri)"]
                service_account: {dn: "cn=bridge,ou=services,dc=example,dc=org", password_file: secret}
                timeouts: {connect: 30s, operation: 30s}
                users: {base: "ou=people,dc=example,dc=org"}
            """, file: folder + "/bridge.yaml")
    }

    /// One life of a process.
    private func withBridge(_ configuration: Configuration, _ body: (Bridge) async throws -> Void) async throws {
        let bridge = try Bridge(configuration: configuration)
        do {
            try await body(bridge)
        } catch {
            await bridge.shutdown()
            throw error
        }
        await bridge.shutdown()
    }

    private func logIn(_ bridge: Bridge, _ name: String, _ password: String) async -> AuthenticationOutcome {
        await bridge.logIn(username: LoginName(name), password: Secret(password)).outcome
    }

    private func change(_ bridge: Bridge, from old: String, to new: String) async throws -> PasswordChangeOutcome {
        try await bridge.changePassword(
            of: LoginName("rescue"), by: .person(oldPassword: Secret(old)), to: Secret(new),
            cause: .administrator("test")
        ).outcome
    }

    @Test func whoGuessesIsRefusedBeforeAnyDirectoryTrafficAlsoAfterARestart() async throws {
        try await withSlapd(loading: .company) { slapd async throws in
            try await withTemporaryFolder { folder in
                let configuration = try configuration(slapd.uri, in: folder)
                try await withBridge(configuration) { bridge async throws in
                    for guess in ["guess one", "guess two"] {
                        #expect(await logIn(bridge, "alice", guess) == .rejected(.wrongPassword))
                    }
                }
                try await withBridge(configuration) { bridge async throws in
                    #expect(await logIn(bridge, "alice", "guess three") == .rejected(.wrongPassword))
                }
                try await withBridge(configuration) { bridge async throws in
                    let cost = try await slapd.counting {
                        let report = await bridge.logIn(
                            username: LoginName("ALICE"), password: Secret("alice-secret"))
                        #expect(report.outcome == .denied(.throttled))
                        #expect(report.retryAfter.map { $0 > .seconds(3600) } == true)
                    }
                    #expect(cost["Bind"] == 0 && cost["Search"] == 0 && cost.connections == 0)
                    #expect(await logIn(bridge, "bob", "bob-secret").user?.username == "bob")
                }
            }
        }
    }

    @Test func anOutageNeverCounts() async throws {
        let toy = try ToyServer.start(.countsOnly)
        toy.stop()
        try await withTemporaryFolder { folder in
            try await withBridge(try configuration(toy.uri, in: folder)) { bridge async throws in
                for _ in 1...5 {
                    #expect(await logIn(bridge, "alice", "alice-secret") == .unavailable(.serverDown))
                    await #expect(throws: AuthenticationOutage.self) {
                        _ = try await bridge.changePassword(
                            of: LoginName("alice"), by: .person(oldPassword: Secret("alice-secret")),
                            to: Secret("battery staple"), cause: .administrator("test"))
                    }
                }
            }
            let rows = try await runSuccessfully(
                "sqlite3", [folder + "/accounts.db", "SELECT count(*) FROM bridge_throttle"])
            #expect(rows.output == "0\n")
        }
    }

    @Test func aChangeOfPasswordIsNoWayToGuess() async throws {
        let slapd = try await SharedSlapd.company.server()
        try await withTemporaryFolder { folder in
            try await withBridge(try configuration(slapd.uri, in: folder)) { bridge async throws in
                _ = try await bridge.createUser(
                    "rescue", password: Secret("correct horse"), cause: .administrator("test"))
                // Who knows the password and chooses a bad one has guessed nothing.
                for _ in 1...5 {
                    guard case .refused(let refusal) = try await change(bridge, from: "correct horse", to: "short")
                    else { return #expect(Bool(false), "a short password was accepted") }
                    #expect(refusal.reason == .tooShort && refusal.codes == ["password_too_short"])
                }
                for guess in ["guess one", "guess two", "guess three"] {
                    guard case .refused(let refusal) = try await change(bridge, from: guess, to: "battery staple")
                    else { return #expect(Bool(false), "a wrong password was accepted") }
                    #expect(refusal.reason == .wrongPassword)
                }
                guard case .refused(let refusal) = try await change(bridge, from: "correct horse", to: "battery staple")
                else { return #expect(Bool(false), "the attempt was let through") }
                #expect(refusal.reason == .throttled)
                #expect(await logIn(bridge, "rescue", "correct horse") == .denied(.throttled))
                // An administrator guesses nothing and is not held up.
                let record = try await bridge.account(named: "rescue")
                try await bridge.setPassword(of: record, to: Secret("battery staple"), cause: .administrator("test"))
            }
        }
    }

    @Test func withoutThrottlingNobodyIsSlowedDown() async throws {
        let slapd = try await SharedSlapd.company.server()
        try await withTemporaryFolder { folder in
            try await withBridge(try configuration(slapd.uri, in: folder, throttling: "off")) { bridge async throws in
                for number in 1...15 {
                    #expect(await logIn(bridge, "nobody", "guess \(number)") == .notFound)
                }
            }
            try await withBridge(try configuration(slapd.uri, in: folder, throttling: "on")) { bridge async throws in
                for number in 1...10 { #expect(await logIn(bridge, "nobody", "guess \(number)") == .notFound) }
                #expect(await logIn(bridge, "nobody", "one more") == .denied(.throttled))
            }
        }
    }
}
