import AuthCore
import LDAPClient

/// What a directory's answer to a bind means for the person (RFC 4511 section 4.2.2, draft-behera-ldap-password-policy section 9.1).
enum BindVerdict {
    /// The verdict that ends the attempt, or `nil` if the password was right and nothing speaks against coming in.
    ///
    /// Success is not enough: a directory says "success" to a password that must be changed first. A code that this function does not
    /// know is no verdict but an outage (RFC 4511 appendix A.1: an unknown error condition).
    /// - Throws: ``AuthenticationOutage`` where the answer says nothing about the person.
    static func refusal(for result: BindResult, dn: String, trace: AuthenticationTrace?) throws
        -> AuthenticationVerdict?
    {
        let policyError = result.passwordPolicy?.error
        switch result.resultCode {
        case 0:
            switch policyError {
            case nil: break
            case .passwordExpired?: return .denied(.passwordExpired)
            case .changeAfterReset?: return .denied(.mustChangePassword)
            case .accountLocked?: return .denied(.accountLocked)
            default:
                trace?.explain(
                    "The directory accepted the password of \(dn) with a password policy error that is not understood.")
                return .denied(.ruleUnknown)
            }
            return result.passwordExpired ? .denied(.passwordExpired) : nil
        case 49:
            switch policyError {
            case .accountLocked?:
                trace?.explain(
                    "The directory says that \(dn) is locked (ppolicy); an administrator of the directory can unlock it."
                )
                return .denied(.accountLocked)
            case .passwordExpired?:
                trace?.explain("The directory says that the password of \(dn) has expired (ppolicy).")
                return .denied(.passwordExpired)
            default: return .rejected(.wrongPassword)
            }
        case 19:
            trace?.explain("The directory refuses further attempts for \(dn): \(result.diagnosticMessage)")
            return .denied(.accountLocked)
        case 32, 34:
            return .notFound
        default:
            throw AuthenticationOutage(
                .serverDown,
                "The directory could not test the password of \(dn) (result \(result.resultCode), “\(result.diagnosticMessage)”); look at its log and at its rules for simple binds."
            )
        }
    }
}

extension BindResult {
    /// What a directory says beside "success" that somebody should act on.
    var warnings: [String] {
        var warnings: [String] = []
        if let grace = passwordPolicy?.graceAuthNsRemaining {
            warnings.append("The password has expired; the directory allows \(grace) more logins with it.")
        }
        if let seconds = passwordPolicy?.timeBeforeExpiration ?? passwordExpiresIn {
            warnings.append("The password expires in \(seconds / 86_400) days and \(seconds % 86_400 / 3600) hours.")
        }
        return warnings
    }
}
