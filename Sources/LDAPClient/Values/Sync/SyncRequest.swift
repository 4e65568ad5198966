/// What to keep a copy of (RFC 4533), and where the copy stands.
///
/// Limits and pages have no place here: a synchronization that was cut short proves nothing. Give the service account
/// unlimited size and time instead.
public struct SyncRequest: Sendable, Hashable {
    /// The entry at which the content starts.
    public var base: DistinguishedName
    /// How deep the content reaches.
    public var scope: SearchScope
    /// What an entry of the content matches.
    public var filter: Filter
    /// The attributes to return.
    public var attributes: AttributeSelection
    /// Whether to go on after the refresh.
    public var mode: SyncMode
    /// What was stored after the last synchronization with these parameters; `nil` asks for the whole content.
    public var cookie: SyncCookie?
    /// The longest silence of the server during the refresh. Not below a minute for large directories: a server may
    /// have to look through all entries before it sends the first.
    public var progressLimit: Duration
    /// After which silence of the persist stage the stream hands out ``SyncChange/idle``; `nil` for never.
    public var idleInterval: Duration?
    /// Further controls.
    public var controls: [LDAPControl]

    /// Creates a request.
    ///
    /// - Parameters:
    ///   - base: The entry at which the content starts.
    ///   - scope: How deep the content reaches.
    ///   - filter: What an entry of the content matches.
    ///   - attributes: The attributes to return.
    ///   - mode: Whether to go on after the refresh.
    ///   - cookie: What was stored after the last synchronization with these parameters.
    ///   - progressLimit: The longest silence of the server during the refresh; a minute by default.
    ///   - idleInterval: After which silence of the persist stage the stream says so; by default it does not.
    ///   - controls: Further controls.
    public init(
        base: DistinguishedName, scope: SearchScope = .subtree, filter: Filter = .present("objectClass"),
        attributes: AttributeSelection, mode: SyncMode = .refreshOnly, cookie: SyncCookie? = nil,
        progressLimit: Duration = .seconds(60), idleInterval: Duration? = nil, controls: [LDAPControl] = []
    ) {
        self.base = base
        self.scope = scope
        self.filter = filter
        self.attributes = attributes
        self.mode = mode
        self.cookie = cookie
        self.progressLimit = progressLimit
        self.idleInterval = idleInterval
        self.controls = controls
    }

    /// The search that carries it. Aliases are never followed (RFC 4533, 3.1), and lists are never fetched in ranges.
    var search: SearchRequest {
        SearchRequest(
            base: base, scope: scope, filter: filter, attributes: attributes, fetchesRanges: false,
            controls: controls + [SyncRequestControl.request(mode: mode, cookie: cookie)])
    }

    /// Refuses what no server could answer, before anything is sent.
    func check() throws(LDAPError) {
        let search = search
        try search.check()
        if progressLimit <= .zero || idleInterval.map({ $0 <= .zero }) == true {
            throw LDAPError(
                .invalidArgument, step: .search, operation: "synchronize \(filter) below “\(base)”",
                reason: "a time limit is not above zero")
        }
    }
}
