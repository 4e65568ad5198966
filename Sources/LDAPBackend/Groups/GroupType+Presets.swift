extension GroupType {
    /// `groupOfNames` with `member` (RFC 4519 section 3.5).
    public static let groupOfNames = GroupType(
        objectClass: "groupOfNames", memberAttribute: "member", requiresMember: true)

    /// `groupOfUniqueNames` with `uniqueMember` (RFC 4519 section 3.6).
    public static let groupOfUniqueNames = GroupType(
        objectClass: "groupOfUniqueNames", memberAttribute: "uniqueMember", memberForm: .nameAndOptionalUID,
        requiresMember: true)

    /// `posixGroup` with `memberUid`, which holds usernames, and the group that a person's `gidNumber` names (RFC 2307 section 2.1).
    public static let posixGroup = GroupType(
        objectClass: "posixGroup", memberAttribute: "memberUid", memberForm: .value(of: "uid"), primary: .groupNumber)

    /// `posixGroup` with `member`, which holds DNs, and the group that a person's `gidNumber` names (draft-howard-rfc2307bis; FreeIPA).
    public static let posixGroupWithDNs = GroupType(
        objectClass: "posixGroup", memberAttribute: "member", primary: .groupNumber)

    /// `organizationalRole` with `roleOccupant` (RFC 4519 section 3.10).
    public static let organizationalRole = GroupType(
        objectClass: "organizationalRole", memberAttribute: "roleOccupant")

    /// Active Directory's `group` with `member`, and the group that a person's `primaryGroupID` names, mostly Domain Users.
    public static let activeDirectory = GroupType(
        objectClass: "group", memberAttribute: "member", primary: .relativeIdentifier,
        dnAttribute: "distinguishedName")

    /// FreeIPA's groups of people, and not its roles, privileges and permissions, which are groups of names as well.
    public static let freeIPA = GroupType(objectClass: "ipaUserGroup", memberAttribute: "member")
}
