import LDAPClient

/// Octets of any kind. An empty value is none.
struct BinaryReader: AttributeValueReader {
    func read(_ value: LDAPValue) -> AttributeReading {
        value.bytes.isEmpty ? .nothing : .value(.binary(value.bytes))
    }
}
