import LDAPClient

/// A day, as ISO 8601 writes it (`2026-12-31`, `20261231`), or the day in UTC of a Generalized Time.
struct DateReader: AttributeValueReader {
    func read(_ value: LDAPValue) -> AttributeReading {
        if value.bytes.isEmpty { return .nothing }
        guard let day = Self.digits(value.bytes), let midnight = DirectoryTime(generalizedTime: day + Self.midnight)
        else { return .unusable(.notOfType(.date)) }
        return .value(.date(midnight))
    }

    private static let midnight = Array("000000Z".utf8)

    /// Year, month and day as eight octets, which need not be a day that exists.
    private static func digits(_ octets: [UInt8]) -> [UInt8]? {
        switch octets.count {
        case 8: return octets
        case 10 where octets[4] == UInt8(ascii: "-") && octets[7] == UInt8(ascii: "-"):
            return Array(octets[0..<4] + octets[5..<7] + octets[8...])
        default:
            return DirectoryTime(generalizedTime: octets)?.generalizedTime.map { Array($0.utf8.prefix(8)) }
        }
    }
}
