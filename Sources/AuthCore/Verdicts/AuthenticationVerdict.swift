/// A backend's answer. An outage is not an answer: a backend that cannot know throws ``AuthenticationOutage``.
public enum AuthenticationVerdict: Sendable, Hashable {
    /// The credentials were proved. The chain stops.
    case authenticated(ProvenIdentity)
    /// This backend does not know the name, or does not take this kind of credentials. The chain asks the next.
    case notFound
    /// It knows the account and the credentials did not prove it.
    case rejected(RejectionReason)
    /// Known, and must not come in. The chain stops and refuses.
    case denied(DenialReason)
}

/// Whose credentials were proved.
public enum ProvenIdentity: Sendable, Hashable {
    /// An account that lives in the local store.
    case local(User.ID)
    /// An account that lives elsewhere; the chain mirrors it into the local store by ``reconcile(_:with:under:)``.
    case external(ExternalAccount)
}
