/// What an entry with an account name is in Active Directory: `sAMAccountType` (MS-SAMR 2.2.1.9). Indexed, and so the best filter for all
/// people: `(sAMAccountType=805306368)`.
public struct SAMAccountType: RawRepresentable, Sendable, Hashable {
    /// The number.
    public let rawValue: UInt32

    /// Creates a value of its number.
    public init(rawValue: UInt32) {
        self.rawValue = rawValue
    }

    /// Reads the decimal number of an attribute value.
    /// - Returns: `nil` if the value is no number of 32 bits.
    public init?(_ value: LDAPValue) {
        guard let number = DecimalNumber.readBits(value.bytes) else { return nil }
        rawValue = number
    }

    /// A person, 805306368.
    public static let user = SAMAccountType(rawValue: 0x3000_0000)
    /// A machine, 805306369.
    public static let machine = SAMAccountType(rawValue: 0x3000_0001)
    /// A trust between domains, 805306370.
    public static let trust = SAMAccountType(rawValue: 0x3000_0002)
    /// A global or universal group that gives rights, 268435456.
    public static let group = SAMAccountType(rawValue: 0x1000_0000)
    /// A global or universal group that is a list of mail addresses, 268435457.
    public static let distributionGroup = SAMAccountType(rawValue: 0x1000_0001)
    /// A domain local group that gives rights, 536870912.
    public static let domainLocalGroup = SAMAccountType(rawValue: 0x2000_0000)
    /// A domain local group that is a list of mail addresses, 536870913.
    public static let domainLocalDistributionGroup = SAMAccountType(rawValue: 0x2000_0001)
}
