import LDAPClient

/// What was amiss with an answer that the directory gave, where that made an outage: for a look at the cause.
enum ReadingFailure: Error, Sendable, Hashable {
    /// A search was cut off before its end.
    case cutOff(IncompleteReason?)
    /// An entry shows no id by which it could be told apart.
    case noIdentity(dn: String, attribute: String)
    /// The person's own entry cannot be read although their password was right.
    case hiddenPerson(dn: String)
}

extension SearchResult {
    /// Why it was cut off.
    var failure: ReadingFailure {
        if case .incomplete(let reason) = completeness { .cutOff(reason) } else { .cutOff(nil) }
    }
}
