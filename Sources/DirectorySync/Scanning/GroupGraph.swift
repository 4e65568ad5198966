import AuthCore
import SQLiteStore

/// Which groups a scan saw and how they hold each other: from the groups that name a person to all the person is in.
struct GroupGraph: Sendable {
    private struct Node: Sendable {
        var direct: ExternalGroup
        var nested: ExternalGroup
        /// The places of the groups above, nearest first.
        var above: [Int64] = []
        /// Whether the nesting goes on above what is counted.
        var isCutOff = false
    }

    private var nodes: [Int64: Node] = [:]

    /// A graph.
    /// - Parameters:
    ///   - groups: The groups by their places.
    ///   - edges: Which group names which.
    ///   - depth: How many levels of nesting count; 0 for none.
    init(groups: [Int64: StagedGroup], edges: [(group: Int64, member: Int64)], depth: Int) {
        var parents: [Int64: [Int64]] = [:]
        for (group, member) in edges where group != member { parents[member, default: []].append(group) }
        for (place, group) in groups {
            var node = Node(
                direct: ExternalGroup(id: group.id, name: group.name, dn: group.dn, localName: group.localName),
                nested: ExternalGroup(
                    id: group.id, name: group.name, dn: group.dn, path: .nested([]), localName: group.localName))
            (node.above, node.isCutOff) = Self.ancestors(of: place, parents, depth)
            nodes[place] = node
        }
    }

    /// All groups, each once.
    var all: [ExternalGroup] { nodes.values.map(\.direct) }

    /// The groups of somebody whom the groups at these places name, and whether these are provably all.
    func memberships(of direct: [Int64]) -> (groups: [ExternalGroup], areComplete: Bool) {
        var seen: Set<Int64> = []
        var groups: [ExternalGroup] = []
        var areComplete = true
        for place in direct where seen.insert(place).inserted {
            guard let node = nodes[place] else { continue }
            groups.append(node.direct)
            if node.isCutOff { areComplete = false }
        }
        for place in direct {
            for above in nodes[place]?.above ?? [] where seen.insert(above).inserted {
                if let node = nodes[above] { groups.append(node.nested) }
            }
        }
        return (groups, areComplete)
    }

    /// Level by level, each group once, so that circles end.
    private static func ancestors(
        of place: Int64, _ parents: [Int64: [Int64]], _ depth: Int
    ) -> (above: [Int64], isCutOff: Bool) {
        guard depth > 0 else { return ([], false) }
        var seen: Set<Int64> = [place]
        var above: [Int64] = []
        var level = [place]
        for _ in 0..<depth {
            level = level.flatMap { parents[$0] ?? [] }.filter { seen.insert($0).inserted }
            if level.isEmpty { return (above, false) }
            above += level
        }
        return (above, level.contains { parents[$0]?.contains { !seen.contains($0) } ?? false })
    }
}
