/// What to search for.
///
/// ```swift
/// SearchRequest(base: people, filter: .equal("uid", name), attributes: .named(["cn", "mail"]), sizeLimit: 2)
/// ```
public struct SearchRequest: Sendable, Hashable {
    /// The entry at which the search starts.
    public var base: DistinguishedName
    /// How deep it looks.
    public var scope: SearchScope
    /// What an entry must match.
    public var filter: Filter
    /// The attributes to return.
    public var attributes: AttributeSelection
    /// Whether only the types of the attributes are wanted, without values.
    public var typesOnly: Bool
    /// Which aliases are followed.
    public var aliases: AliasPolicy
    /// The most entries to return; 0 means no limit. Kept here too, because not every server obeys it.
    public var sizeLimit: Int
    /// How long the search may take before what has been found will do; `nil` leaves it to the server. Kept here too.
    /// The time limits of the connection and a deadline hold as well, and are errors where this is none.
    public var timeLimit: Duration?
    /// How many entries one page holds (RFC 2696); `nil` asks without pages. A paged search takes a connection of its
    /// own.
    public var pageSize: Int?
    /// Whether the rest of an attribute that comes with part of its values only is fetched too.
    public var fetchesRanges: Bool
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
    ///   - timeLimit: How long the search may take before what has been found will do; above zero. Servers are told
    ///     whole seconds, rounded up.
    ///   - pageSize: Entries per page; `nil` asks without pages.
    ///   - typesOnly: Whether only the types of the attributes are wanted.
    ///   - aliases: Which aliases are followed; none by default.
    ///   - fetchesRanges: Whether the rest of an attribute that comes with a `;range=` option is fetched too, as Active
    ///     Directory cuts long ones. Each part counts as an operation of its own.
    ///   - controls: Further controls.
    public init(
        base: DistinguishedName, scope: SearchScope = .subtree, filter: Filter = .present("objectClass"),
        attributes: AttributeSelection, sizeLimit: Int = 0, timeLimit: Duration? = nil, pageSize: Int? = nil,
        typesOnly: Bool = false, aliases: AliasPolicy = .never, fetchesRanges: Bool = true,
        controls: [LDAPControl] = []
    ) {
        self.base = base
        self.scope = scope
        self.filter = filter
        self.attributes = attributes
        self.typesOnly = typesOnly
        self.aliases = aliases
        self.sizeLimit = sizeLimit
        self.timeLimit = timeLimit
        self.pageSize = pageSize
        self.fetchesRanges = fetchesRanges
        self.controls = controls
    }

    /// Refuses what no server could answer, before anything is sent.
    func check() throws(LDAPError) {
        var problem = attributes.problem ?? controls.lazy.compactMap(\.problem).first
        if sizeLimit < 0 { problem = "the size limit is below zero" }
        if let timeLimit, timeLimit <= .zero { problem = "the time limit is not above zero" }
        if let pageSize, pageSize < 1 { problem = "the page size is not above zero" }
        if let problem {
            throw LDAPError(
                .invalidArgument, step: .search, operation: "search \(filter) below “\(base)”", reason: problem)
        }
    }
}
