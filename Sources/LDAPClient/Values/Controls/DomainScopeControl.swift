/// Active Directory: searches return no references to other domains (MS-ADTS, 3.1.1.3.4.1.4,
/// LDAP_SERVER_DOMAIN_SCOPE_OID).
///
/// A search at the root of a domain ends with three references otherwise, which make it incomplete.
public enum DomainScopeControl {
    /// The request control.
    public static let oid = "1.2.840.113556.1.4.1339"

    /// Asks for it.
    ///
    /// - Parameter isCritical: Whether a server that does not know it must refuse; false by default.
    public static func request(isCritical: Bool = false) -> LDAPControl {
        LDAPControl(oid: oid, isCritical: isCritical)
    }
}
