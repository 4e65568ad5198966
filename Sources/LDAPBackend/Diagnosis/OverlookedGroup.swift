import AuthCore
import LDAPClient

/// A group that names a person and is not found by the configured search.
struct OverlookedGroup: Sendable, Hashable {
    let cause: String
    let remedy: String
}

extension DirectoryReader {
    /// The same reader, whose searches are called a diagnosis in the trace.
    var looking: DirectoryReader {
        var reader = self
        reader.isLooking = true
        return reader
    }

    /// A group that names somebody in another way, or elsewhere, than `groups` says; `nil` if there is none to be seen.
    func overlookedGroup(of entry: LDAPEntry, _ groups: GroupSearch) async -> OverlookedGroup? {
        let tops = await namingContexts(isKnown: true)
        let places = groups.bases + tops.filter { !groups.bases.contains($0) }
        for (attribute, values) in await namings(of: entry) {
            let filter = Filter.anyOf(values.map { .equal(attribute, $0) })
            for place in places {
                let request = SearchRequest(
                    base: place, scope: .subtree, filter: filter, attributes: .named(["objectClass"]), sizeLimit: 1)
                guard let group = try? await look(request).entries.first else { continue }
                return overlooked(group, attribute, groups)
            }
        }
        return nil
    }

    /// The names by which a group may list somebody, by the attribute that would hold them.
    private func namings(of entry: LDAPEntry) async -> [(attribute: String, values: [String])] {
        var uids = entry.strings("uid")
        if uids.isEmpty, let dn = try? entry.distinguishedName {
            let request = SearchRequest(base: dn, scope: .base, attributes: .named(["uid"]))
            uids = (try? await look(request).entries.first?.strings("uid")) ?? []
        }
        let byName = ["member", "uniqueMember", "roleOccupant"].map { ($0, [entry.dn]) }
        return byName + (uids.isEmpty ? [] : [("memberUid", uids)])
    }

    private func overlooked(_ group: LDAPEntry, _ attribute: String, _ groups: GroupSearch) -> OverlookedGroup {
        let type = groups.type
        let classes = group.strings("objectClass")
        let isOfClass = classes.contains { $0.lowercased() == type.objectClass.lowercased() }
        let isOfAttribute = attribute.lowercased() == type.memberAttribute.lowercased()
        let isInside = (try? group.distinguishedName).map(groups.covers) ?? false
        if isOfClass, isOfAttribute, !isInside {
            let parent = (try? group.distinguishedName)?.parent?.description ?? group.dn
            return OverlookedGroup(
                cause:
                    "\(group.dn) names the person in \(attribute), and is not below groups: base, \(groups.bases.map(\.description).joined(separator: " and ")).",
                remedy: "Write \(parent), or an entry above it, at groups: base.")
        }
        let preset = Self.presets.first { preset in
            preset.type.memberAttribute.lowercased() == attribute.lowercased()
                && classes.contains { $0.lowercased() == preset.type.objectClass.lowercased() }
        }
        let remedy =
            preset.map { "Write groups: type: \($0.name)." }
            ?? "Write groups: type: {object_class: \(classes.last ?? "?"), member_attribute: \(attribute)}."
        return OverlookedGroup(
            cause:
                "\(group.dn) names the person in \(attribute) and is a \(classes.joined(separator: ", ")), but groups: type looks for \(type.memberAttribute) of \(type.objectClass).",
            remedy: remedy)
    }

    private static let presets: [(name: String, type: GroupType)] = [
        ("groupOfNames", .groupOfNames), ("groupOfUniqueNames", .groupOfUniqueNames), ("posixGroup", .posixGroup),
        ("posixGroupWithDNs", .posixGroupWithDNs), ("organizationalRole", .organizationalRole),
        ("activeDirectory", .activeDirectory),
    ]

    /// The name of a group that a condition probably means.
    func groupLike(_ leaf: Rule.Leaf) async -> String? {
        guard let groups = configuration.groups, let name = leaf.groupName, name.count > 2 else { return nil }
        let attribute = groups.type.nameAttribute
        var names: [String] = []
        for base in groups.bases {
            let request = SearchRequest(
                base: base, scope: .subtree, filter: .and([groups.filter, .endsLike(attribute, name)]),
                attributes: .named([attribute]), sizeLimit: 200)
            names += (try? await look(request))?.entries.flatMap { $0.strings(attribute) } ?? []
        }
        return NearestWord.to(name, among: names)
    }
}

extension Rule.Leaf {
    /// The name of the group that it speaks of.
    fileprivate var groupName: String? {
        switch self {
        case .name(let name): name
        case .dn(let dn): (try? DistinguishedName(dn))?.relativeNames.first?.attributes.first?.string
        case .id, .pattern, .attribute: nil
        }
    }
}
