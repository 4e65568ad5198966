/// Where a synchronization stands, in the server's own words (`syncCookie`, RFC 4533, 2.1.2): to be kept as it is and
/// sent back to the same server, as the same identity, for the same base, scope, filter and attributes.
///
/// There is no empty one: servers write an empty cookie where they have none to give (OpenLDAP does after one that it
/// could not read), and storing it would lose the place.
public struct SyncCookie: Sendable, Hashable {
    /// The octets.
    public let octets: [UInt8]

    /// Creates a cookie; `nil` without octets.
    public init?(_ octets: some Collection<UInt8>) {
        guard !octets.isEmpty else { return nil }
        self.octets = Array(octets)
    }
}

extension SyncCookie: CustomStringConvertible {
    /// The text, or the number of octets where the cookie is no text.
    public var description: String {
        LDAPValue(octets).description
    }
}
