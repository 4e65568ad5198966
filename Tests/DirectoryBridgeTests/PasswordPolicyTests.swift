import AuthCore
import DirectoryBridge
import Foundation
import TestSupport
import Testing

/// What new local passwords must be, wherever they are set.
@Suite struct PasswordPolicyTests {
    private let cause = ChangeCause.administrator("test")

    private func withBridge(
        passwords: String = "{iterations: 1000}", _ body: (Bridge) async throws -> Void
    ) async throws {
        let slapd = try await SharedSlapd.company.server()
        try await withTemporaryFolder { folder in
            try "bridge-secret".write(toFile: folder + "/secret", atomically: true, encoding: .utf8)
            try "staple battery\n".write(toFile: folder + "/common", atomically: true, encoding: .utf8)
            let configuration = try Configuration.parse(
                """
                database: sqlite:accounts.db
                chain: [corp, local]
                passwords: \(passwords)
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

    /// The codes of a refusal.
    private func codes(_ body: () async throws -> Void) async throws -> [String]? {
        do {
            try await body()
            return nil
        } catch let error as AdministrationError {
            #expect(error.code == .passwordRefused)
            let refusal = try #require(error.passwordRefusal)
            for code in refusal.codes { #expect(error.message.contains(code)) }
            return refusal.codes
        }
    }

    @Test func everythingThatIsWrongIsSaidAndNothingIsChanged() async throws {
        try await withBridge { bridge async throws in
            let all = try await codes {
                _ = try await bridge.createUser("rescue", password: Secret("12345"), cause: cause)
            }
            #expect(all == ["password_too_short", "password_too_common", "password_entirely_numeric"])
            #expect(try await bridge.store.accounts().isEmpty)
            let similar = try await codes {
                _ = try await bridge.createUser(
                    "rescue", password: Secret("mayfield77"), fields: [.lastName: "Mayfield"], cause: cause)
            }
            #expect(similar == ["password_too_similar"])
            _ = try await bridge.createUser("rescue", password: Secret("12345"), isValidated: false, cause: cause)

            let record = try await bridge.account(named: "rescue")
            let set = try await codes { try await bridge.setPassword(of: record, to: Secret("rescue12"), cause: cause) }
            #expect(set == ["password_too_similar"])
            #expect(try await bridge.account(named: "rescue").password == record.password)
            try await bridge.setPassword(of: record, to: Secret("rescue12"), isValidated: false, cause: cause)
        }
    }

    @Test func aBreakGlassPasswordIsALocalPassword() async throws {
        try await withBridge { bridge async throws in
            _ = await bridge.logIn(username: LoginName("alice"), password: Secret("alice-secret"))
            let record = try await bridge.account(named: "alice")
            #expect(
                try await codes { try await bridge.breakGlass(record, password: Secret("short"), cause: cause) }
                    == ["password_too_short"])
            #expect(try await !bridge.account(named: "alice").isBreakGlass)
            try await bridge.breakGlass(record, password: Secret("short"), isValidated: false, cause: cause)
            #expect(try await bridge.account(named: "alice").isBreakGlass)
        }
    }

    @Test func theRulesAndTheAlgorithmAreTheSites() async throws {
        let passwords = "{algorithm: scrypt, validators: {minimum_length: 12, common_passwords_file: common}}"
        try await withBridge(passwords: passwords) { bridge async throws in
            #expect(
                try await codes {
                    _ = try await bridge.createUser("rescue", password: Secret("elevenchars"), cause: cause)
                }
                    == ["password_too_short"])
            #expect(
                try await codes {
                    _ = try await bridge.createUser("rescue", password: Secret("Staple Battery"), cause: cause)
                } == ["password_too_common"])
            _ = try await bridge.createUser("rescue", password: Secret("correct horse"), cause: cause)
            #expect(try await bridge.account(named: "rescue").password.encoded.hasPrefix("scrypt$"))
        }
        try await withBridge(passwords: "{iterations: 1000, validators: none}") { bridge async throws in
            _ = try await bridge.createUser("rescue", password: Secret("1"), cause: cause)
            #expect(await bridge.logIn(username: LoginName("rescue"), password: Secret("1")).outcome.user != nil)
        }
    }
}
