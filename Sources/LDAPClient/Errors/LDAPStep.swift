/// The part of talking to a directory in which something happened, in the order in which the parts take place.
public enum LDAPStep: String, Sendable, Hashable, CaseIterable {
    /// The server's name is looked up.
    case resolve
    /// The TCP connection is made.
    case connect
    /// The TLS handshake, and StartTLS before it.
    case tls
    /// The bind as the service account of the configuration.
    case serviceBind = "service bind"
    /// A search.
    case search
    /// A bind that tests somebody's password.
    case bind
    /// A comparison of one value.
    case compare
    /// A change of one entry.
    case write
    /// An extended operation.
    case extended = "extended operation"
}
