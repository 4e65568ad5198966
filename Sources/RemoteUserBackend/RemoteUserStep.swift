internal import AuthCore

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

/// The session a request comes with.
public struct CurrentSession: Sendable, Hashable {
    /// The username of its account.
    public var username: String
    /// The backend that let the person in.
    public var backend: String

    /// A session.
    public init(username: String, backend: String) {
        self.username = username
        self.backend = backend
    }
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
    ///   - session: The request's session; `nil` for none.
    ///   - identity: What the headers say.
    public func step(for session: CurrentSession?, _ identity: RemoteUserReading.Identity) -> RemoteUserStep {
        let isOurs = session?.backend == name
        switch identity {
        case .refused(let refusal): return .refuse(refusal)
        case .absent: return isOurs && !configuration.isPersistent ? .end : .proceed
        case .nobody: return isOurs ? .end : .proceed
        case .user(let credentials):
            if let session, LoginName.fold(session.username) == credentials.username.folded { return .proceed }
            return .logIn(credentials, endingFirst: isOurs)
        }
    }
}
