/// The password will expire (draft-vchu-ldap-pwd-policy, 2.16.840.1.113730.3.4.5).
public struct PasswordExpiringControl: LDAPResponseControl, Hashable {
    /// The response control; there is no request for it.
    public static let oid = "2.16.840.1.113730.3.4.5"

    /// How many seconds are left.
    public var seconds: Int

    /// Reads the value: a decimal number as text, no BER.
    public init?(decoding value: [UInt8]) {
        guard value.allSatisfy(ASCII.isDigit), let number = Int(String(decoding: value, as: UTF8.self)) else {
            return nil
        }
        seconds = number
    }
}
