public import AuthCore

extension PasswordPolicy {
    /// All flaws of a password as one refusal; `nil` if it has none.
    /// - Parameters:
    ///   - password: The password that somebody wants.
    ///   - user: Who wants it; `nil` if nobody is known yet.
    public func refusal(of password: Secret, by user: User?) -> PasswordRefusal? {
        let flaws = flaws(in: password, of: user)
        guard let first = flaws.first else { return nil }
        let sentences = flaws.map { "\($0.message) (\($0.code.rawValue))" }
        // Where several things are wrong, a longer password is not all that is wanted.
        let reason = flaws.allSatisfy { $0.code == first.code } ? first.code.reason : .policy
        return PasswordRefusal(reason, sentences.joined(separator: " "), codes: flaws.map(\.code.rawValue))
    }
}

extension PasswordFlaw.Code {
    /// The reason that administrators and people read.
    fileprivate var reason: PasswordRefusal.Reason {
        switch self {
        case .tooShort: .tooShort
        case .tooSimilar, .tooCommon, .entirelyNumeric: .tooSimple
        default: .policy
        }
    }
}
