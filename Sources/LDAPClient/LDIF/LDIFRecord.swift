/// One record of LDIF (RFC 2849): an entry, or a change to one.
public enum LDIFRecord: Sendable, Hashable {
    /// An entry with its attributes.
    case entry(LDAPEntry)
    /// A change to an entry.
    case change(LDIFChange)
}

/// A change record of LDIF (RFC 2849), which ``LDAPConnection/apply(_:to:controls:deadline:)`` carries out.
public struct LDIFChange: Sendable, Hashable {
    /// The entry.
    public var dn: DistinguishedName
    /// What happens to it.
    public var change: DirectoryChange
    /// The controls to send along.
    public var controls: [LDAPControl]

    /// Creates a change record.
    public init(dn: DistinguishedName, change: DirectoryChange, controls: [LDAPControl] = []) {
        self.dn = dn
        self.change = change
        self.controls = controls
    }
}
