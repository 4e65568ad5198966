import AuthCore
import DirectoryBridge
import Foundation
import Synchronization
import TestSupport
import Testing

@Suite struct BridgeTests {
    /// A configuration on a directory, in a folder of its own.
    private func configuration(
        _ uri: String, in folder: String, chain: String = "[corp, local]", deadline: String = "120s",
        timeout: String = "30s",
        extra: String = "", rules: String = ""
    ) throws -> Configuration {
        try "bridge-secret".write(toFile: folder + "/secret", atomically: true, encoding: .utf8)
        return try Configuration.parse(
            """
            database: sqlite:accounts.db
            chain: \(chain)
            login_deadline: \(deadline)
            passwords: {iterations: 1000, validators: none}
            directories:
              corp:
                servers: ["\(uri)"]
                service_account: {dn: "cn=bridge,ou=services,dc=example,dc=org", password_file: secret}
                timeouts: {connect: \(timeout), operation: \(timeout)}
                users: {base: "ou=people,dc=example,dc=org", require: staff}
                groups: {base: "ou=groups,dc=example,dc=org", mirror: all}
            \(extra)
            \(rules)
            """, file: folder + "/bridge.yaml")
    }

    private func withBridge(
        _ configuration: Configuration, _ mode: Bridge.StoreMode = .writable, _ body: (Bridge) async throws -> Void
    ) async throws {
        let bridge = try Bridge(configuration: configuration, mode: mode)
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

    @Test func anApplicationAddsWhatItKnowsAndHearsOfLogins() async throws {
        let slapd = try await SharedSlapd.company.server()
        try await withTemporaryFolder { folder in
            let configuration = try configuration(slapd.uri, in: folder)
            let heard = Mutex<[String]>([])
            let observer = AuthenticationObserver { event in heard.withLock { $0.append(event.outcome.verdict) } }
            let hook = MirrorHook { person in
                person.profile["tier"] = "gold"
                if person.username == "bob" { person.refuse("Bob is on holiday.") }
            }
            let bridge = try Bridge(configuration: configuration, hooks: ["corp": hook], observer: observer)
            let user = try #require(await logIn(bridge, "alice", "alice-secret").user)
            #expect(try await bridge.store.profile(of: user.id)["tier"] == "gold")
            #expect(await logIn(bridge, "bob", "bob-secret") == .denied(.refusedByApplication))
            await observer.drain()
            #expect(heard.withLock { $0 } == ["authenticated", "denied"])
            await bridge.shutdown()

            // One that refuses people, and is for no directory, would keep nobody out.
            #expect(throws: AdministrationError.self) {
                try Bridge(configuration: configuration, mode: .preview, hooks: ["crop": hook])
            }
        }
    }

