/// The flags of an account in Active Directory: `userAccountControl`, and `msDS-User-Account-Control-Computed`, which shares its numbers
/// (MS-ADTS 2.2.16 and 3.1.1.4.5.17).
///
/// ``lockout`` and ``passwordExpired`` are worth something only in the computed attribute, which has to be asked for by its name and cannot
/// be used in a filter; in the stored one the directory does not keep them.
public struct UserAccountControl: OptionSet, Sendable, Hashable {
    /// The number.
    public let rawValue: UInt32

    /// Creates a value of its number.
    public init(rawValue: UInt32) {
        self.rawValue = rawValue
    }

    /// Reads the decimal number of an attribute value.
    /// - Returns: `nil` if the value is no number of 32 bits.
    public init?(_ value: LDAPValue) {
        guard let bits = DecimalNumber.readBits(value.bytes) else { return nil }
        rawValue = bits
    }

    /// The account is switched off.
    public static let accountDisable = UserAccountControl(rawValue: 0x2)
    /// Too many wrong passwords (computed).
    public static let lockout = UserAccountControl(rawValue: 0x10)
    /// The account may have no password.
    public static let passwordNotRequired = UserAccountControl(rawValue: 0x20)
    /// An account of a person, and not of a machine or a trust.
    public static let normalAccount = UserAccountControl(rawValue: 0x200)
    /// The account of a trust between domains.
    public static let interdomainTrustAccount = UserAccountControl(rawValue: 0x800)
    /// The account of a machine.
    public static let workstationTrustAccount = UserAccountControl(rawValue: 0x1000)
    /// The account of a domain controller.
    public static let serverTrustAccount = UserAccountControl(rawValue: 0x2000)
    /// The password does not grow old.
    public static let dontExpirePassword = UserAccountControl(rawValue: 0x1_0000)
    /// The person logs in with a smart card; a bind with a password is refused.
    public static let smartcardRequired = UserAccountControl(rawValue: 0x4_0000)
    /// Kerberos without pre-authentication.
    public static let dontRequirePreauth = UserAccountControl(rawValue: 0x40_0000)
    /// The password is too old (computed).
    public static let passwordExpired = UserAccountControl(rawValue: 0x80_0000)
    /// The account of a read-only domain controller.
    public static let partialSecretsAccount = UserAccountControl(rawValue: 0x400_0000)
}
