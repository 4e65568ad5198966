import AuthCore

extension Bridge {
    /// Whether somebody who gives an old password may try it; `nil` where there is nothing to guess.
    func admit(_ request: PasswordChangeRequest) async -> ThrottleDecision? {
        guard let throttle, case .person(let oldPassword) = request.authority, request.flaw == nil else { return nil }
        return await throttle.admit(
            PasswordCredentials(username: request.username, password: oldPassword), context: request.context)
    }
}

extension PasswordChangeOutcome {
    /// What an attempt with an old password says about it.
    var throttledEnd: ThrottledEnd {
        switch self {
        case .changed: .succeeded
        case .unknown: .undecided
        case .refused(let refusal):
            switch refusal.reason {
            // Said of the new password, by somebody who has accepted the old one or has not looked at it.
            case .tooShort, .tooLong, .tooSimple, .inHistory, .sameAsOld, .unusable, .policy, .tooYoung: .undecided
            // Nothing was tried.
            case .notEncrypted, .notSupported: .undecided
            default: .failed
            }
        }
    }
}
