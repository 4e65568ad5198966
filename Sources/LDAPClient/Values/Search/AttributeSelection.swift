/// Which attributes a search asks for (RFC 4511, 4.5.1.8).
public enum AttributeSelection: Sendable, Hashable {
    /// These attributes; an empty list asks for none.
    case named([String])
    /// All user attributes. Said out loud, since large group entries make it expensive.
    case allUserAttributes
    /// No attributes, only the entries' names.
    case none

    /// The list as the protocol writes it, in which an empty list would mean all.
    var list: [String] {
        switch self {
        case .named(let names) where !names.isEmpty: names
        case .allUserAttributes: ["*"]
        case .named, .none: ["1.1"]
        }
    }

    /// Why this cannot be sent, `nil` if it can: libldap takes names as C strings, and one with NUL in it, or an empty
    /// one, would ask for something else.
    var problem: String? {
        list.first { $0.isEmpty || !$0.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F } }
            .map { "“\(LDAPError.printable($0))” is no attribute to ask for" }
    }
}
