import AuthCore
import DirectoryBridge
import Foundation
import LocalBackend
import TestSupport
import Testing

/// Sessions and reset links of a bridge whose configuration names a secret key.
@Suite struct SessionsTests {
    private let cause = ChangeCause.administrator("test")

    private func withBridge(key: Bool = true, _ body: (Bridge) async throws -> Void) async throws {
        let slapd = try await SharedSlapd.company.server()
        try await withTemporaryFolder { folder in
            try "bridge-secret".write(toFile: folder + "/secret", atomically: true, encoding: .utf8)
            try String(repeating: "k", count: 64).write(toFile: folder + "/key", atomically: true, encoding: .utf8)
            let configuration = try Configuration.parse(
                """
                database: sqlite:accounts.db
                chain: [corp, local]
                passwords: {iterations: 1000}
                \(key ? "secret_key_file: key" : "")
                directories:
                  corp:
                    servers: ["\(slapd.uri)"]
                    service_account: {dn: "cn=bridge,ou=services,dc=example,dc=org", password_file: secret}
                    users: {base: "ou=people,dc=example,dc=org"}
                """, file: folder + "/bridge.yaml")
            let bridge = try Bridge(configuration: configuration)
            do {
                try await body(bridge)
            } catch {
                await bridge.shutdown()
                throw error
            }
            await bridge.shutdown()
        }
    }

    private func open(_ bridge: Bridge, _ name: String, _ password: String) async throws -> SessionToken {
        let context = AuthenticationContext(clientAddress: "192.0.2.7", userAgent: "Firefox")
        let report = await bridge.logIn(username: LoginName(name), password: Secret(password), context: context)
        let opened = try await bridge.requireSessions().open(for: report, context: context, replacing: nil)
        return try #require(opened).token
    }

    @Test func aLoginOpensASessionThatANewPasswordEnds() async throws {
        try await withBridge { bridge async throws in
            _ = try await bridge.createUser("rescue", password: Secret("correct horse"), cause: cause)
            let sessions = try bridge.requireSessions()
            let (alice, rescue) = (
                try await open(bridge, "alice", "alice-secret"), try await open(bridge, "rescue", "correct horse")
            )
            #expect(try await sessions.check(rescue).user?.username == "rescue")
            let changed = try await bridge.changePassword(
                of: LoginName("rescue"), by: .person(oldPassword: Secret("correct horse")),
                to: Secret("battery staple"),
                cause: cause)
            #expect(changed.outcome == .changed())
            #expect(try await sessions.check(rescue).user == nil)
            #expect(try await sessions.check(alice).user?.username == "alice")
        }
    }

    @Test func aResetLinkIsForALocalAccountAndCountsUntilThePasswordChanges() async throws {
        try await withBridge { bridge async throws in
            let user = try #require(
                try await bridge.createUser("rescue", password: Secret("correct horse"), cause: cause))
            let record = try await bridge.account(named: "rescue")
            let link = try await bridge.resetLink(for: record, baseURL: "https://portal.example.org/", cause: cause)
            let parts = link.split(separator: "/").map(String.init)
            #expect(parts.prefix(3) == ["https:", "portal.example.org", "reset"] && link.hasSuffix("/"))
            #expect(PasswordResetTokens.decode(parts[3]) == user.id)
            let tokens = try #require(bridge.resetTokens)
            #expect(tokens.accepts(parts[4], for: record))
            try await bridge.setPassword(of: record, to: Secret("battery staple"), cause: cause)
            #expect(tokens.accepts(parts[4], for: try await bridge.account(named: "rescue")) == false)

            _ = await bridge.logIn(username: LoginName("alice"), password: Secret("alice-secret"))
            let alice = try await bridge.account(named: "alice")
            await refused(.ownedElsewhere) {
                try await bridge.resetLink(for: alice, baseURL: "https://portal.example.org", cause: cause)
            }
            for address in ["portal.example.org", "http://portal.example.org", "https://", "https://a/?next=b"] {
                await refused(.addressRefused) {
                    try await bridge.resetLink(for: record, baseURL: address, cause: cause)
                }
            }
            try await bridge.set(.isActive, of: record, to: false, cause: cause)
            let inactive = try await bridge.account(named: "rescue")
            await refused(.notActive) {
                try await bridge.resetLink(for: inactive, baseURL: "https://portal.example.org", cause: cause)
            }
        }
    }

    @Test func withoutASecretKeyThereAreNeither() async throws {
        try await withBridge(key: false) { bridge async throws in
            _ = try await bridge.createUser("rescue", password: Secret("correct horse"), cause: cause)
            let record = try await bridge.account(named: "rescue")
            #expect(throws: AdministrationError.self) { try bridge.requireSessions() }
            await refused(.noSecretKey) {
                try await bridge.resetLink(for: record, baseURL: "https://portal.example.org", cause: cause)
            }
        }
    }

    private func refused(_ code: AdministrationError.Code, _ body: () async throws -> String) async {
        do {
            let link = try await body()
            Issue.record("there is a link: \(link)")
        } catch {
            #expect((error as? AdministrationError)?.code == code)
        }
    }
}
