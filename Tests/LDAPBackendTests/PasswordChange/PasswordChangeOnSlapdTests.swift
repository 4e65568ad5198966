import AuthCore
import LDAPBackend
import LDAPClient
import TestSupport
import Testing

@Suite struct PasswordChangeOnSlapdTests {
    @Test func nothingIsSentOverAPlainConnection() async throws {
        try await PasswordCompany.on(isEncrypted: false) { company async throws in
            let changed = try await company.change("alice", to: "battery staple")
            let reset = try await company.reset("alice", to: "battery staple")
            for outcome in [changed, reset] {
                #expect(outcome.refusal?.reason == .notEncrypted, "\(outcome)")
                #expect(outcome.refusal?.explanation.hasPrefix("Nothing was sent") == true, "\(outcome)")
            }
            let log = try company.slapd.log()
            #expect(!log.contains("PASSMOD") && !log.contains("BIND dn=\"uid=alice"))
            #expect(try await company.letsIn("alice", "alice-secret"))
        }
    }

    @Test func whatNobodyCouldLogInWithIsRefusedUnasked() async throws {
        try await PasswordCompany.on { company async throws in
            for new in ["", "nul\0byte", "two\nlines", "end\r", String(repeating: "x", count: 1025)] {
                #expect(try await company.reason(change: "alice", to: new) == .unusable)
                #expect(try await company.reason(reset: "alice", to: new) == .unusable)
            }
            #expect(try await company.reason(change: "alice", to: "alice-secret") == .sameAsOld)
            #expect(try await company.reason(change: "alice", from: "", to: "battery") == .wrongPassword)
            #expect(try await company.reason(change: "", to: "battery") == .wrongPassword)
            #expect(try !company.slapd.log().contains("uid=alice"))
        }
    }

    @Test func thePolicysReasonsAreTold() async throws {
        let table: [(policy: [String], new: String, reason: PasswordRefusal.Reason)] = [
            (["pwdMinLength: 12", "pwdCheckQuality: 2"], "short", .tooShort),
            (["pwdAllowUserChange: FALSE"], "battery staple", .notAllowed),
            (["pwdMinAge: 100000"], "battery staple", .tooYoung),
        ]
        for row in table {
            try await PasswordCompany.on(policy: row.policy) { company async throws in
                if row.reason == .tooYoung { _ = try await company.reset("alice", to: "alice-secret2") }
                let old = row.reason == .tooYoung ? "alice-secret2" : "alice-secret"
                let refusal = try #require(try await company.change("alice", from: old, to: row.new).refusal)
                #expect(refusal.reason == row.reason, "\(refusal)")
                #expect(refusal.explanation.contains("uid=alice,ou=people,dc=example,dc=org"))
                #expect(!refusal.explanation.contains(row.new) && !refusal.explanation.contains(old))
                #expect(try await company.letsIn("alice", old))
            }
        }
    }

    @Test func aPolicyThatWantsTheOldPasswordLetsOnlyItsOwnerChangeIt() async throws {
        try await PasswordCompany.on(policy: ["pwdSafeModify: TRUE"]) { company async throws in
            #expect(try await company.reason(reset: "alice", to: "battery") == .mustSupplyOldPassword)
            #expect(try await company.change("alice", to: "battery staple") == .changed())
        }
    }

    @Test func whoMayNotWriteIsNamedInTheRemedy() async throws {
        try await PasswordCompany.on(access: [], owner: "by self auth") { company async throws in
            let own = try #require(try await company.change("alice", to: "battery staple").refusal)
            #expect(own.reason == .notAllowed && own.explanation.contains("Give people the right"))
            let reset = try #require(try await company.reset("alice", to: "battery staple").refusal)
            #expect(reset.reason == .notAllowed && reset.explanation.contains("Give the service account the right"))
            #expect(try await company.letsIn("alice", "alice-secret"))
        }
    }

    @Test func aChangeAtTheNextLoginThatCannotBeDemandedIsSaid() async throws {
        // The service account may write passwords, and nothing else.
        try await PasswordCompany.on { company async throws in
            guard case .changed(let warnings) = try await company.reset("bob", to: "battery", mustChange: true) else {
                Issue.record("bob's password was not reset")
                return
            }
            #expect(warnings.count == 1 && warnings[0].contains("pwdReset"))
            #expect(try await company.letsIn("bob", "battery"))
        }
    }

    @Test func whatWasRefusedBeforeMayBeTheNewPassword() async throws {
        try await PasswordCompany.on { company async throws in
            #expect(try await company.verdict("bob", "battery staple") == .rejected(.wrongPassword))
            #expect(try await company.reset("bob", to: "battery staple") == .changed())
            #expect(try await company.letsIn("bob", "battery staple"))
            #expect(try await company.verdict("bob", "correct horse") == .rejected(.wrongPassword))
            #expect(try await company.change("bob", from: "battery staple", to: "correct horse") == .changed())
            #expect(try await company.letsIn("bob", "correct horse"))
        }
    }

    @Test func wrongOldPasswordsAreOfferedOnceAndDoNotLock() async throws {
        try await PasswordCompany.on(policy: ["pwdLockout: TRUE", "pwdMaxFailure: 3"]) { company async throws in
            for _ in 0..<5 {
                let refusal = try await company.change("alice", from: "wrong", to: "battery staple").refusal
                #expect(refusal?.reason == .wrongPassword)
            }
            let binds = try company.slapd.log().ranges(of: "BIND dn=\"uid=alice,ou=people,dc=example,dc=org\" method")
            #expect(binds.count == 1)
            #expect(try await company.change("alice", to: "battery staple") == .changed())
        }
    }

    @Test func anAnswerThatIsLostIsNeitherYesNorNoAndNothingIsSentAgain() async throws {
        try await PasswordCompany.on { company async throws in
            guard
                case .known(let bob) = try await company.backend.lookUp(
                    AuthenticationRequest(credentials: PasswordCredentials(username: "bob", password: "none")))
            else { throw TestSupportError("bob is unknown") }
            // What a reset reads beforehand is known now, so the next thing that is sent is the password.
            _ = try await company.client.rootDSE()
            company.slapd.pause()
            try await company.slapd.untilPaused()
            async let reset = company.reset("bob", to: "battery staple", candidate: bob)
            try await company.slapd.untilAsked(at: company.slapd.ldapsPort)
            await company.slapd.crash()
            let outcome = try await reset
            guard case .unknown(let explanation) = outcome else {
                Issue.record("\(outcome)")
                return
            }
            #expect(explanation.contains("uid=bob") && !explanation.contains("battery"))
            try await company.slapd.start()
            #expect(try await company.letsIn("bob", "bob-secret"))
            #expect(try !company.slapd.log().contains("PASSMOD"))
        }
    }

    @Test func aDirectoryThatIsDownIsAnOutage() async throws {
        try await PasswordCompany.on { company async throws in
            await company.slapd.stop()
            await #expect(throws: AuthenticationOutage.self) { try await company.change("bob", to: "battery staple") }
        }
    }
}
