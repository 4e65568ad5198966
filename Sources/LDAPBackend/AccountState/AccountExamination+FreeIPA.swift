import AuthCore
import LDAPClient

extension AccountExamination {
    /// The Kerberos principal in the entry. FreeIPA lets a person bind although the principal's password has expired, so that this is for
    /// whoever asks to refuse. The beginning of 1970 stands for never, as in MIT Kerberos.
    mutating func examineFreeIPA() {
        if let end = generalizedTime("krbPrincipalExpiration"), end.content != Self.epoch {
            settle(accountEnd: end.content, end)
        }
        if let end = generalizedTime("krbPasswordExpiration"), end.content != Self.epoch {
            settle(passwordEnd: end.content, end)
        }
        warnOfWrongPasswords("krbLoginFailedCount")
    }
}
