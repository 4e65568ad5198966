import AuthCore
import DirectoryBridge
import LocalBackend
import Foundation
import TestSupport
import Testing

/// What a configuration says of passwords, throttling, secret keys and sessions.
@Suite struct AccountSettingsTests {
    private func parse(_ lines: String, in folder: String = "/nowhere") throws -> Configuration {
        try Configuration.parse("database: sqlite:a.db\nchain: [local]\n" + lines, file: folder + "/bridge.yaml")
    }

    @Test func whatIsNotSaidIsTheLibrarysDefault() throws {
        let configuration = try parse("")
        #expect(configuration.passwords.algorithm == "pbkdf2_sha256" && configuration.passwords.iterations == 1_500_000)
        #expect(configuration.passwords.rules?.minimumLength == 8 && configuration.passwords.rules?.similarity == 0.7)
        #expect(configuration.throttling == ThrottleSettings())
        #expect(configuration.sessions == SessionSettings())
        #expect(configuration.secretKeys == nil)
    }

    @Test func whatIsSaidIsRead() throws {
        let configuration = try parse(
            """
            passwords: {algorithm: scrypt, validators: {minimum_length: 12, similarity: 0.5}}
            throttling: {strangers: {failures: 3, refill: 5m}, maximum_budgets: 1000}
            sessions: {lifetime: 8h, idle: 30m, maximum: 5}
            """)
        #expect(configuration.passwords.algorithm == "scrypt" && configuration.passwords.iterations == nil)
        #expect(configuration.passwords.rules?.minimumLength == 12 && configuration.passwords.rules?.similarity == 0.5)
        #expect(
            configuration.throttling
                == ThrottleSettings(
                    strangers: FailureBudget(failures: 3, refill: .seconds(300), parallel: 2), maximumBudgets: 1000))
        #expect(
            configuration.sessions
                == SessionSettings(lifetime: .seconds(8 * 3600), idle: .seconds(1800), maximumPerUser: 5))
        let open = try parse("throttling: off\npasswords: {validators: none}")
        #expect(open.throttling == nil && open.passwords.rules == nil && open.passwords.policy.validators.isEmpty)
    }

    @Test func aSecretKeyIsAFileAndNotShort() async throws {
        try await withTemporaryFolder { folder in
            try String(repeating: "k", count: 64).write(toFile: folder + "/key", atomically: true, encoding: .utf8)
            try "hunter2-hunter2".write(toFile: folder + "/short", atomically: true, encoding: .utf8)
            let keys = try parse("secret_key_file: key\nsecret_key_fallback_files: [key]", in: folder).secretKeys
            #expect(keys?.current == folder + "/key" && keys?.fallbacks == [folder + "/key"])
            let refused = #expect(throws: InvalidConfiguration.self) {
                try parse("secret_key_file: short", in: folder)
            }
            let message = refused?.description ?? ""
            #expect(message.contains(":3: secret_key_file: The secret key has 15 bytes"))
            #expect(!message.contains("hunter2"))
        }
    }

    #if !NativeHashers
    @Test(arguments: ["argon2", "bcrypt_sha256", "bcrypt"])
    func whatIsNotCompiledInIsSaid(_ algorithm: String) {
        let refused = #expect(throws: InvalidConfiguration.self) { try parse("passwords: {algorithm: \(algorithm)}") }
        #expect(refused?.description.contains("--traits NativeHashers") == true)
    }
    #endif
}
