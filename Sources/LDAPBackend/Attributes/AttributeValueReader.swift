import LDAPClient

/// Reads values of one type. Whatever octets a directory sends, the answer is a value, nothing, or what is wrong with them.
protocol AttributeValueReader: Sendable {
    /// Reads one value.
    func read(_ value: LDAPValue) -> AttributeReading
}

/// What came of reading one value.
enum AttributeReading: Sendable, Hashable {
    case value(AttributeValue)
    /// A value that says that there is none.
    case nothing
    case unusable(AttributeWarning.Problem)
}
