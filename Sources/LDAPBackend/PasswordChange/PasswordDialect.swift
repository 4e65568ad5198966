import AuthCore
import LDAPClient

/// How a directory takes a new password, by what its root DSE says.
enum PasswordDialect: Sendable, Hashable {
    /// The extended operation of RFC 3062.
    case passwordModify
    /// A modify of `unicodePwd` (MS-ADTS 3.1.1.3.1.5.1). A reset is sent with the control, so that it obeys the password history as well,
    /// where the server knows it.
    case unicodePassword(hints: LDAPControl?)

    init(_ facts: RootDSE) {
        switch facts.vendor.vendor {
        case .activeDirectory, .samba:
            let known = facts.supportedControls
            let usesOldName = !known.contains(PolicyHintsControl.oid)
            let isKnown = !usesOldName || known.contains(PolicyHintsControl.deprecatedOID)
            self = .unicodePassword(
                hints: isKnown ? PolicyHintsControl.request(usingDeprecatedOID: usesOldName) : nil)
        default:
            self = .passwordModify
        }
    }
}

/// How somebody is made to set a password of their own after a reset.
enum MustChangeDialect: Sendable, Hashable {
    /// Active Directory: `pwdLastSet` is 0, in the same modify.
    case pwdLastSet
    /// A password policy of draft-behera-ldap-password-policy, 5.3.7: `pwdReset` is TRUE.
    case pwdReset
    /// FreeIPA: what somebody else has set has expired at once.
    case always
    /// The server's own policy decides.
    case unsupported

    init(_ facts: RootDSE) {
        switch facts.vendor.vendor {
        case .activeDirectory, .samba: self = .pwdLastSet
        case .freeIPA: self = .always
        case .ds389: self = .unsupported
        default: self = facts.supportedControls.contains(PasswordPolicyResponse.oid) ? .pwdReset : .unsupported
        }
    }
}

/// A password as Active Directory takes it: in quotes, as UTF-16 in little-endian order.
enum UnicodePassword {
    /// The value of `unicodePwd`; `nil` for bytes that are no text.
    static func value(_ password: Secret) -> LDAPValue? {
        guard let text = String(validating: password.bytes, as: UTF8.self) else { return nil }
        return LDAPValue("\"\(text)\"".utf16.flatMap { [UInt8(truncatingIfNeeded: $0), UInt8($0 >> 8)] })
    }
}
