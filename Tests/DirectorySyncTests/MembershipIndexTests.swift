import LDAPClient
import Testing

@testable import DirectorySync

@Suite struct MembershipIndexTests {
    private func settled(_ groups: [(Int64, String, [String])], _ people: [(Int64, String)]) -> MembershipIndex {
        var index = MembershipIndex()
        for (place, key, members) in groups { index.add(place, key: key, members: members) }
        index.settle(people.map { (place: $0.0, key: $0.1) })
        return index
    }

    @Test func eachIsInTheGroupsThatNameThem() {
        let index = settled(
            [(1, "g1", ["ann", "bob"]), (2, "g2", ["bob", "nobody", "g1"]), (3, "g3", [])],
            [(1, "ann"), (2, "bob"), (3, "cid")])
        #expect(index.groups(of: 1) == [1])
        #expect(index.groups(of: 2).sorted() == [1, 2])
        #expect(index.groups(of: 3) == [])
    }

    @Test func placesMayHaveGaps() {
        let index = settled([(1, "g1", ["ann", "dan"])], [(2, "ann"), (7, "dan")])
        #expect((1...7).map { index.groups(of: $0) } == [[], [1], [], [], [], [], [1]])
        #expect(index.groups(of: 8) == [] && index.groups(of: 0) == [])
    }

    @Test func whereThereIsNobodyNobodyIsInAnything() {
        #expect(settled([(1, "g1", ["ann"])], []).groups(of: 1) == [])
        #expect(settled([], [(1, "ann")]).groups(of: 1) == [])
    }

    @Test func groupsNameGroups() {
        var index = MembershipIndex()
        index.add(1, key: "g1", members: ["ann", "g2"])
        index.add(2, key: "g2", members: ["g1", "gone"])
        #expect(index.edges.map { [$0.group, $0.member] }.sorted { $0[0] < $1[0] } == [[1, 2], [2, 1]])
    }

    @Test func aGroupThatIsSeenTwiceIsWhatItWasSeenAsLast() {
        var index = MembershipIndex()
        index.add(1, key: "old", members: ["ann", "bob"])
        index.add(2, key: "g2", members: ["bob"])
        index.add(1, key: "new", members: ["bob"])
        index.settle([(place: 1, key: "ann"), (place: 2, key: "bob")])
        #expect(index.groups(of: 1) == [])
        #expect(index.groups(of: 2).sorted() == [1, 2])
    }

    // MARK: Names that are no DNs

    @Test func eachIsInTheGroupsThatNameThemByAnotherName() {
        let index = settled(
            [(1, "g1", ["ann", "#name:bob"]), (2, "g2", ["#name:ann", "#number:7"]), (3, "g3", ["#number:8"])],
            [
                (1, "ann\u{1F}#name:ann\u{1F}#number:7"), (2, "bob\u{1F}#name:bob\u{1F}#number:7"),
                (3, "cid\u{1F}#number:8"),
            ])
        #expect(index.groups(of: 1).sorted() == [1, 2, 2])
        #expect(index.groups(of: 2).sorted() == [1, 2])
        #expect(index.groups(of: 3) == [3])
        #expect(index.doubtful == [])
    }

    @Test func aNameInAnotherCaseIsInDoubtUnlessItIsSomebodyElses() {
        let groups: [(Int64, String, [String])] = [(1, "g1", ["#name:Ann", "#name:bob"])]
        let alone = settled(groups, [(1, "ann\u{1F}#name:ann"), (2, "bob\u{1F}#name:bob")])
        #expect(alone.doubtful == [1] && alone.groups(of: 1) == [])
        let both = settled(groups, [(1, "ann\u{1F}#name:ann"), (2, "bob\u{1F}#name:bob"), (3, "ann2\u{1F}#name:Ann")])
        #expect(both.doubtful == [] && both.groups(of: 1) == [] && both.groups(of: 3) == [1])
    }

    // MARK: Doubt

    @Test func twoOfOneKeyAreInNoGroupAndInDoubt() {
        let index = settled([(1, "g1", ["twin", "bob"])], [(1, "twin"), (2, "bob"), (3, "twin")])
        #expect(index.doubtful == [1, 3])
        #expect([1, 2, 3].map { index.groups(of: $0) } == [[], [1], []])
    }

    @Test func whoIsNamedInAnotherSpellingIsInDoubtUntilTheDirectoryHasSpoken() throws {
        let other = try DistinguishedName("uid=ev\u{200D}e").canonicalKey
        var index = settled(
            [(1, "g1", [other, "uid=bob"]), (2, "g2", ["uid=eve"])], [(1, "uid=eve"), (2, "uid=bob")])
        #expect(index.doubtful == [1] && index.groups(of: 1) == [2])
        index.answer(1, [1, 2])
        #expect(index.doubtful == [] && index.groups(of: 1) == [1, 2])
        index.answer(1, [])
        #expect(index.groups(of: 1) == [] && index.groups(of: 2) == [1])
    }
}
