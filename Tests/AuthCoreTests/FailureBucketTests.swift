import Testing

@testable import AuthCore

/// The token bucket, as a value.
struct FailureBucketTests {
    private let budget = FailureBudget(failures: 3, refill: .seconds(10), parallel: 2)
    private let second: Int64 = 1_000_000

    @Test func asManyFailAsThereAreTokensAndOneComesBackEachTime() {
        var bucket = FailureBucket()
        for _ in 0..<3 {
            #expect(bucket.wait(at: 0, budget) == nil)
            bucket.begin()
            bucket.end(failed: true, at: 0, budget)
        }
        #expect(bucket.wait(at: 0, budget) == 10 * second)
        #expect(bucket.wait(at: 10 * second - 1, budget) == 1)
        #expect(bucket.wait(at: 10 * second, budget) == nil)
        bucket.begin()
        bucket.end(failed: true, at: 10 * second, budget)
        #expect(bucket.wait(at: 10 * second, budget) == 10 * second)
        #expect(bucket.wholeAt == 40 * second)
    }

    @Test func whatDoesNotFailCostsNothing() {
        var bucket = FailureBucket()
        for _ in 0..<1000 {
            #expect(bucket.wait(at: 0, budget) == nil)
            bucket.begin()
            bucket.end(failed: false, at: 0, budget)
        }
        #expect(bucket == FailureBucket())
        #expect(bucket.isIdle(at: 0))
    }

    @Test func attemptsUnderWayAreLimited() {
        var bucket = FailureBucket()
        for _ in 0..<3 { bucket.begin() }
        // A second: it depends on when they end.
        #expect(bucket.wait(at: 0, budget) == second)
        for _ in 0..<3 { bucket.end(failed: true, at: 0, budget) }
        #expect(bucket.wait(at: 10 * second, budget) == nil)
        for _ in 0..<2 { bucket.begin() }
        #expect(bucket.wait(at: 10 * second, budget) == second)
        for _ in 0..<2 { bucket.end(failed: true, at: 10 * second, budget) }
        // One token was there and two failed: the debt has to be paid first.
        #expect(bucket.wait(at: 10 * second, budget) == 20 * second)
    }

    @Test func aClockThatIsSetBackKeepsNobodyOutForLongerThanAnEmptyBudget() {
        var bucket = FailureBucket(wholeAt: .max)
        #expect(bucket.wait(at: 0, budget) == 30 * second)
        bucket.begin()
        bucket.end(failed: true, at: 0, budget)
        #expect(bucket.wholeAt == 50 * second)
    }

    @Test func onlyTheFirstRefusalIsTheFirst() {
        var bucket = FailureBucket()
        var isFirst = [bucket.refuse(), bucket.refuse()]
        bucket.begin()
        isFirst.append(bucket.refuse())
        #expect(isFirst == [true, false, true])
    }

    @Test func numbersOutsideTheirRangesAreTakenForTheNearest() {
        let least = FailureBudget(failures: 0, refill: .zero, parallel: -1)
        #expect((least.failures, least.refill, least.parallel) == (1, .milliseconds(1), 1))
        let most = FailureBudget(failures: .max, refill: .seconds(Int64.max), parallel: .max)
        #expect((most.failures, most.refill, most.parallel) == (10_000, .seconds(86_400), 10_000))
        // So that no sum overflows.
        #expect(most.longestRecovery < .max / 1000)
    }

    @Test(arguments: 0..<200) func randomHistoriesAgreeWithABucketOfTokens(_ seed: UInt64) {
        var random = SystemlessRandom(state: seed)
        let budget = FailureBudget(
            failures: .random(in: 1...6, using: &random), refill: .seconds(.random(in: 1...9, using: &random)),
            parallel: .random(in: 1...4, using: &random))
        let token = budget.token
        let capacity = Int64(budget.failures) * token
        var bucket = FailureBucket()
        var (now, level, underWay): (Int64, Int64, Int) = (1_000 * second, capacity, 0)
        var failures: [Int64] = []
        for _ in 0..<300 {
            switch Int.random(in: 0..<4, using: &random) {
            case 0:
                let pause = Int64.random(in: 0..<3 * token, using: &random)
                now += pause
                level = min(level + pause, capacity)
            case 1 where underWay > 0:
                let failed = Bool.random(using: &random)
                bucket.end(failed: failed, at: now, budget)
                underWay -= 1
                guard failed else { continue }
                level = max(level - token, -Int64(budget.parallel) * token)
                failures.append(now)
            default:
                let mayBegin = level >= token && underWay < max(Int(level / token), budget.parallel)
                #expect((bucket.wait(at: now, budget) == nil) == mayBegin)
                if level < token { #expect(bucket.wait(at: now, budget) == token - level) }
                guard mayBegin else { continue }
                bucket.begin()
                underWay += 1
            }
        }
        // The promise: in any time at most so many.
        let isKept = failures.indices.allSatisfy { first in
            (first..<failures.count).allSatisfy { last in
                let allowed = budget.failures + budget.parallel + Int((failures[last] - failures[first]) / token)
                return last - first + 1 <= allowed
            }
        }
        #expect(isKept)
    }

    /// Random numbers that are the same each time (a linear congruential generator, Knuth's MMIX).
    private struct SystemlessRandom: RandomNumberGenerator {
        var state: UInt64
        mutating func next() -> UInt64 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return state ^ (state >> 31)
        }
    }
}
