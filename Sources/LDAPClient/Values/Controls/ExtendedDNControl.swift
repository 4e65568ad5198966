/// Active Directory: names come with the ids of the entries they name (MS-ADTS, 3.1.1.3.4.1.5,
/// LDAP_SERVER_EXTENDED_DN_OID). ``ExtendedDN`` reads them.
public enum ExtendedDNControl {
    /// The request control.
    public static let oid = "1.2.840.113556.1.4.529"

    /// How the ids are written.
    public enum Form: Int, Sendable, Hashable {
        /// Octets as hexadecimal digits.
        case hexadecimal = 0
        /// The forms that people know: a GUID with dashes, a SID that starts with `S-1-`.
        case text = 1
    }

    /// Asks for it, for the names of entries and for values that are names. Critical: plain names would come otherwise.
    ///
    /// - Parameter form: How the ids are to be written.
    public static func request(_ form: Form = .text) -> LDAPControl {
        LDAPControl(oid: oid, isCritical: true, value: BERWriter.sequence([BERWriter.integer(form.rawValue)]))
    }
}
