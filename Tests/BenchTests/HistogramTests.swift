import Testing

@testable import dirbridge_bench

@Suite struct HistogramTests {
    @Test func anEmptyOneSaysZero() {
        #expect(Histogram().milliseconds(within: 0.5) == 0)
    }

    @Test(arguments: [1, 63, 64, 127, 128, 129, 1_000_000, 123_456_789, 86_400_000_000_000])
    func aDurationIsKeptToSevenBits(_ nanoseconds: Int64) {
        var histogram = Histogram()
        histogram.add(.nanoseconds(nanoseconds))
        let kept = histogram.milliseconds(within: 0.99) * 1_000_000
        #expect(kept >= Double(nanoseconds))
        #expect(kept <= Double(nanoseconds) * 65 / 64)
    }

    @Test func percentilesCountFromTheShortest() {
        var histogram = Histogram()
        for milliseconds in 1...100 { histogram.add(.milliseconds(milliseconds)) }
        for (share, expected) in [(0.5, 50.0), (0.95, 95), (0.99, 99), (1, 100)] {
            #expect(abs(histogram.milliseconds(within: share) - expected) <= expected / 64)
        }
    }

    @Test func sumsHoldWhatTheirPartsHold() {
        var left = Histogram()
        var right = Histogram()
        left.add(.milliseconds(1))
        right.add(.seconds(1))
        left.add(right)
        #expect(left.count == 2)
        #expect(left.milliseconds(within: 1) >= 1000)
    }

    @Test func extremesAreTaken() {
        var histogram = Histogram()
        histogram.add(.seconds(-1))
        histogram.add(.seconds(10_000_000_000))
        #expect(histogram.count == 2)
        #expect(histogram.milliseconds(within: 0.5) == 0)
    }

    @Test func onlyAFewKindsOfFailureAreToldApart() {
        var tally = FailureTally()
        for kind in 1...9 { tally.add("kind \(kind)") }
        tally.add("kind 3")
        var sum = FailureTally()
        sum.add(tally)
        #expect(sum.count == 10)
        #expect(sum.lines.count == 5)
        #expect(sum.lines.first == "2 times: kind 3")
    }
}
