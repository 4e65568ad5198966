import LDAPClient

/// `TRUE` or `FALSE` (RFC 4517 section 3.3.3), in small letters too, as some directories answer. Nothing else is guessed to mean either.
struct BooleanReader: AttributeValueReader {
    func read(_ value: LDAPValue) -> AttributeReading {
        if value.bytes.isEmpty { return .nothing }
        switch value.bytes.count <= 5 ? value.string?.lowercased() : nil {
        case "true": return .value(.boolean(true))
        case "false": return .value(.boolean(false))
        default: return .unusable(.notOfType(.boolean))
        }
    }
}
