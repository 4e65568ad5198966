import AuthCore
import DirectoryBridge
import Foundation
import TestSupport
import Testing

/// What is written here about passwords that are changed in a directory.
@Suite struct PasswordChangeTests {
    /// A bridge on a directory that is reached by StartTLS, where people log in with their uid or mail address and may write passwords.
    private func withBridge(_ body: (Bridge, Slapd, _ folder: String) async throws -> Void) async throws {
        var options = Slapd.Options()
        options.tls = true
        options.database = ["access to attrs=userPassword by self =wx by anonymous auth by * none"]
        try await withSlapd(loading: .company, options: options) { slapd in
            let authority = try await Certificates.shared().authority
            try await withTemporaryFolder { folder in
                try "bridge-secret".write(toFile: folder + "/secret", atomically: true, encoding: .utf8)
                let configuration = try Configuration.parse(
                    """
                    database: sqlite:accounts.db
                    chain: [corp, local]
                    login_deadline: 60s
                    passwords: {iterations: 1000, validators: none}
                    directories:
                      corp:
                        servers: ["\(slapd.uri)"]
                        tls: {start_tls: true, ca_file: \(authority)}
                        service_account: {dn: "cn=bridge,ou=services,dc=example,dc=org", password_file: secret}
                        timeouts: {connect: 30s, operation: 30s}
                        users:
                          base: "ou=people,dc=example,dc=org"
                          filter: "(|(uid={username})(mail={username}))"
                    """, file: folder + "/bridge.yaml")
                let bridge = try Bridge(configuration: configuration)
                do {
                    try await body(bridge, slapd, folder)
                } catch {
                    await bridge.shutdown()
                    throw error
                }
                await bridge.shutdown()
            }
        }
    }

    private func logIn(_ bridge: Bridge, _ name: String, _ password: String) async -> AuthenticationOutcome {
        await bridge.logIn(username: LoginName(name), password: Secret(password)).outcome
    }

    private func change(
        _ bridge: Bridge, _ name: String, from old: String, to new: String
    ) async throws -> PasswordChangeReport {
        try await bridge.changePassword(
            of: LoginName(name), by: .person(oldPassword: Secret(old)), to: Secret(new), cause: .administrator("test"))
    }

    @Test func aChangeUnderTheMailAddressEndsTheAccountsSessions() async throws {
        try await withBridge { bridge, _, _ async throws in
            let alice = try #require(await logIn(bridge, "alice", "alice-secret").user)
            let column = try await bridge.store.account(id: alice.id)?.password
            let report = try await change(bridge, "alice@example.org", from: "alice-secret", to: "battery staple")
            #expect(report.outcome == .changed() && report.warnings == [])
            #expect(report.username == "alice" && report.backend == "corp")
            let after = try #require(try await bridge.store.account(id: alice.id)?.password)
            #expect(after != column && !after.isUsable)
            let trail = try await bridge.store.auditTrail(AuditQuery()).map(\.event)
            #expect(trail.first { $0.event == "password.changed" }?.userID == alice.id)
            #expect(await logIn(bridge, "alice@example.org", "battery staple").user == alice)
        }
    }

    @Test func aBreakGlassAccountIsNoOtherOneUnderTheMailAddress() async throws {
        try await withBridge { bridge, slapd, _ async throws in
            let alice = try #require(await logIn(bridge, "alice", "alice-secret").user)
            let record = try #require(try await bridge.store.account(id: alice.id))
            try await bridge.breakGlass(record, password: Secret("correct horse"), cause: .administrator("test"))
            let hash = try await bridge.store.account(id: alice.id)?.password
            let report = try await change(bridge, "alice@example.org", from: "alice-secret", to: "battery staple")
            #expect(report.backend == "local" && report.username == "alice")
            #expect(try await bridge.store.account(id: alice.id)?.password == hash)
            #expect(try !slapd.log().contains("PASSMOD"))
        }
    }

    @Test func aFlawSaysNothingAboutWhoExists() async throws {
        try await withBridge { bridge, _, _ async throws in
            for name in ["alice", "nobody-of-this-name"] {
                let same = try await change(bridge, name, from: "guess", to: "guess")
                let empty = try await change(bridge, name, from: "guess", to: "")
                #expect([same, empty].map(\.outcome).map(reason) == [.sameAsOld, .unusable], "\(name)")
            }
        }
    }

    private func reason(_ outcome: PasswordChangeOutcome) -> PasswordRefusal.Reason? {
        if case .refused(let refusal) = outcome { refusal.reason } else { nil }
    }

    @Test func sessionsEndAlsoWhereWhoAskedHasGone() async throws {
        try await withBridge { bridge, slapd, folder async throws in
            let alice = try #require(await logIn(bridge, "alice", "alice-secret").user)
            let column = try await bridge.store.account(id: alice.id)?.password
            // Somebody else writes the database, so that this has to wait when the directory is done.
            let script = """
                (echo 'BEGIN IMMEDIATE;'; echo '.shell touch locked'; while [ ! -e go ]; do sleep 0.05; done; echo 'COMMIT;') \
                | sqlite3 accounts.db
                """
            async let holder = runProcess("/bin/sh", ["-c", "cd '\(folder)' && \(script)"])
            try await eventually("the database is locked") {
                FileManager.default.fileExists(atPath: folder + "/locked")
            }
            let asking = Task { try await change(bridge, "alice", from: "alice-secret", to: "battery staple") }
            try await eventually("the password was sent") { try slapd.log().contains("PASSMOD") }
            asking.cancel()
            try "".write(toFile: folder + "/go", atomically: true, encoding: .utf8)
            _ = try await holder
            let report = try await asking.value
            #expect(report.warnings == [], "\(report)")
            #expect(try await bridge.store.account(id: alice.id)?.password != column)
            let trail = try await bridge.store.auditTrail(AuditQuery()).map(\.event)
            #expect(trail.contains { $0.event.hasPrefix("password.") && $0.userID == alice.id })
        }
    }
}
