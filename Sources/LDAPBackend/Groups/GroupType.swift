/// How a kind of group names its members, and itself.
///
/// There is a static member for each kind that is in wide use; ``init(objectClass:memberAttribute:memberForm:primary:nameAttribute:dnAttribute:requiresMember:)``
/// describes any other.
public struct GroupType: Sendable, Hashable {
    /// The object class that marks such a group.
    public var objectClass: String
    /// The attribute whose values are the members.
    public var memberAttribute: String
    /// What these values are.
    public var memberForm: MemberForm
    /// How a person's own entry names one group more; `nil` if it does not.
    public var primary: PrimaryGroup?
    /// The attribute that holds the group's name.
    public var nameAttribute: String
    /// The attribute by which entries can be searched by DN, for ``MembershipStrategy/memberOf(attribute:)``: `entryDN` (RFC 5020), or
    /// `distinguishedName` in Active Directory.
    public var dnAttribute: String
    /// Whether such a group has a member at all times, so that one that shows none is one that is hidden.
    public var requiresMember: Bool

    /// A kind of group.
    public init(
        objectClass: String, memberAttribute: String, memberForm: MemberForm = .distinguishedName,
        primary: PrimaryGroup? = nil, nameAttribute: String = "cn", dnAttribute: String = "entryDN",
        requiresMember: Bool = false
    ) {
        self.objectClass = objectClass
        self.memberAttribute = memberAttribute
        self.memberForm = memberForm
        self.primary = primary
        self.nameAttribute = nameAttribute
        self.dnAttribute = dnAttribute
        self.requiresMember = requiresMember
    }
}

/// What the values of a group's member attribute are.
public enum MemberForm: Sendable, Hashable {
    /// The members' DNs.
    case distinguishedName
    /// The members' DNs, each perhaps with a bit string that tells apart who had the DN at different times (RFC 4517 section 3.3.21). One
    /// with a bit string is somebody whose `x500UniqueIdentifier` has it.
    case nameAndOptionalUID
    /// Values of an attribute of the members, such as `uid`; capital letters are not small ones. Such groups hold people and no groups.
    case value(of: String)
}

/// How a person's entry names the one group that need not name the person.
public enum PrimaryGroup: Sendable, Hashable {
    /// By a number that the group has too, `gidNumber` (RFC 2307).
    case groupNumber
    /// By the last number of the group's security identifier, `primaryGroupID` (MS-ADTS 3.1.1.4.5.3, Active Directory).
    case relativeIdentifier
}

extension GroupType {
    /// Whether no group is ever a member of one, since members are no DNs.
    var holdsNoGroups: Bool {
        if case .value = memberForm { true } else { false }
    }

    /// The attributes of a person that say by which names groups may know them.
    var personAttributes: [String] {
        let ofForm: [String] =
            switch memberForm {
            case .distinguishedName: []
            case .nameAndOptionalUID: [MemberIdentity.uniqueIdentifier]
            case .value(let attribute): [attribute]
            }
        return ofForm + (primary?.personAttributes ?? [])
    }

    /// The attributes of a group that are read beside its id and name: none but what tells the primary group. Members are never among them.
    var groupAttributes: [String] { [primary?.groupAttribute].compactMap(\.self) }
}

extension PrimaryGroup {
    var personAttributes: [String] {
        switch self {
        // Only the object class says whether somebody without a number has none.
        case .groupNumber: ["gidNumber", "objectClass"]
        case .relativeIdentifier: ["primaryGroupID", "objectSid"]
        }
    }

    /// The attribute of the group that holds what the person's entry says.
    var groupAttribute: String {
        switch self {
        case .groupNumber: "gidNumber"
        case .relativeIdentifier: "objectSid"
        }
    }
}
