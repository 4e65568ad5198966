import LDAPClient

/// Digits with or without a minus sign before them (RFC 4517 section 3.3.16). Leading zeros are read: numbers of employees have them in
/// directories that keep them as text.
struct IntegerReader: AttributeValueReader {
    func read(_ value: LDAPValue) -> AttributeReading {
        if value.bytes.isEmpty { return .nothing }
        // Int64 would read a plus sign too.
        guard value.bytes.first != UInt8(ascii: "+"), let text = value.string, let number = Int64(text) else {
            return .unusable(.notOfType(.integer))
        }
        return .value(.integer(number))
    }
}
