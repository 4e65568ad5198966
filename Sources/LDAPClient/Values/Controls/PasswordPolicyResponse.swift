/// What a directory's password policy says about a bind (draft-behera-ldap-password-policy-10, 6.2).
public struct PasswordPolicyResponse: LDAPResponseControl, Hashable {
    /// The response control, and the request control of the same OID.
    public static let oid = "1.3.6.1.4.1.42.2.27.8.5.1"

    /// Why the policy interferes.
    public enum PolicyError: Sendable, Hashable {
        /// 0: the password has expired and no grace login is left.
        case passwordExpired
        /// 1: the account is locked. Some servers say so for the right password too, some never do.
        case accountLocked
        /// 2: an administrator set the password and the person must change it. The bind itself succeeded.
        case changeAfterReset
        /// 3: the person may not change the password.
        case passwordModNotAllowed
        /// 4: the old password is needed to set a new one.
        case mustSupplyOldPassword
        /// 5: the new password is too simple.
        case insufficientPasswordQuality
        /// 6: the new password is too short.
        case passwordTooShort
        /// 7: the password was changed too recently.
        case passwordTooYoung
        /// 8: the new password was used before.
        case passwordInHistory
        /// 9: the new password is too long.
        case passwordTooLong
        /// A number that no document known to this version names. Treat it as a refusal.
        case unknown(Int)
    }

    /// The error, `nil` if there is none.
    public var error: PolicyError?
    /// How many more binds succeed although the password has expired.
    public var graceAuthNsRemaining: Int?
    /// Seconds until the password expires.
    public var timeBeforeExpiration: Int?

    /// Creates a response.
    public init(error: PolicyError? = nil, graceAuthNsRemaining: Int? = nil, timeBeforeExpiration: Int? = nil) {
        self.error = error
        self.graceAuthNsRemaining = graceAuthNsRemaining
        self.timeBeforeExpiration = timeBeforeExpiration
    }

    /// Asks for it. Not critical: a server without a policy answers as ever.
    public static var request: LDAPControl { LDAPControl(oid: oid) }

    /// Reads the value of a response.
    public init?(decoding value: [UInt8]) {
        guard var inner = BERReader(sequence: value) else { return nil }
        while !inner.isAtEnd {
            guard let element = inner.next() else { return nil }
            switch element.tag {
            case 0xA0:
                var choice = BERReader(element.content)
                guard let warning = choice.next(), choice.isAtEnd, let number = warning.integer, number >= 0 else {
                    return nil
                }
                switch warning.tag {
                case 0x80: timeBeforeExpiration = number
                case 0x81: graceAuthNsRemaining = number
                default: return nil
                }
            case 0x81:
                guard let number = element.integer, number >= 0 else { return nil }
                error = PolicyError(number)
            default:
                return nil
            }
        }
    }
}

extension PasswordPolicyResponse.PolicyError {
    /// The error of this number; 65535 is how libldap and some servers write "none".
    init?(_ number: Int) {
        let known: [Self] = [
            .passwordExpired, .accountLocked, .changeAfterReset, .passwordModNotAllowed, .mustSupplyOldPassword,
            .insufficientPasswordQuality, .passwordTooShort, .passwordTooYoung, .passwordInHistory, .passwordTooLong,
        ]
        if number == 65535 { return nil }
        self = known.indices.contains(number) ? known[number] : .unknown(number)
    }
}
