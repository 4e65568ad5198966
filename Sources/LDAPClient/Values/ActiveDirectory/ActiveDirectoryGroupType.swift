/// What kind of group this is in Active Directory: `groupType` (MS-ADTS 2.2.12).
public struct ActiveDirectoryGroupType: OptionSet, Sendable, Hashable {
    /// The number.
    public let rawValue: UInt32

    /// Creates a value of its number.
    public init(rawValue: UInt32) {
        self.rawValue = rawValue
    }

    /// Reads the decimal number of an attribute value, which is negative for every group that gives rights.
    /// - Returns: `nil` if the value is no number of 32 bits.
    public init?(_ value: LDAPValue) {
        guard let bits = DecimalNumber.readBits(value.bytes) else { return nil }
        rawValue = bits
    }

    /// Made by the system.
    public static let builtin = ActiveDirectoryGroupType(rawValue: 0x1)
    /// Members from its own domain, rights in all.
    public static let global = ActiveDirectoryGroupType(rawValue: 0x2)
    /// Members from all domains, rights in its own.
    public static let domainLocal = ActiveDirectoryGroupType(rawValue: 0x4)
    /// Members from all domains, rights in all.
    public static let universal = ActiveDirectoryGroupType(rawValue: 0x8)
    /// Gives rights; without this flag it is a list of mail addresses.
    public static let security = ActiveDirectoryGroupType(rawValue: 0x8000_0000)
}
