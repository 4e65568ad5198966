/// Active Directory: an administrator's password reset obeys the password history too (MS-ADTS, 3.1.1.3.4.1.27,
/// LDAP_SERVER_POLICY_HINTS_OID).
public enum PolicyHintsControl {
    /// The request control.
    public static let oid = "1.2.840.113556.1.4.2239"
    /// What Windows Server 2008 R2 called it, when it is the only one that the root DSE lists.
    public static let deprecatedOID = "1.2.840.113556.1.4.2066"

    /// Asks for it, on a modify of `unicodePwd`. Critical: a server that ignored it would let old passwords through.
    ///
    /// - Parameter usingDeprecatedOID: Whether the server knows ``deprecatedOID`` only.
    public static func request(usingDeprecatedOID: Bool = false) -> LDAPControl {
        LDAPControl(
            oid: usingDeprecatedOID ? deprecatedOID : oid, isCritical: true,
            value: BERWriter.sequence([BERWriter.integer(1)]))
    }
}
