import Testing

@testable import DirectorySync

@Suite struct NameOrderTests {
    @Test func whoGivesANameUpComesBeforeWhoeverGetsIt() {
        // 1 gets the name of 2, 2 that of 3; 4 waits for nobody.
        #expect(NameOrder.order([1, 2, 3, 4], rivals: [1: [2], 2: [3]]) == [3, 2, 1, 4])
        #expect(NameOrder.order([3, 2, 1], rivals: [1: [2], 2: [3]]) == [3, 2, 1])
    }

    @Test func inACircleEverybodyComesOnce() {
        #expect(NameOrder.order([1, 2], rivals: [1: [2], 2: [1]]) == [2, 1])
        #expect(NameOrder.order([1, 2, 3], rivals: [1: [2], 2: [3], 3: [1]]) == [3, 2, 1])
    }

    @Test func whoHasSeveralRivalsComesAfterAllOfThem() {
        #expect(NameOrder.order([1, 2, 3], rivals: [1: [2, 3]]) == [2, 3, 1])
        // A line that ends in a circle.
        #expect(NameOrder.order([1, 2, 3], rivals: [1: [2], 2: [3], 3: [2]]) == [3, 2, 1])
    }

    @Test func aNameThatIsHandedDownALineOfAHundredThousandIsNoMatter() {
        let count: Int64 = 100_000
        let rivals = Dictionary(uniqueKeysWithValues: (1..<count).map { ($0, [$0 + 1]) })
        #expect(NameOrder.order(Array(1...count), rivals: rivals) == (1...count).reversed())
        var circle = rivals
        circle[count] = [1]
        #expect(NameOrder.order(Array(1...count), rivals: circle) == (1...count).reversed())
    }

    @Test func nobodyWaitsForNobody() {
        #expect(NameOrder.order([], rivals: [:]).isEmpty)
    }
}
