import AuthCore
import LDAPClient

extension MembershipReader {
    /// ``MembershipStrategy/search``: the groups that name the person, then those that name these, level by level, each once.
    mutating func searchUpward() async throws {
        let direct = take(try await groupsNamingPerson())
        try await climb(from: direct)
    }

    /// The groups that name the person, and the primary one.
    mutating func groupsNamingPerson() async throws -> [ExternalGroup] {
        person.gaps.forEach { doubt($0) }
        let filters = person.filters(groups.type)
        if filters.isEmpty { return [] }
        return try await entries(.anyOf(filters), groups.type.groupAttributes).map { try group($0, .direct) }
    }

    /// Finds the groups above some, until there are no more.
    ///
    /// With one search a level, who named whom is not known; when the attempt is traced, each group is asked about on its own, so that the
    /// path can be told.
    mutating func climb(from first: [ExternalGroup]) async throws {
        guard groups.isNested, !groups.type.holdsNoGroups else { return }
        var level = first
        var depth = 0
        while !level.isEmpty {
            let above = try await parents(of: level)
            guard depth < groups.maximumDepth else {
                if above.contains(where: { !has($0.id) }) {
                    doubt(
                        "Groups are nested deeper than \(groups.maximumDepth) levels above \(person.dn); what lies above is not counted."
                    )
                }
                return
            }
            depth += 1
            level = take(above)
        }
    }

    private mutating func parents(of children: [ExternalGroup]) async throws -> [ExternalGroup] {
        let count = reader.context.keepsSteps ? 1 : SearchBatch.maximumCount
        var found: [ExternalGroup] = []
        for batch in SearchBatch.split(children, count: count, octets: { $0.dn?.utf8.count ?? 0 }) {
            let path = batch.count == 1 ? batch.first.map { MembershipPath(through: $0) } : nil
            let names = batch.compactMap(\.dn).map { Filter.equal(groups.type.memberAttribute, $0) }
            found += try await entries(.anyOf(names)).map { try group($0, path ?? .nested([])) }
        }
        return found
    }
}

extension MembershipPath {
    /// The way of somebody who is in a group to the groups that it is in.
    init(through group: ExternalGroup) {
        self =
            switch group.path {
            case .direct, .primary, .listed: .nested([group.name])
            case .nested(let names): .nested(names + [group.name])
            }
    }
}

extension Filter {
    /// What matches one filter at least; where there is one, that itself.
    static func anyOf(_ filters: [Filter]) -> Filter {
        filters.count == 1 ? filters[0] : .or(filters)
    }
}
