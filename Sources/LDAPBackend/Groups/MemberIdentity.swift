import LDAPClient

/// The names by which groups may know an entry, as the entry itself shows them. Logins search by these, syncs compare by them.
struct MemberIdentity: Sendable {
    /// RFC 4519 section 2.44.
    static let uniqueIdentifier = "x500UniqueIdentifier"

    /// The entry's DN.
    let dn: String
    /// Bit strings that may follow the DN in `uniqueMember`, as `'0101'B`.
    private(set) var bitStrings: [String] = []
    /// The values that groups hold in place of the DN.
    private(set) var values: [[UInt8]] = []
    /// What the group has that is the entry's primary one.
    private(set) var primary: Primary?
    /// Why there may be names that the entry does not show, in sentences. Then not all of its groups can be told.
    private(set) var gaps: [String] = []

    /// What tells a primary group.
    enum Primary: Sendable, Hashable {
        case number(Int64)
        case identifier(SecurityIdentifier)
    }

    /// Reads an entry's attributes, ``GroupType/personAttributes``.
    init(_ entry: LDAPEntry, _ type: GroupType) {
        dn = entry.dn
        switch type.memberForm {
        case .distinguishedName: break
        case .nameAndOptionalUID: bitStrings = entry.strings(Self.uniqueIdentifier)
        case .value(let attribute):
            values = entry[attribute].map(\.bytes)
            if values.isEmpty { gaps.append(Self.gap(dn, attribute, "by which \(type.objectClass) names members")) }
        }
        switch type.primary {
        case nil: break
        case .groupNumber?: readGroupNumber(entry)
        case .relativeIdentifier?: readPrimaryGroupID(entry)
        }
    }

    /// Who is no `posixAccount` has no primary group; who is one must show it (RFC 2307 section 4).
    private mutating func readGroupNumber(_ entry: LDAPEntry) {
        let numbers = entry["gidNumber"]
        let classes = entry.strings("objectClass")
        if numbers.count == 1, let number = numbers[0].string.flatMap(Int64.init) {
            primary = .number(number)
        } else if !numbers.isEmpty || classes.isEmpty
            || classes.contains(where: { $0.lowercased() == "posixaccount" })
        {
            gaps.append(Self.gap(dn, "gidNumber", "which tells the primary group"))
        }
    }

    private mutating func readPrimaryGroupID(_ entry: LDAPEntry) {
        let identifiers = entry["objectSid"]
        let numbers = entry["primaryGroupID"]
        if identifiers.count == 1, numbers.count == 1, let own = SecurityIdentifier(identifiers[0].bytes),
            let group = own.primaryGroup(numbers[0])
        {
            primary = .identifier(group)
        } else {
            gaps.append(Self.gap(dn, "primaryGroupID and objectSid", "which tell the primary group"))
        }
    }

    private static func gap(_ dn: String, _ attribute: String, _ purpose: String) -> String {
        "\(dn) does not show \(attribute), \(purpose); give the service account the right to read it."
    }
}

extension MemberIdentity {
    /// The filters for groups that name the entry, and for its primary one.
    func filters(_ type: GroupType) -> [Filter] {
        var filters: [Filter] =
            switch type.memberForm {
            case .distinguishedName: [.equal(type.memberAttribute, dn)]
            case .nameAndOptionalUID:
                [.equal(type.memberAttribute, dn)] + bitStrings.map { .equal(type.memberAttribute, "\(dn)#\($0)") }
            case .value: values.map { .equal(type.memberAttribute, $0) }
            }
        if let primary { filters.append(primary.filter) }
        return filters
    }
}

extension MemberIdentity.Primary {
    /// The filter for the group.
    var filter: Filter {
        switch self {
        case .number(let number): .equal("gidNumber", String(number))
        case .identifier(let identifier): identifier.filter
        }
    }

    /// What a group has of this kind; `nil` if it shows no single one.
    init?(ofGroup entry: LDAPEntry, _ kind: PrimaryGroup) {
        let values = entry[kind.groupAttribute]
        guard values.count == 1 else { return nil }
        switch kind {
        case .groupNumber:
            guard let number = values[0].string.flatMap(Int64.init) else { return nil }
            self = .number(number)
        case .relativeIdentifier:
            guard let identifier = SecurityIdentifier(values[0].bytes) else { return nil }
            self = .identifier(identifier)
        }
    }
}
