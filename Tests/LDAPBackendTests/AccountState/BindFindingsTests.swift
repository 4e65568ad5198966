import AuthCore
@testable import LDAPBackend
import LDAPClient
import Testing

/// What the answers to a bind come to, also those that no server of these tests gives.
@Suite struct BindFindingsTests {
    private func findings(
        _ resultCode: Int32, _ error: PasswordPolicyResponse.PolicyError? = nil, passwordExpired: Bool = false,
        text: String = "", grace: Int? = nil, expiresIn: Int? = nil
    ) throws -> BindFindings {
        var policy = error.map { PasswordPolicyResponse(error: $0) }
        if let grace { policy = PasswordPolicyResponse(error: error, graceAuthNsRemaining: grace) }
        return try BindFindings(
            BindResult(
                resultCode: resultCode, diagnosticMessage: text, passwordPolicy: policy,
                passwordExpired: passwordExpired, passwordExpiresIn: expiresIn), dn: "uid=alice")
    }

    @Test func onlySuccessWithoutAReservationLetsSomebodyIn() throws {
        #expect(try findings(0).refusal == nil)
        #expect(try findings(0, .passwordExpired).refusal == .denied(.passwordExpired))
        #expect(try findings(0, passwordExpired: true).refusal == .denied(.passwordExpired))
        #expect(try findings(0, .changeAfterReset).refusal == .denied(.mustChangePassword))
        #expect(try findings(0, .changeAfterReset, passwordExpired: true).refusal == .denied(.mustChangePassword))
        #expect(try findings(0, .changeAfterReset, grace: 3).refusal == .denied(.mustChangePassword))
        #expect(try findings(0, .accountLocked).refusal == .denied(.accountLocked))
        #expect(try findings(0, .unknown(99)).refusal == .denied(.ruleUnknown))
        #expect(try findings(0, .passwordTooShort).refusal == .denied(.ruleUnknown))
    }

