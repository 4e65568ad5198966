/// Active Directory: searches return deleted entries too (MS-ADTS, 3.1.1.3.4.1.14, LDAP_SERVER_SHOW_DELETED_OID).
///
/// They lie in `CN=Deleted Objects` and have `isDeleted: TRUE`; the filter must match what is left of them.
public enum ShowDeletedControl {
    /// The request control.
    public static let oid = "1.2.840.113556.1.4.417"

    /// Asks for it. Critical: without it absent and deleted would look the same.
    public static func request() -> LDAPControl {
        LDAPControl(oid: oid, isCritical: true)
    }
}
