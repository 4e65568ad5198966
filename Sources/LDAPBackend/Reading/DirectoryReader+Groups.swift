import AuthCore
import LDAPClient

/// The groups of a person, with the proof that these are all.
struct GroupFinding: Sendable {
    var all: [ExternalGroup] = []
    var isComplete = true
    var warnings: [String] = []
}

extension DirectoryReader {
    /// How many groups one search asks about. Longer filters are slow to evaluate and may be refused.
    private static var batchSize: Int { 50 }

    /// The groups an entry is in: those that name it, and, where nesting counts, those that name these, level by level.
    ///
    /// Only names and ids are read, never the members: a group of thousands would cross the wire at each login. With one search a level, who
    /// named whom is not known; when the attempt is traced, each group is asked about on its own, so that the path can be told.
    /// - Throws: ``AuthenticationOutage`` if a search did not come to an end, since a missing group could be the one that keeps people out.
    func groups(of dn: String) async throws -> GroupFinding {
        guard let groups = configuration.groups else { return GroupFinding() }
        var finding = GroupFinding()
        var seen: Set<String> = []
        var level = try await search(groups, naming: [dn], path: .direct, &finding)
        var depth = 0
        while !level.isEmpty {
            let new = level.filter { seen.insert($0.id).inserted }
            finding.all += new
            guard groups.isNested, !new.isEmpty else { break }
            depth += 1
            if depth > groups.maximumDepth {
                finding.isComplete = false
                finding.warnings.append(
                    "Groups are nested deeper than \(groups.maximumDepth) levels above \(dn); what lies above is not counted."
                )
                break
            }
            level = try await parents(of: new, groups, &finding)
        }
        return finding
    }

    /// The groups that name an entry itself.
    func groupsNaming(_ dn: String) async throws -> [ExternalGroup] {
        guard let groups = configuration.groups else { return [] }
        var finding = GroupFinding()
        let named = try await search(groups, naming: [dn], path: .direct, &finding)
        guard finding.isComplete else {
            throw AuthenticationOutage(
                .searchRefused, "Which groups name \(dn) could not be read to the end: \(finding.warnings.joined())")
        }
        return named
    }

    private func parents(
        of children: [ExternalGroup], _ groups: GroupSearch, _ finding: inout GroupFinding
    ) async throws -> [ExternalGroup] {
        let size = context.trace == nil ? Self.batchSize : 1
        var found: [ExternalGroup] = []
        for start in stride(from: 0, to: children.count, by: size) {
            let batch = children[start..<min(start + size, children.count)]
            found += try await search(groups, naming: batch.compactMap(\.dn), path: path(through: batch), &finding)
        }
        return found
    }

    private func path(through children: ArraySlice<ExternalGroup>) -> MembershipPath {
        guard children.count == 1, let child = children.first else { return .nested([]) }
        switch child.path {
        case .direct: return .nested([child.name])
        case .nested(let names): return .nested(names + [child.name])
        }
    }

    private func search(
        _ groups: GroupSearch, naming dns: [String], path: MembershipPath, _ finding: inout GroupFinding
    ) async throws -> [ExternalGroup] {
        let members = dns.map { Filter.equal(groups.type.memberAttribute, $0) }
        let result = try await search(
            SearchRequest(
                base: groups.base, scope: .subtree,
                filter: .and([
                    .equal("objectClass", groups.type.objectClass), members.count == 1 ? members[0] : .or(members),
                ]),
                attributes: .named([groups.type.nameAttribute, configuration.users.idAttribute])),
            for: "groups")
        guard result.isConclusive else {
            throw AuthenticationOutage(
                .searchRefused,
                "The groups of \(dns.joined(separator: ", ")) could not be read to the end (\(result.shortfall)); raise the limits of the service account."
            )
        }
        if !result.references.isEmpty, finding.isComplete {
            finding.isComplete = false
            finding.warnings.append("Below \(groups.base) \(result.shortfall); no membership is taken away.")
        }
        return try result.entries.map { try externalGroup($0, groups.type, path: path) }
    }

    /// A group's entry as a value.
    func externalGroup(_ entry: LDAPEntry, _ type: GroupType, path: MembershipPath) throws -> ExternalGroup {
        guard let id = entry.identity(configuration.users.idAttribute) else {
            throw AuthenticationOutage(
                .searchRefused,
                "The group \(entry.dn) shows no \(configuration.users.idAttribute); give the service account the right to read it."
            )
        }
        let name = type.name(of: entry)
        return ExternalGroup(
            id: id, name: name, dn: entry.dn, path: path,
            localName: configuration.groupNaming.localName(name, dn: entry.dn))
    }
}

extension GroupType {
    /// A group may have several names; the one in its DN is its name, as it is the one people see, else the least, so that the choice does not
    /// change from one answer of the server to the next.
    func name(of entry: LDAPEntry) -> String {
        let names = entry.strings(nameAttribute)
        if names.count > 1, let leaf = (try? entry.distinguishedName)?.relativeNames.first,
            let own = leaf.attributes.first(where: { $0.type.lowercased() == nameAttribute.lowercased() })?.string
        {
            return own
        }
        return names.min { $0.unicodeScalars.lexicographicallyPrecedes($1.unicodeScalars) } ?? ""
    }
}
