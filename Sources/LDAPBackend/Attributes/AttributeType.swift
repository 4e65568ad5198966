/// What the values of an attribute are, and so how they are read and in which form they are kept.
///
/// A profile keeps text. Each type has one canonical form, so that the same value is the same text whichever directory wrote it, and a second
/// login has nothing to write.
public enum AttributeType: String, Sendable, Hashable, CaseIterable {
    /// UTF-8 text, kept as it is.
    case text
    /// A whole number of 64 bits in decimal digits (RFC 4517 section 3.3.16), kept without leading zeros.
    case integer
    /// `TRUE` or `FALSE` in any case (RFC 4517 section 3.3.3), kept as `true` or `false`.
    case boolean
    /// A day: `2026-12-31`, `20261231`, or the day in UTC of a Generalized Time. Kept as `2026-12-31`.
    case date
    /// A moment as Generalized Time (RFC 4517 section 3.3.13), kept in UTC as RFC 3339 writes it: `2026-12-31T23:59:59Z`.
    case generalizedTime = "generalized_time"
    /// A moment as Active Directory's number of 100 ns since 1601, kept as ``generalizedTime`` is. 0 and "never" are no value.
    case activeDirectoryTime = "ad_time"
    /// Octets such as a photo, kept as Base64 (RFC 4648 section 4).
    case binary

    /// How a value of this type is read.
    var reader: any AttributeValueReader {
        switch self {
        case .text: TextReader()
        case .integer: IntegerReader()
        case .boolean: BooleanReader()
        case .date: DateReader()
        case .generalizedTime: GeneralizedTimeReader()
        case .activeDirectoryTime: ActiveDirectoryTimeReader()
        case .binary: BinaryReader()
        }
    }

    /// The most octets that a profile keeps of a value in its canonical form, where a rule says nothing else: a page of text, or a photo of
    /// 192 KiB.
    public var defaultMaximumSize: Int {
        switch self {
        case .binary: 256 * 1024
        default: 4096
        }
    }
}
