import AuthCore
import LDAPClient

/// What a directory's answer to a bind means for the person (RFC 4511 section 4.2.2, draft-behera-ldap-password-policy-10 section 9.1,
/// draft-vchu-ldap-pwd-policy).
struct BindFindings: Sendable, Hashable {
    /// The verdict that ends the attempt; `nil` if the password was right and the answer says nothing against coming in.
    var refusal: AuthenticationVerdict?
    /// Why, in a sentence for administrators.
    var explanation: String?
    /// Whether the password has expired and the directory grants a login with it all the same.
    var isGraceLogin = false
    /// What somebody should act on although it refuses nobody.
    var warnings: [String] = []
    /// Whether the directory said when the password expires.
    var tellsExpiry = false

    /// A refusal without a bind.
    init(refusing refusal: AuthenticationVerdict, _ explanation: String) {
        self.refusal = refusal
        self.explanation = explanation
    }

    /// Reads an answer. Pure.
    ///
    /// Success is not enough: a directory says "success" to a password that must be changed first. A code that is not known here, or that
    /// has reasons of which none is about the person, is no verdict but an outage (RFC 4511 appendix A.1).
    /// - Parameter dn: Whose password was tested.
    /// - Throws: ``AuthenticationOutage`` where the answer says nothing about the person.
    init(_ result: BindResult, dn: String) throws(AuthenticationOutage) {
        switch result.resultCode {
        case 0: readSuccess(result, dn)
        case 49: readInvalidCredentials(result, dn)
        case 19: readConstraintViolation(result, dn)
        case 32, 34: refusal = .notFound
        case 53:
            guard let reason = Self.reasonOfUnwillingness(result) else { throw Self.outage(result, dn) }
            refuse(reason, "The directory does not test the password of \(dn): “\(result.diagnosticMessage)”.")
        default:
            throw Self.outage(result, dn)
        }
    }

    private mutating func refuse(_ reason: DenialReason, _ explanation: String) {
        refusal = .denied(reason)
        self.explanation = explanation
    }

    // MARK: Success

    private mutating func readSuccess(_ result: BindResult, _ dn: String) {
        let policy = result.passwordPolicy
        switch policy?.error {
        case nil: break
        case .passwordExpired?:
            return refuse(.passwordExpired, "The password of \(dn) is right and has expired.")
        case .changeAfterReset?:
            return refuse(.mustChangePassword, "The password of \(dn) is right and must be changed first.")
        case .accountLocked?:
            return refuse(.accountLocked, "The directory accepted the password of \(dn) and says that it is locked.")
        default:
            return refuse(
                .ruleUnknown,
                "The directory accepted the password of \(dn) with a password policy error that is not understood.")
        }
        if let logins = policy?.graceAuthNsRemaining {
            isGraceLogin = true
            warnings.append(
                "The password of \(dn) has expired; the directory allows \(logins) more \(logins == 1 ? "login" : "logins") with it."
            )
        } else if result.passwordExpired {
            return refuse(.passwordExpired, "The password of \(dn) is right and has expired.")
        }
        if let seconds = policy?.timeBeforeExpiration ?? result.passwordExpiresIn {
            tellsExpiry = true
            warnings.append("The password of \(dn) expires in \(DirectoryTime.words(forSeconds: Int64(seconds))).")
        }
    }

    // MARK: Refusals

    /// A directory that tells of an expired password has compared it first: slapd and 389 Directory Server do, and Active Directory says 52e
    /// to every wrong password but that of a locked account.
    private mutating func readInvalidCredentials(_ result: BindResult, _ dn: String) {
        switch result.passwordPolicy?.error {
        case .accountLocked?:
            refuse(
                .accountLocked, "The directory says that \(dn) is locked (password policy); it can be unlocked there.")
        case .passwordExpired?:
            refuse(.passwordExpired, "The directory says that the password of \(dn) has expired (password policy).")
        default:
            if result.passwordExpired {
                refuse(.passwordExpired, "The directory says that the password of \(dn) has expired.")
            } else {
                readSubcode(result, dn)
            }
        }
    }

    private mutating func readSubcode(_ result: BindResult, _ dn: String) {
        guard let subcode = result.activeDirectorySubcode else {
            refusal = .rejected(.wrongPassword)
            return
        }
        let words = "Active Directory refused \(dn) with data \(String(subcode, radix: 16))"
        switch result.activeDirectoryRefusal {
        case .unknownUser: refusal = .notFound
        case .wrongPassword: refusal = .rejected(.wrongPassword)
        case nil:
            refusal = .rejected(.wrongPassword)
            explanation = "\(words), which is not known here."
        case .logonHours: refuse(.logonHours, "\(words): not at this hour (logonHours).")
        case .workstation: refuse(.workstation, "\(words): not from this machine (userWorkstations).")
        case .logonTypeNotGranted: refuse(.workstation, "\(words): this way of logging in is not granted there.")
        case .passwordExpired: refuse(.passwordExpired, "\(words): the password has expired.")
        case .accountDisabled: refuse(.accountDisabled, "\(words): the account is disabled.")
        case .accountExpired: refuse(.accountExpired, "\(words): the account has expired (accountExpires).")
        case .mustChangePassword: refuse(.mustChangePassword, "\(words): the password must be changed first.")
        case .accountLocked: refuse(.accountLocked, "\(words): the account is locked after wrong passwords.")
        case .accountRestriction:
            refuse(.ruleUnknown, "\(words): a restriction of the account, which it does not name.")
        case .tooManyGroups: refuse(.ruleUnknown, "\(words): the account is in too many groups to log in.")
        }
    }

    /// 389 Directory Server answers so to every password while an account is locked, and its Account Policy plug-in to people who have not
    /// logged in for too long.
    private mutating func readConstraintViolation(_ result: BindResult, _ dn: String) {
        let isIdle = result.diagnosticMessage.lowercased().contains("inactivity limit")
        refuse(
            isIdle ? .accountExpired : .accountLocked,
            "The directory takes no further attempts for \(dn): “\(result.diagnosticMessage)”.")
    }

    /// 53 has many reasons, of which only words and a control tell those that are about the person: 389 Directory Server and FreeIPA give them
    /// before they look at the password.
    private static func reasonOfUnwillingness(_ result: BindResult) -> DenialReason? {
        let words = result.diagnosticMessage.lowercased()
        if words.contains("account inactivated") { return .accountDisabled }
        if words.contains("kerberos principal) is expired") { return .accountExpired }
        if words.contains("too many failed logins") || words.contains("entry permanently locked") {
            return .accountLocked
        }
        return result.passwordPolicy?.error == .accountLocked ? .accountLocked : nil
    }

    private static func outage(_ result: BindResult, _ dn: String) -> AuthenticationOutage {
        AuthenticationOutage(
            .serverDown,
            "The directory could not test the password of \(dn) (result \(result.resultCode), “\(result.diagnosticMessage)”); look at its log and at its rules for simple binds."
        )
    }
}
