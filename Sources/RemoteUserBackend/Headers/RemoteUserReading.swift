/// What the headers of a request say, and what the application may see of them.
public struct RemoteUserReading: Sendable {
    /// Who the proxy says it is.
    public enum Identity: Sendable, Hashable {
        /// The proxy says nothing, or whoever sent the request is no trusted proxy.
        case absent
        /// The proxy says that nobody is logged in: the header is there, and empty.
        case nobody
        /// The proxy says that it is this person.
        case user(RemoteUserCredentials)
        /// A trusted proxy's headers are not believed; the request is to be refused.
        case refused(HeaderRefusal)
    }

    /// Who the proxy says it is.
    public let identity: Identity
    /// The header fields for the application: none of them says who somebody is. The person is known by the session.
    public let fields: [HeaderField]
    /// The address of the client behind the proxies, if there is one: for `AuthenticationContext`, throttling, the log.
    public let clientAddress: IPAddress?
    /// Set where somebody who is no trusted proxy sent headers that say who somebody is. To be logged as a warning.
    public let intrusion: HeaderIntrusion?
}
