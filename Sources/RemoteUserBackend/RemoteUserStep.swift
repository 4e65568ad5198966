public import AuthCore

/// What is to be done about a request's session, given what the proxy says.
public enum RemoteUserStep: Sendable, Hashable {
    /// The request goes on with the session it has, or with none.
    case proceed
    /// The session ends, and the request goes on as nobody's.
    case end
    /// The chain is asked. With `endingFirst` the session ends whatever it answers; otherwise the session is left only for that of the person
    /// who came in.
    case logIn(RemoteUserCredentials, endingFirst: Bool)
    /// The request is refused, and no session is touched.
    case refuse(HeaderRefusal)
}

extension RemoteUserBackend {
    /// Decides about a request's session: the table of Django's `RemoteUserMiddleware` and, where it is configured so, of
    /// `PersistentRemoteUserMiddleware`.
    ///
    /// | Session | The proxy says | Step |
    /// |---|---|---|
    /// | none | ann | log in |
    /// | ann, from here | ann | proceed |
    /// | ann, from here | nothing | end; persistent: proceed |
    /// | ann, from here | that it is nobody | end |
    /// | ann, from here | bob | end, then log in |
    /// | ann, from elsewhere | ann, nothing or nobody | proceed |
    /// | ann, from elsewhere | bob | log in; where that fails, ann's session stays |
    /// | any | what cannot be believed | refuse |
    ///
    /// Only sessions of this backend are ended for what the proxy says. Names are compared folded, so that `Ann` is `ann` (in Django she is
    /// somebody else); an empty header is no failed attempt.
    /// - Parameters:
    ///   - session: What became of the request's session; `nil` where it came with none.
    ///   - identity: What the headers say.
    public func step(for session: SessionCheck?, _ identity: RemoteUserReading.Identity) -> RemoteUserStep {
        guard case .valid(let session, let account)? = session else { return step(of: identity, isOurs: false) }
        let isOurs = session.backend == name
        if case .user(let credentials) = identity {
            let current = isOurs ? account.link?.id : LoginName.fold(account.user.username)
            if current == credentials.externalID { return .proceed }
        }
        return step(of: identity, isOurs: isOurs)
    }

    /// - Parameter isOurs: Whether there is a session of this backend, of somebody else than the proxy names.
    private func step(of identity: RemoteUserReading.Identity, isOurs: Bool) -> RemoteUserStep {
        switch identity {
        case .refused(let refusal): .refuse(refusal)
        case .absent: isOurs && !configuration.isPersistent ? .end : .proceed
        case .nobody: isOurs ? .end : .proceed
        case .user(let credentials): .logIn(credentials, endingFirst: isOurs)
        }
    }
}
