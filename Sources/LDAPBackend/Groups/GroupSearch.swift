public import LDAPClient

/// Where groups are, how they name their members, and how it is found out which of them somebody is in.
///
/// ```swift
/// let groups = GroupSearch(base: try DistinguishedName("ou=groups,dc=example,dc=org"), type: .posixGroup)
/// ```
public struct GroupSearch: Sendable {
    /// Below what they are searched. With several, the groups below any of them count, each once.
    public var bases: [DistinguishedName]
    /// How groups name their members.
    public var type: GroupType
    /// How it is found out at a login which groups somebody is in. A sync reads the groups' own entries, whatever this says.
    public var strategy: MembershipStrategy
    /// Whether members of member groups count. Default: `true`.
    public var isNested: Bool
    /// How many levels of nesting are followed. Default: 32; what lies deeper is reported and not counted.
    public var maximumDepth: Int

    /// A search below several entries.
    public init(
        bases: [DistinguishedName], type: GroupType = .groupOfNames, strategy: MembershipStrategy = .search,
        isNested: Bool = true, maximumDepth: Int = 32
    ) {
        self.bases = bases
        self.type = type
        self.strategy = strategy
        self.isNested = isNested
        self.maximumDepth = maximumDepth
    }

    /// A search below one entry.
    public init(
        base: DistinguishedName, type: GroupType = .groupOfNames, strategy: MembershipStrategy = .search,
        isNested: Bool = true, maximumDepth: Int = 32
    ) {
        self.init(
            bases: [base], type: type, strategy: strategy, isNested: isNested, maximumDepth: maximumDepth)
    }
}

extension GroupSearch {
    /// Why this cannot be asked of any directory, with the remedy; `nil` if it can. Whether a directory knows how to answer is found out
    /// when it is first asked, see ``LDAPBackend/requireReadableBases(_:)``.
    public var problem: String? {
        if bases.isEmpty { return "groups: base names no entry below which groups are; write one." }
        if type.holdsNoGroups, strategy != .search {
            return
                "groups: strategy \(strategy) needs groups that name their members by DN, which \(type.objectClass) does not; use search."
        }
        switch strategy {
        case .inChain where !isNested, .tokenGroups where !isNested:
            return
                "groups: strategy \(strategy) cannot tell direct from nested groups; use search or memberOf with nested: false."
        case .search, .memberOf, .inChain, .tokenGroups: return nil
        }
    }

    /// The filter for all groups there are.
    var filter: Filter {
        let ofClass = Filter.equal("objectClass", type.objectClass)
        // A token lists nothing but groups that give rights (MS-ADTS 3.1.1.4.5.19). A sync must not see others, or it would disagree.
        guard strategy == .tokenGroups else { return ofClass }
        return .and([ofClass, .extensible("groupType", rule: "1.2.840.113556.1.4.803", "2147483648")])
    }

    /// The searches for all groups there are, one for each base.
    func searches(_ attributes: [String]) -> [SearchRequest] {
        searches(filter, attributes)
    }

    /// Searches for entries below the bases, whatever they are.
    func searches(_ filter: Filter, _ attributes: [String]) -> [SearchRequest] {
        bases.map {
            SearchRequest(base: $0, scope: .subtree, filter: filter, attributes: .named(attributes))
        }
    }

    /// The attributes of a person that tell which groups are theirs, whoever asks.
    var personAttributes: [String] { type.personAttributes }

    /// The attributes of a person that a login reads on top of these.
    var loginAttributes: [String] {
        if case .memberOf(let attribute) = strategy { [attribute] } else { [] }
    }

    /// Whether an entry of this name would be found.
    func covers(_ dn: DistinguishedName) -> Bool {
        bases.contains { dn.isEqualOrBelow($0) }
    }
}
