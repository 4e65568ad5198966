/// Whether a token lets somebody in.
public enum SessionCheck: Sendable, Hashable {
    /// It does: the session, and the account as it is now.
    case valid(Session, AccountRecord)
    /// It does not.
    case over(SessionEnd)

    /// The user who is in, if one is.
    public var user: User? {
        if case .valid(_, let account) = self { account.user } else { nil }
    }
}

/// Why there is no session. A stranger is told none of it: they have to log in.
public enum SessionEnd: String, Sendable, Hashable, CaseIterable {
    /// The text is no token.
    case malformed
    /// There is no such session, or none any more: it was signed out of, or replaced by another.
    case unknown
    /// Its time is over.
    case expired
    /// It was not used for too long.
    case idle
    /// The account is not active.
    case accountDisabled
    /// The account's password is another one, or its mark was made anew; or the secret key is.
    case passwordChanged
    /// The backend that opened it is not in the chain any more.
    case backendRemoved
    /// The backend that opened it does not let the account in any more.
    case backendRefused
}
