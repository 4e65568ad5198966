import LDAPClient

/// A day, as ISO 8601 writes it (`2026-12-31`, `20261231`), or the day in UTC of a Generalized Time.
struct DateReader: AttributeValueReader {
    func read(_ value: LDAPValue) -> AttributeReading {
        if value.bytes.isEmpty { return .nothing }
        guard let time = DirectoryTime(generalizedTime: Self.generalizedTime(value.bytes)),
            let day = AttributeValue(dayOf: time)
        else { return .unusable(.notOfType(.date)) }
        return .value(day)
    }

    private static let midnight = Array("000000Z".utf8)

    /// A day alone as the Generalized Time of its beginning in UTC; all else as it is.
    private static func generalizedTime(_ octets: [UInt8]) -> [UInt8] {
        switch octets.count {
        case 8: octets + midnight
        case 10 where octets[4] == UInt8(ascii: "-") && octets[7] == UInt8(ascii: "-"):
            octets[0..<4] + octets[5..<7] + octets[8...] + midnight
        default: octets
        }
    }
}
