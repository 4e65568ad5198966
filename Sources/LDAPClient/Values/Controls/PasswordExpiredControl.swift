/// The password has expired (draft-vchu-ldap-pwd-policy, 2.16.840.1.113730.3.4.4): the bind succeeded, and the person
/// must set a new password before anything else.
public struct PasswordExpiredControl: LDAPResponseControl, Hashable {
    /// The response control; there is no request for it.
    public static let oid = "2.16.840.1.113730.3.4.4"

    /// The value is the text `0` and says nothing: that the control is there says it all.
    public init?(decoding value: [UInt8]) {}
}
