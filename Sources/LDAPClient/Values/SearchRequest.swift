/// How deep a search looks (RFC 4511, 4.5.1.2).
public enum SearchScope: Sendable, Hashable {
    /// The base entry only.
    case base
    /// The entries directly below the base.
    case oneLevel
    /// The base and everything below it.
    case subtree
}

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
}

/// What to search for.
public struct SearchRequest: Sendable, Hashable {
    /// The entry at which the search starts.
    public var base: DistinguishedName
    /// How deep it looks.
    public var scope: SearchScope
    /// What an entry must match.
    public var filter: Filter
    /// The attributes to return.
    public var attributes: AttributeSelection
    /// The most entries to return; 0 means no limit. Kept here too, because not every server obeys it.
    public var sizeLimit: Int
    /// How many entries one page holds (RFC 2696); `nil` asks without pages. A paged search takes a connection of its
    /// own.
    public var pageSize: Int?
    /// Whether only the types of the attributes are wanted, without values.
    public var typesOnly: Bool
    /// Further controls to send.
    public var controls: [LDAPControl]

    /// Creates a request.
    ///
    /// - Parameters:
    ///   - base: The entry at which the search starts.
    ///   - scope: How deep it looks.
    ///   - filter: What an entry must match.
    ///   - attributes: The attributes to return.
    ///   - sizeLimit: The most entries to return; 0 means no limit.
    ///   - pageSize: Entries per page; `nil` asks without pages.
    ///   - typesOnly: Whether only the types of the attributes are wanted.
    ///   - controls: Further controls.
    public init(
        base: DistinguishedName, scope: SearchScope = .subtree, filter: Filter = .present("objectClass"),
        attributes: AttributeSelection, sizeLimit: Int = 0, pageSize: Int? = nil, typesOnly: Bool = false,
        controls: [LDAPControl] = []
    ) {
        self.base = base
        self.scope = scope
        self.filter = filter
        self.attributes = attributes
        self.sizeLimit = sizeLimit
        self.pageSize = pageSize
        self.typesOnly = typesOnly
        self.controls = controls
    }
}