    @Test func aDirectoryPasswordOpensALocalAccount() async throws {
        let slapd = try await SharedSlapd.company.server()
        try await withTemporaryFolder { folder in
            try await withBridge(try configuration(slapd.uri, in: folder)) { bridge async throws in
                let user = try #require(await logIn(bridge, "alice", "alice-secret").user)
                #expect(await logIn(bridge, "alice", "wrong") == .rejected(.wrongPassword))
                #expect(try await bridge.store.groups(of: user.id).map(\.name).contains("staff"))
            }
            // What was written behind is there after the shutdown.
            try await withBridge(try configuration(slapd.uri, in: folder), .readOnly) { bridge async throws in
                let record = try await bridge.account(named: "alice")
                #expect(
                    record.lastLogin != nil && !record.password.isUsable && record.owner == .external(source: "corp"))
                #expect(try await bridge.store.auditEvents(limit: 50).contains { $0.event == "login.rejected" })
            }
        }
    }

    @Test func everythingThatIsWrongIsFoundAtOnceWithItsLine() async throws {
        let slapd = try await SharedSlapd.company.server()
        try await withTemporaryFolder { folder in
            let rules = """
                    permissions:
                      - {group: payrol, grant: payroll.view_payslip}
                      - {group: payroll, grant: [payroll.view_payslip, payroll.pay]}
                """
            try await withBridge(try configuration(slapd.uri, in: folder, rules: rules), .preview) {
                bridge async throws in
                let check = await bridge.check()
                #expect(check.unchecked.isEmpty && check.warnings.isEmpty)
                #expect(check.problems.map { $0.location.line } == [14, 14, 15])
                #expect(
                    check.problems.contains {
                        $0.message.contains("There is no group 'payrol' in 'corp'.")
                    })
                #expect(
                    check.problems.contains { $0.message.contains("run: dirbridge permission register payroll.pay") })
            }
            #expect(!FileManager.default.fileExists(atPath: folder + "/accounts.db"), "a check wrote a database")
        }
    }

    @Test func aThoroughCheckFindsAWrongBaseAndAMissingFolder() async throws {
        let slapd = try await SharedSlapd.company.server()
        try await withTemporaryFolder { folder in
            try "bridge-secret".write(toFile: folder + "/secret", atomically: true, encoding: .utf8)
            let text = """
                database: sqlite:no-such-folder/accounts.db
                chain: [corp]
                directories:
                  corp:
                    servers: ["\(slapd.uri)"]
                    service_account: {dn: "cn=bridge,ou=services,dc=example,dc=org", password_file: secret}
                    users: {base: "ou=poeple,dc=example,dc=org"}
                """
            let configuration = try Configuration.parse(text, file: folder + "/bridge.yaml")
            try await withBridge(configuration, .preview) { bridge async throws in
                let check = await bridge.check(thoroughly: true)
                #expect(check.problems.map(\.location.line) == [1])
                #expect(check.problems.first?.message.contains("there is no folder \(folder)/no-such-folder") == true)
                #expect(check.unchecked.count == 1 && check.unchecked[0].contains("ou=poeple"))
                #expect(await bridge.check() == ConfigurationCheck())
            }
        }
    }

    @Test func whatCannotBeCheckedIsSaid() async throws {
        let toy = try ToyServer.start(.countsOnly)
        toy.stop()
        try await withTemporaryFolder { folder in
            try await withBridge(try configuration(toy.uri, in: folder, timeout: "500ms"), .preview) {
                bridge async throws in
                let check = await bridge.check()
                #expect(check.problems.isEmpty)
                #expect(check.unchecked.count == 1 && check.unchecked[0].contains("'corp'"))
            }
        }
    }

    @Test func aLocalAccountWorksWhileTheDirectoryIsSilent() async throws {
        try await withToyServer(.countsOnly) { toy async throws in
            try await withTemporaryFolder { folder in
                try await withBridge(try configuration(toy.uri, in: folder, deadline: "60s", timeout: "500ms")) {
                    bridge async throws in
                    _ = try await bridge.createUser(
                        "rescue", password: Secret("correct horse"), cause: .administrator("test"))
                    #expect(await logIn(bridge, "rescue", "correct horse").user?.username == "rescue")
                    #expect(await logIn(bridge, "rescue", "wrong") == .rejected(.wrongPassword))
                    #expect(toy.connectionCount == 0)
                    let started = ContinuousClock.now
                    #expect(await logIn(bridge, "alice", "alice-secret") == .unavailable(.timedOut))
                    #expect(ContinuousClock.now - started < .seconds(60))
                }
            }
        }
    }

    @Test func aDirectoryAccountIsNeverAcceptedByTheLocalBackend() async throws {
        try await withSlapd(loading: .company) { slapd async throws in
            try await withTemporaryFolder { folder in
                try await withBridge(try configuration(slapd.uri, in: folder)) { bridge async throws in
                    let user = try #require(await logIn(bridge, "alice", "alice-secret").user)
                    let other = try #require(
                        try await bridge.createUser("other", password: Secret("local"), cause: .administrator("test")))
                    let hash = try #require(try await bridge.store.account(id: other.id)).password
                    try await bridge.store.apply(
                        [AccountPlan(subject: .account(user.id), changes: [.setPassword(hash)])],
                        cause: .administrator("test"))
                    #expect(await logIn(bridge, "alice", "local") == .rejected(.wrongPassword))
                    await slapd.stop()
                    #expect(await logIn(bridge, "alice", "local") == .unavailable(.serverDown))
                }
            }
        }
    }

    @Test func anUnlinkedAccountKeepsNeitherPowerNorPassword() async throws {
        let slapd = try await SharedSlapd.company.server()
        try await withTemporaryFolder { folder in
            let flags = """
                    flags: {is_superuser: {dn: "cn=engineering,ou=groups,dc=example,dc=org"}}
                """
            try await withBridge(try configuration(slapd.uri, in: folder, rules: flags)) { bridge async throws in
                let user = try #require(await logIn(bridge, "alice", "alice-secret").user)
                #expect(user.isSuperuser)
                let other = try #require(
                    try await bridge.createUser("other", password: Secret("local"), cause: .administrator("test")))
                let hash = try #require(try await bridge.store.account(id: other.id)).password
                try await bridge.store.apply(
                    [AccountPlan(subject: .account(user.id), changes: [.setPassword(hash)])],
                    cause: .administrator("test"))
                try await bridge.unlink(try await bridge.account(named: "alice"), cause: .administrator("test"))
                let unlinked = try await bridge.account(named: "alice")
                #expect(!unlinked.user.isSuperuser && !unlinked.user.isStaff && !unlinked.password.isUsable)
                #expect(await logIn(bridge, "alice", "local").user == nil)
            }
        }
    }

    /// In a process of its own, where nothing else opens descriptors or starts threads.
    @Test func nothingIsLeftOverAfterOutages() async {
        await #expect(processExitsWith: .success) {
            func resources() throws -> (descriptors: Int, threads: Int) {
                let files = FileManager.default
                return (
                    try files.contentsOfDirectory(atPath: "/proc/self/fd").count,
                    try files.contentsOfDirectory(atPath: "/proc/self/task").count
                )
            }
            try await withTemporaryFolder { folder in
                func attempt(_ uri: String) async throws {
                    try "bridge-secret".write(toFile: folder + "/secret", atomically: true, encoding: .utf8)
                    let configuration = try Configuration.parse(
                        """
                        database: sqlite:accounts.db
                        chain: [corp, local]
                        directories:
                          corp:
                            servers: ["\(uri)"]
                            service_account: {dn: "cn=bridge,dc=example", password_file: secret}
                            timeouts: {connect: 200ms, operation: 200ms}
                            users: {base: "dc=example"}
                        """, file: folder + "/bridge.yaml")
                    let bridge = try Bridge(configuration: configuration)
                    let outcome = await bridge.logIn(username: LoginName("alice"), password: Secret("alice-secret"))
                        .outcome
                    guard case .unavailable = outcome else { throw TestSupportError("not an outage: \(outcome)") }
                    await bridge.shutdown()
                }
                let silent = try ToyServer.start(.countsOnly)
                let gone = try ToyServer.start(.countsOnly)
                gone.stop()
                let uris = [silent.uri, gone.uri, silent.uri.replacing("ldap:", with: "ldaps:")]
                // The first round starts what a process keeps for good: executors, the resolver, the toy's own threads.
                for uri in uris { try await attempt(uri) }
                try await eventually("the first round had ended") { silent.openConnectionCount == 0 }
                let before = try resources()
                for _ in 0..<5 { for uri in uris { try await attempt(uri) } }
                try await eventually("everything was given back") {
                    let now = try resources()
                    return silent.openConnectionCount == 0 && now.descriptors <= before.descriptors
                        && now.threads <= before.threads
                }
                silent.stop()
            }
        }
    }
}
