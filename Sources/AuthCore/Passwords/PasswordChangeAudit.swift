public import Foundation

extension PasswordChangeOutcome {
    /// What is written to the audit trail: `password.changed` or `password.reset`, `password.refused`, `password.unknown`. Without a password,
    /// and without the directory's words.
    ///
    /// - Parameters:
    ///   - request: What was asked for.
    ///   - source: Who owns the account, if that is known.
    ///   - time: When.
    public func auditEvent(of request: PasswordChangeRequest, source: String?, at time: Date) -> AuditEvent {
        var details: [String: String] = [:]
        details["source"] = source
        let isReset: Bool
        switch request.authority {
        case .person: isReset = false
        case .administrator(let mustChange):
            isReset = true
            if mustChange { details["must_change"] = "true" }
        }
        let word: String
        switch self {
        case .changed(let warnings):
            word = isReset ? "reset" : "changed"
            if !warnings.isEmpty { details["incomplete"] = "true" }
        case .refused(let refusal):
            word = "refused"
            details["reason"] = refusal.reason.rawValue
        case .unknown:
            word = "unknown"
        }
        if word != "reset", word != "changed" { details["attempt"] = isReset ? "reset" : "change" }
        return AuditEvent(
            time: time, event: "password." + word, userID: request.account?.user.id,
            username: request.account?.user.username ?? request.username.text, cause: request.cause, details: details)
    }
}