    @Test func aGraceLoginIsALoginThatWarns() throws {
        // 389 Directory Server sends the expired control with it.
        for passwordExpired in [false, true] {
            let last = try findings(0, passwordExpired: passwordExpired, grace: 0)
            #expect(last.refusal == nil && last.isGraceLogin)
            #expect(
                last.warnings
                    == ["The password of uid=alice has expired; the directory allows 0 more logins with it."])
        }
        let soon = try findings(0, expiresIn: 3 * 86_400 + 7200)
        #expect(soon.warnings == ["The password of uid=alice expires in 3 days and 2 hours."] && soon.tellsExpiry)
        #expect(try findings(0, expiresIn: 0).warnings == ["The password of uid=alice expires in 0 seconds."])
    }

    @Test func aRefusalSaysWhyWhereTheServerDoes() throws {
        #expect(try findings(49).refusal == .rejected(.wrongPassword))
        #expect(try findings(49, .accountLocked).refusal == .denied(.accountLocked))
        #expect(try findings(49, .passwordExpired).refusal == .denied(.passwordExpired))
        #expect(try findings(49, passwordExpired: true).refusal == .denied(.passwordExpired))
        #expect(try findings(49, .changeAfterReset).refusal == .rejected(.wrongPassword))
        #expect(
            try findings(19, text: "Exceed password retry limit. Please try later.").refusal == .denied(.accountLocked))
        #expect(try findings(19, text: "Account inactivity limit exceeded.").refusal == .denied(.accountExpired))
        #expect(try findings(32).refusal == .notFound)
        #expect(try findings(34).refusal == .notFound)
    }

    @Test(
        arguments: [
            ("525", .notFound), ("52e", .rejected(.wrongPassword)), ("52f", .denied(.ruleUnknown)),
            ("530", .denied(.logonHours)), ("531", .denied(.workstation)), ("532", .denied(.passwordExpired)),
            ("533", .denied(.accountDisabled)), ("568", .denied(.ruleUnknown)), ("569", .denied(.workstation)),
            ("701", .denied(.accountExpired)), ("773", .denied(.mustChangePassword)), ("775", .denied(.accountLocked)),
            ("9999", .rejected(.wrongPassword)),
        ] as [(String, AuthenticationVerdict)])
    func activeDirectorySaysWhyInItsWords(_ subcode: String, _ verdict: AuthenticationVerdict) throws {
        for prefix in ["80090308: LdapErr: DSID-0C0903A9", "8009030C: LdapErr: DSID-0C0904DC"] {
            let text = "\(prefix), comment: AcceptSecurityContext error, data \(subcode), v1db1"
            #expect(try findings(49, text: text).refusal == verdict)
            // Words are no reason where the code is another.
            #expect(try findings(0, text: text).refusal == nil)
            #expect(throws: AuthenticationOutage.self) { try findings(53, text: text) }
        }
    }

    @Test(
        arguments: [
            ("Account inactivated. Contact system administrator.", .accountDisabled),
            ("Account (Kerberos principal) is expired", .accountExpired), ("Too many failed logins.\n", .accountLocked),
            ("Entry permanently locked.\n", .accountLocked),
        ] as [(String, DenialReason)])
    func whatIsUnwillingBecauseOfThePersonSaysSo(_ text: String, _ reason: DenialReason) throws {
        #expect(try findings(53, text: text).refusal == .denied(reason))
        #expect(try findings(53, .accountLocked, text: text).refusal == .denied(reason))
        #expect(try findings(53, .accountLocked).refusal == .denied(.accountLocked))
    }

    @Test(arguments: [1, 2, 3, 7, 8, 10, 13, 14, 48, 50, 51, 52, 80, 4711] as [Int32])
    func anyOtherAnswerIsAnOutageAndNoVerdict(_ resultCode: Int32) {
        #expect(throws: AuthenticationOutage.self) { try findings(resultCode) }
        #expect(throws: AuthenticationOutage.self) { try findings(resultCode, .accountLocked) }
    }

    @Test func unwillingnessForOtherReasonsIsAnOutage() {
        for text in ["", "unwilling to perform simple authentication", "Unauthenticated binds are not allowed"] {
            #expect(throws: AuthenticationOutage.self) { try findings(53, text: text) }
        }
    }

    @Test func whatOnlyARightPasswordBringsForthIsNotToldToAWrongOne() throws {
        let reset = AccountStatePolicy().read(.of(["pwdReset": ["TRUE"]]), at: noon)
        for (code, error) in [(49, nil), (49, .accountLocked)] as [(Int32, PasswordPolicyResponse.PolicyError?)] {
            let bind = try findings(code, error)
            #expect(bind.explained(by: reset).refusal == bind.refusal)
        }
    }

    @Test func theEntrySaysMoreExactlyWhyAnAccountIsLocked() throws {
        for (attribute, value, reason) in [
            ("pwdEndTime", "20200101000000Z", .accountExpired), ("pwdStartTime", "20990101000000Z", .accountDisabled),
            ("pwdAccountLockedTime", "000001010000Z", .accountLocked),
        ] as [(String, String, DenialReason)] {
            let state = AccountStatePolicy().read(.of([attribute: [value]]), at: noon)
            let bind = try findings(49, .accountLocked).explained(by: state)
            #expect(bind.refusal == .denied(reason))
            #expect(bind.explanation?.contains("\(attribute) is \(value)") == true)

            let wrong = try findings(49).explained(by: state)
            #expect(wrong.refusal == .rejected(.wrongPassword))
            #expect(wrong.explanation?.contains(attribute) == true)
        }
    }

    @Test func whoIsLockedAlreadyIsToldSoAndNotToWait() {
        let policy = AccountStatePolicy()
        let spared = BindFindings(refusing: .denied(.throttled), "Not asked.")
        func refusal(_ attribute: String, _ value: String) -> BindFindings {
            spared.explained(by: policy.read(.of([attribute: [value]]), at: noon))
        }
        let locked = refusal("msDS-User-Account-Control-Computed", "16")
        #expect(locked.refusal == .denied(.accountLocked))
        #expect(locked.explanation?.hasPrefix("Not asked. uid=x,dc=test is locked") == true)
        // A lock that may be over, and what only a right password brings forth, change nothing.
        #expect(refusal("pwdAccountLockedTime", "20260615115959Z").refusal == .denied(.throttled))
        #expect(refusal("userAccountControl", "514").refusal == .denied(.throttled))
        #expect(refusal("pwdReset", "TRUE").refusal == .denied(.throttled))
        #expect(refusal("userAccountControl", "512") == spared)
    }

    @Test func theDirectoryKnowsBestWhatItLooksAtItself() throws {
        let policy = AccountStatePolicy()
        let expired = policy.read(.of(["msDS-User-Account-Control-Computed": ["8388608"]]), at: noon)
        #expect(expired.access(after: try findings(0, grace: 1)) == .allowed)
        #expect(expired.access(after: try findings(0)).word == "passwordExpired")
        // 389 Directory Server leaves it behind when the policy is switched off.
        let left = policy.read(.of(["passwordExpirationTime": ["20200101000000Z"]]), at: noon)
        #expect(left.access(after: try findings(0)) == .allowed)
        let reset = policy.read(.of(["pwdReset": ["TRUE"]]), at: noon)
        #expect(reset.access(after: try findings(0, grace: 1)).word == "mustChangePassword")
        let disabled = policy.read(.of(["nsAccountLock": ["TRUE"]]), at: noon)
        #expect(disabled.access(after: try findings(0, grace: 1)).word == "accountDisabled")
    }
}
