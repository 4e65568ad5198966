/// The names of what a client measures with swift-metrics.
///
/// Each has the dimension `client`, the client's name. `server` is an address as ``LDAPURL`` prints it; `operation` is
/// an ``LDAPStep``: `search`, `bind`, and also `resolve`, `connect`, `tls` and `service bind`; `result` is `success`,
/// the name of an ``LDAPError/Code``, or `other` for a result code without a name.
public enum LDAPMetricName {
    /// Counter: operations that ended. Dimensions `server`, `operation`, `result`.
    public static let operations = "ldap_client_operations"
    /// Timer: how long operations took. Dimensions `server`, `operation`.
    public static let duration = "ldap_client_operation_duration"
    /// Meter: connections. Dimensions `pool` (`search`, `bind`, `stream`), `state` (`in_use`, `idle`, `opening`).
    public static let connections = "ldap_client_pool_connections"
    /// Meter: callers that wait for a connection. Dimension `pool`.
    public static let waiting = "ldap_client_pool_waiting"
    /// Meter: when the certificate expires that a server showed with the last new connection, in seconds since 1970.
    /// Dimension `server`.
    public static let certificateExpiry = "ldap_client_certificate_expiry_timestamp_seconds"
    /// Meter: 0 while a server's breaker is closed, 1 while one attempt finds out, 2 while it is open. Dimension
    /// `server`.
    public static let breaker = "ldap_client_breaker_state"
}
