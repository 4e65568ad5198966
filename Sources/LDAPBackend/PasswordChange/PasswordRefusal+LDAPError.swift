import AuthCore
import LDAPClient

extension PasswordChangeOutcome {
    /// What a failure to write a password means.
    ///
    /// - Parameters:
    ///   - error: The failure.
    ///   - write: What was sent, whose passwords no text may repeat.
    ///   - sender: Who sent it.
    /// - Throws: The error again where it says nothing about the password, and nothing was changed.
    init(_ error: LDAPError, of write: PasswordWrite, by sender: PasswordWrite.Sender) throws(LDAPError) {
        if error.mayHaveTakenEffect {
            self = .unknown(
                explanation:
                    "The new password of \(write.dn) was sent, and no answer came (\(error.code)); either password may be the right one. Try the new one first."
            )
            return
        }
        guard let reason = PasswordRefusal.Reason(error) else { throw error }
        guard error.requestWasSent else {
            self = .refused(
                PasswordRefusal(reason, "Nothing was sent to change the password of \(write.dn). \(error.description)"))
            return
        }
        let who = sender == .person ? "its owner" : "the service account"
        var text = "The directory refused the new password of \(write.dn), which \(who) sent"
        if let code = error.resultCode { text += " (result \(code))" }
        let said = error.diagnosticMessage ?? ""
        if write.isRepeated(in: said) {
            text += ", in words that hold a password"
        } else if !said.isEmpty {
            text += ": “\(said)”"
        }
        self = .refused(PasswordRefusal(reason, "\(text). \(reason.remedy(for: sender))"))
    }
}

extension PasswordWrite {
    /// Whether a text holds one of the passwords: a password checker of the site's own may say what it dislikes.
    func isRepeated(in text: String) -> Bool {
        [oldPassword, newPassword].contains { $0.map { LDAPError.text(text, holds: $0.bytes) } ?? false }
    }
}

extension PasswordRefusal.Reason {
    /// Why the directory did not take a password; `nil` if the failure is about something else.
    ///
    /// What is said by number counts before what is said in words: the password policy's control, then the error code of Windows, then
    /// words of 389 Directory Server and FreeIPA, then the result code.
    init?(_ error: LDAPError) {
        if error.code == .cleartextRefused {
            self = .notEncrypted
            return
        }
        if error.code == .invalidArgument {
            self = .unusable
            return
        }
        // The service account's own refused bind has a result code as well.
        guard error.step == .write || error.step == .extended, let code = error.resultCode else { return nil }
        let words = (error.diagnosticMessage ?? "").lowercased()
        let policy = try? error.responseControls.first(PasswordPolicyResponse.self)?.error
        let found =
            Self.said(by: policy, words) ?? Self.said(byWindows: words) ?? Self.said(inWords: words)
            ?? Self.said(byResult: code)
        guard let found else { return nil }
        self = found
    }

    /// draft-behera-ldap-password-policy-10, 6.2.
    private static func said(by error: PasswordPolicyResponse.PolicyError?, _ words: String) -> Self? {
        switch error {
        case .passwordTooShort: .tooShort
        case .passwordTooLong: .tooLong
        case .insufficientPasswordQuality: words.contains("characters long") ? .tooShort : .tooSimple
        // slapd has one number for the passwords before and for the present one.
        case .passwordInHistory: words.contains("not being changed from existing value") ? .sameAsOld : .inHistory
        case .passwordTooYoung: .tooYoung
        case .passwordModNotAllowed: .notAllowed
        case .mustSupplyOldPassword: .mustSupplyOldPassword
        case .accountLocked: .accountLocked
        case .passwordExpired: .passwordExpired
        case .unknown: .policy
        case .changeAfterReset, nil: nil
        }
    }

    /// The words begin with an error code of Windows in eight digits, which counts; Samba tells more in the words after it.
    private static func said(byWindows words: String) -> Self? {
        let digits = words.prefix { $0 != ":" }
        guard digits.utf8.count == 8, let code = UInt32(digits, radix: 16) else { return nil }
        switch code {
        case 0x56: return .wrongPassword
        case 0x52D:
            if words.contains("history") { return .inHistory }
            if words.contains("too short") { return .tooShort }
            if words.contains("too young") { return .tooYoung }
            return words.contains("complexity") ? .tooSimple : .policy
        case 0x52C: return .policy
        case 0x5, 0x2098: return .notAllowed
        case 0x533: return .accountDisabled
        case 0x775: return .accountLocked
        // "A device does not function": how it says that the connection is not encrypted.
        case 0x1F: return .notEncrypted
        default: return nil
        }
    }

    private static func said(inWords words: String) -> Self? {
        let table: [(words: String, reason: Self)] = [
            ("not being changed from existing value", .sameAsOld), ("unwilling to verify old password", .wrongPassword),
            ("invalid oldpasswd", .wrongPassword), ("in history", .inHistory), ("reuse", .inHistory),
            ("minimum age", .tooYoung), ("too soon", .tooYoung), ("too young", .tooYoung),
            ("characters long", .tooShort), ("too short", .tooShort), ("not allowed to change", .notAllowed),
            ("must supply old password", .mustSupplyOldPassword), ("secure connection", .notEncrypted),
            ("invalid password syntax", .tooSimple), ("quality", .tooSimple), ("too simple", .tooSimple),
        ]
        return table.first { words.contains($0.words) }?.reason
    }

    private static func said(byResult code: Int32) -> Self? {
        switch code {
        case 19, 53: .policy
        case 49: .wrongPassword
        case 50: .notAllowed
        case 8, 13: .notEncrypted
        case 32: .unknownUser
        // An operation, a control or an attribute that the server does not know.
        case 2, 12, 17: .notSupported
        default: nil
        }
    }

    func remedy(for sender: PasswordWrite.Sender) -> String {
        switch self {
        case .notAllowed where sender == .serviceAccount:
            "Give the service account the right to set passwords."
        case .notAllowed: "Give people the right to change their own passwords."
        case .notEncrypted: "Reach the directory by ldaps:// or with StartTLS."
        case .mustSupplyOldPassword: "Its policy wants the old password (pwdSafeModify); only its owner can change it."
        case .notSupported: "Change it with the directory's own tools."
        default: "The password is what it was."
        }
    }
}
