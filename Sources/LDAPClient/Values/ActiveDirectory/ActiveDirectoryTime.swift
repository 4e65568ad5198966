/// A time as Active Directory keeps it in `pwdLastSet`, `accountExpires`, `lockoutTime` or `lastLogonTimestamp`: the decimal number of 100 ns
/// since the first of January 1601 in UTC (MS-DTYP 2.3.3).
///
/// Two numbers are no times, and what they mean depends on the attribute: 0 is "must be changed" in `pwdLastSet`, "never" in
/// `accountExpires`, "not locked" in `lockoutTime`; the largest one is "never".
public struct ActiveDirectoryTime: Sendable, Hashable {
    /// The number of 100 ns since 1601.
    public let ticks: Int64

    /// Creates a time of its number.
    public init(ticks: Int64) {
        self.ticks = ticks
    }

    /// Reads a decimal number.
    /// - Returns: `nil` if the value is no number of 64 bits.
    public init?(_ value: LDAPValue) {
        guard let ticks = DecimalNumber.read(value.bytes) else { return nil }
        self.ticks = ticks
    }

    /// The number that stands for "never".
    public static let never = ActiveDirectoryTime(ticks: .max)

    /// Whether the value is 0: not set.
    public var isUnset: Bool { ticks == 0 }

    /// The moment; `nil` for 0, for "never", and for negative numbers, which are lengths of time and no times.
    public var time: DirectoryTime? {
        guard ticks > 0, self != .never else { return nil }
        let sinceEpoch = ticks - Self.epoch
        let (seconds, rest) = sinceEpoch.quotientAndRemainder(dividingBy: Self.ticksPerSecond)
        let down: Int64 = rest < 0 ? 1 : 0
        return DirectoryTime(
            secondsSince1970: seconds - down, nanoseconds: Int32(rest + down * Self.ticksPerSecond) * 100)
    }

    /// The number of a moment, rounded down to 100 ns, for a filter such as `(lockoutTime>=…)`.
    /// - Returns: `nil` before 1601 and where the number exceeds 64 bits, about the year 30828.
    public init?(_ time: DirectoryTime) {
        let (scaled, isTooBig) = time.secondsSince1970.multipliedReportingOverflow(by: Self.ticksPerSecond)
        let (ticks, isFurther) = scaled.addingReportingOverflow(Self.epoch + Int64(time.nanoseconds / 100))
        guard !isTooBig, !isFurther, ticks > 0, ticks < .max else { return nil }
        self.ticks = ticks
    }

    private static let ticksPerSecond: Int64 = 10_000_000
    /// The first of January 1970.
    private static let epoch: Int64 = 11_644_473_600 * ticksPerSecond
}

/// The decimal numbers that Active Directory sends: digits, with a minus sign where they are negative.
enum DecimalNumber {
    /// `nil` for anything else, such as a plus sign, spaces or more than 64 bits.
    static func read(_ octets: [UInt8]) -> Int64? {
        let digits = octets.first == UInt8(ascii: "-") ? octets.dropFirst() : octets[...]
        guard !digits.isEmpty, digits.allSatisfy(ASCII.isDigit) else { return nil }
        return Int64(String(decoding: octets, as: UTF8.self))
    }

    /// A number of 32 bits of which some servers take the first for a sign.
    static func readBits(_ octets: [UInt8]) -> UInt32? {
        guard let number = read(octets) else { return nil }
        return UInt32(exactly: number) ?? Int32(exactly: number).map(UInt32.init(bitPattern:))
    }
}
