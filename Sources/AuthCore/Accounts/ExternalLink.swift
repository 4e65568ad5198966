/// What ties a local account or group to the place it comes from. The id decides; the rest may change.
public struct ExternalLink: Sendable, Hashable {
    /// The name of the backend, as the configuration has it.
    public var source: String
    /// The identity that never changes: entryUUID, objectGUID or nsUniqueId in their text forms, a proxy's user name, a claim.
    public var id: String
    /// The distinguished name it was last seen under, if it has one. It is an attribute and no key.
    public var dn: String?

    /// A link.
    public init(source: String, id: String, dn: String? = nil) {
        self.source = source
        self.id = id
        self.dn = dn
    }
}
