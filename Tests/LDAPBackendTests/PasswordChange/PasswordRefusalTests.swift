import AuthCore
import Testing

@testable import LDAPBackend
@testable import LDAPClient

@Suite struct PasswordRefusalTests {
    private static func write(old: String? = "old-Horse", new: String = "new-Horse") -> PasswordWrite {
        PasswordWrite(
            dn: "cn=x", dialect: .passwordModify, oldPassword: old.map { Secret($0) }, newPassword: Secret(new))
    }

    private static func answer(_ code: Int32, _ words: String, policyError: UInt8? = nil) -> LDAPError {
        var error = LDAPError(
            LDAPError.Code(resultCode: code), step: .write, operation: "modify", resultCode: code,
            diagnosticMessage: words)
        error.requestWasSent = true
        if let policyError {
            error.responseControls = [
                LDAPControl(oid: PasswordPolicyResponse.oid, value: [0x30, 3, 0x81, 1, policyError])
            ]
        }
        return error
    }

    @Test(
        arguments: [
            // The control of draft-behera-ldap-password-policy.
            (19, "", 3, .notAllowed), (19, "", 4, .mustSupplyOldPassword), (19, "", 5, .tooSimple),
            (19, "", 6, .tooShort), (19, "", 7, .tooYoung), (19, "", 8, .inHistory), (19, "", 9, .tooLong),
            (19, "", 77, .policy), (19, "Password is not being changed from existing value", 8, .sameAsOld),
            // Active Directory, by Microsoft and by Samba.
            (19, "0000052D: SvcErr: DSID-031A12D2, problem 5003 (WILL_NOT_PERFORM), data 0", nil, .policy),
            (19, "00000056: AtrErr: DSID-03191083, #1:\n\t0: 00000056: DSID-03191083, data 0", nil, .wrongPassword),
            (53, "0000001F: SvcErr: DSID-031A12D2, problem 5003 (WILL_NOT_PERFORM), data 0", nil, .notEncrypted),
            (50, "00000005: SecErr: DSID-031A11CE, problem 4003 (INSUFF_ACCESS_RIGHTS), data 0", nil, .notAllowed),
            (19, "0000052D: Constraint violation - the password was already used (in history)!", nil, .inHistory),
            (19, "0000052D: Constraint violation - the password is too short.", nil, .tooShort),
            (19, "0000052D: Constraint violation - password is too young to change!", nil, .tooYoung),
            (19, "0000052D: the password does not meet the complexity criteria!", nil, .tooSimple),
            // OpenLDAP, 389 Directory Server, FreeIPA.
            (53, "unwilling to verify old password", nil, .wrongPassword),
            (49, "Invalid oldPasswd value.\n", nil, .wrongPassword),
            (13, "Operation requires a secure connection.\n", nil, .notEncrypted),
            (19, "invalid password syntax - password must be at least 8 characters long", nil, .tooShort),
            (19, "within password minimum age", nil, .tooYoung),
            (53, "user is not allowed to change password", nil, .notAllowed),
            (19, "Password is too short", nil, .tooShort), (19, "Password reuse not permitted", nil, .inHistory),
            // Nothing but a number.
            (50, "", nil, .notAllowed), (19, "", nil, .policy), (53, "", nil, .policy), (2, "", nil, .notSupported),
            (32, "", nil, .unknownUser), (8, "", nil, .notEncrypted),
        ] as [(Int32, String, UInt8?, PasswordRefusal.Reason)])
    func eachDirectorysWordsAreUnderstood(
        _ code: Int32, _ words: String, _ policyError: UInt8?, _ reason: PasswordRefusal.Reason
    ) throws {
        let error = Self.answer(code, words, policyError: policyError)
        guard case .refused(let refusal) = try PasswordChangeOutcome(error, of: Self.write(), by: .person) else {
            Issue.record("no refusal")
            return
        }
        #expect(refusal.reason == reason)
        #expect(refusal.explanation.contains("(result \(code))"))
        #expect(!refusal.textForPerson.isEmpty)
    }

    @Test func whatSaysNothingAboutThePasswordIsAnOutage() {
        var bind = Self.answer(49, "")
        bind.step = .serviceBind
        let errors = [
            bind, Self.answer(51, ""), Self.answer(52, ""),
            LDAPError(.serverDown, step: .connect, operation: "connect"),
            LDAPError(.timedOut, step: .connect, operation: "connect"),
        ]
        for error in errors {
            #expect(throws: LDAPError.self) {
                try PasswordChangeOutcome(error, of: Self.write(), by: .serviceAccount)
            }
        }
    }

    @Test(arguments: [LDAPError.Code.timedOut, .connectionClosed, .cancelled, .unavailable])
    func aLostAnswerIsUnknownWhateverTheCode(_ code: LDAPError.Code) throws {
        var error = LDAPError(code, step: .extended, operation: "change a password", resultCode: 52)
        error.requestWasSent = true
        error.mayHaveTakenEffect = true
        let outcome = try PasswordChangeOutcome(error, of: Self.write(), by: .person)
        guard case .unknown = outcome else {
            Issue.record("\(outcome)")
            return
        }
    }

    @Test func wordsOfTheDirectoryThatHoldAPasswordAreNotRepeated() throws {
        for words in ["new-Horse is a word", "too like OLD-HORSE"] {
            let outcome = try PasswordChangeOutcome(Self.answer(19, words), of: Self.write(), by: .person)
            #expect(!"\(outcome)".lowercased().contains("horse"))
            #expect("\(outcome)".contains("hold a password"))
        }
        let other = try PasswordChangeOutcome(
            Self.answer(19, "too like a name"), of: Self.write(old: nil), by: .serviceAccount)
        #expect("\(other)".contains("“too like a name”"))
    }

    @Test func wordsThatHoldAPasswordGetIntoNoTraceAndNoOutage() {
        let passwords = ["old-Horse", "new-Horse"].map { Array($0.utf8) }
        let echo = Self.answer(80, "checker: NEW-HORSE is on the list").withholding(passwords)
        #expect(!echo.description.lowercased().contains("new-horse") && echo.resultCode == 80)
        #expect(Self.answer(80, "checker is away").withholding(passwords).diagnosticMessage == "checker is away")
    }

    @Test func activeDirectoryTakesQuotedUTF16() {
        #expect(
            UnicodePassword.value(Secret("aé€😀"))?.bytes == [
                0x22, 0, 0x61, 0, 0xE9, 0, 0xAC, 0x20, 0x3D, 0xD8, 0x00, 0xDE, 0x22, 0,
            ])
        #expect(UnicodePassword.value(Secret([0xFF])) == nil)
    }

    @Test(
        arguments: [
            (["1.2.840.113556.1.4.2239", "1.2.840.113556.1.4.2066"], "1.2.840.113556.1.4.2239"),
            (["1.2.840.113556.1.4.2066"], "1.2.840.113556.1.4.2066"), (["1.2.840.113556.1.4.319"], nil),
        ] as [([String], String?)])
    func policyHintsAreSentToThoseWhoKnowThem(_ known: [String], _ sent: String?) {
        let facts = RootDSE(
            LDAPEntry(
                dn: "",
                attributes: [
                    .init(name: "forestFunctionality", values: [LDAPValue("7")]),
                    .init(name: "supportedControl", values: known.map { LDAPValue($0) }),
                ]))
        guard case .unicodePassword(let hints) = PasswordDialect(facts) else {
            Issue.record("no Active Directory")
            return
        }
        #expect(hints?.oid == sent)
        #expect(hints?.isCritical != false)
        #expect(MustChangeDialect(facts) == .pwdLastSet)
    }
}
