import AuthCore
import Testing

@testable import DirectorySync

@Suite struct GroupGraphTests {
    /// Groups 1 to `count`, in which each edge `(1, 2)` says that group 1 names group 2.
    private func graph(_ count: Int64, _ edges: [(Int64, Int64)], depth: Int = 32) -> GroupGraph {
        let groups = (1...count).map {
            ($0, StagedGroup(id: "id\($0)", key: "key\($0)", dn: "cn=g\($0)", name: "g\($0)", localName: "g\($0)"))
        }
        return GroupGraph(
            groups: Dictionary(uniqueKeysWithValues: groups), edges: edges.map { (group: $0.0, member: $0.1) },
            depth: depth)
    }

    private func names(_ graph: GroupGraph, of direct: Int64...) -> [String] {
        graph.memberships(of: direct).groups.map(\.name)
    }

    @Test func whoIsInAGroupIsInTheGroupsAboveIt() {
        let graph = graph(5, [(2, 1), (3, 2), (4, 2), (5, 5)])
        #expect(names(graph, of: 1).sorted() == ["g1", "g2", "g3", "g4"])
        #expect(names(graph, of: 3) == ["g3"])
        #expect(names(graph, of: 5) == ["g5"])
        #expect(names(graph) == [])
        #expect(graph.memberships(of: [1]).areComplete)
        #expect(graph.all.map(\.name).sorted() == ["g1", "g2", "g3", "g4", "g5"])
    }

    @Test func itIsSaidWhichGroupNamesThePersonItself() {
        let graph = graph(3, [(2, 1), (3, 2)])
        let groups = graph.memberships(of: [1, 3]).groups
        #expect(groups.filter { $0.path == .direct }.map(\.name).sorted() == ["g1", "g3"])
        #expect(groups.filter { $0.path != .direct }.map(\.name) == ["g2"])
    }

    @Test func aGroupReachedInTwoWaysCountsOnce() {
        let graph = graph(4, [(2, 1), (3, 1), (4, 2), (4, 3)])
        #expect(names(graph, of: 1).sorted() == ["g1", "g2", "g3", "g4"])
        #expect(names(graph, of: 1, 2, 3).sorted() == ["g1", "g2", "g3", "g4"])
    }

    @Test func aGroupThatNamesAPersonTwiceCountsOnce() {
        let graph = graph(2, [(2, 1)])
        #expect(names(graph, of: 1, 1, 2, 2, 1) == ["g1", "g2"])
    }

    @Test func circlesEnd() {
        let graph = graph(3, [(2, 1), (3, 2), (1, 3)])
        for start in Int64(1)...3 {
            let found = graph.memberships(of: [start])
            #expect(found.groups.map(\.name).sorted() == ["g1", "g2", "g3"])
            #expect(found.areComplete)
        }
        #expect(self.graph(2, [(1, 2), (2, 1)], depth: 1).memberships(of: [1]).areComplete)
    }

    @Test func whatLiesDeeperThanTheLimitIsNotCountedAndIsSaid() {
        let line: [(Int64, Int64)] = [(2, 1), (3, 2), (4, 3)]
        let whole = graph(4, line, depth: 3).memberships(of: [1])
        #expect(whole.groups.count == 4)
        #expect(whole.areComplete)
        let cut = graph(4, line, depth: 2).memberships(of: [1])
        #expect(cut.groups.map(\.name).sorted() == ["g1", "g2", "g3"])
        #expect(!cut.areComplete)
        #expect(graph(4, line, depth: 2).memberships(of: [2]).areComplete)
        // Of several groups one that goes on is enough.
        #expect(!graph(4, line, depth: 2).memberships(of: [4, 1]).areComplete)
    }

    @Test func withoutNestingOnlyTheGroupsThatNameThePersonCount() {
        let found = graph(3, [(2, 1), (3, 2)], depth: 0).memberships(of: [1])
        #expect(found.groups.map(\.name) == ["g1"])
        #expect(found.areComplete)
    }

    @Test func aPlaceThatIsNoGroupIsPassedOver() {
        #expect(names(graph(1, [(1, 9), (8, 1)]), of: 7, 1) == ["g1"])
    }
}
