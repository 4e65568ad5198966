import LDAPClient

/// Text is UTF-8 without NUL characters, which no database keeps. An empty text is no value.
struct TextReader: AttributeValueReader {
    func read(_ value: LDAPValue) -> AttributeReading {
        guard let text = value.string else { return .unusable(.notText) }
        if text.isEmpty { return .nothing }
        return value.bytes.contains(0) ? .unusable(.holdsNUL) : .value(.text(text))
    }
}
