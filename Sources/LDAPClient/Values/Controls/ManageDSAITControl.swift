/// Manage DSA IT (RFC 3296): referral entries are treated as entries instead of pointing elsewhere.
public enum ManageDSAITControl {
    /// The request control.
    public static let oid = "2.16.840.1.113730.3.4.2"

    /// Asks for it.
    ///
    /// - Parameter isCritical: Whether a server that does not know it must refuse. True by default, as the RFC has it
    ///   for writes: without it they would go to the server that the entry names.
    public static func request(isCritical: Bool = true) -> LDAPControl {
        LDAPControl(oid: oid, isCritical: isCritical)
    }
}
