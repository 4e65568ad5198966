/// How it is found out at a login which groups somebody is in. All but ``search`` trust what a directory has worked out beforehand.
public enum MembershipStrategy: Sendable, Hashable {
    /// The groups that name the person are searched, then the groups that name these, level by level: one search a level, on every directory.
    case search

    /// The DNs in an attribute of the person's own entry are read: `memberOf` of OpenLDAP's overlays, 389 Directory Server and Active
    /// Directory, `isMemberOf` or `groupMembership` elsewhere.
    ///
    /// One search for each 50 groups. Whether the attribute lists nested groups differs between directories, so the same attribute of the
    /// groups is followed where nesting counts. Where it shows nothing, the groups are searched, for a right to read it may be missing. It is
    /// as right as the directory keeps it: OpenLDAP's memberof overlay passes over groups that were loaded before it, or named too early.
    case memberOf(attribute: String = "memberOf")

    /// Active Directory follows the nesting (LDAP_MATCHING_RULE_IN_CHAIN, MS-ADTS 3.1.1.3.4.4.3): one or two searches, which may be slow
    /// where there are many groups. Other directories answer that nobody is in anything, so they are not asked.
    case inChain

    /// Active Directory lists the security identifiers of all security groups somebody is in, nested and primary ones included
    /// (`tokenGroups`, MS-ADTS 3.1.1.4.5.19): one search of the person's entry and one for each 50 groups. Distribution groups are none.
    case tokenGroups
}

extension MembershipStrategy: CustomStringConvertible {
    /// The word by which a configuration names it.
    public var description: String {
        switch self {
        case .search: "search"
        case .memberOf: "memberOf"
        case .inChain: "inChain"
        case .tokenGroups: "tokenGroups"
        }
    }
}
