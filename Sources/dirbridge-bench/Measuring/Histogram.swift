/// How long operations took, in buckets whose width grows with the duration, so that any number of them fits in 20 kilobytes.
///
/// A duration in nanoseconds is kept by its seven leading bits: an answer is at most 1.6 % above the truth.
struct Histogram: Sendable {
    private static let precision = 64
    private static let bits = 6
    private var counts = [UInt64](repeating: 0, count: (64 - bits + 1) * precision)

    /// How many durations it holds.
    private(set) var count: UInt64 = 0

    /// Adds a duration; a negative one counts as zero.
    mutating func add(_ duration: Duration) {
        counts[Self.bucket(of: duration.nanoseconds)] += 1
        count += 1
    }

    /// Adds everything that another one holds.
    mutating func add(_ other: Histogram) {
        for index in counts.indices { counts[index] += other.counts[index] }
        count += other.count
    }

    /// The duration, in milliseconds, within which this share of the operations was done; 0 if there was none.
    /// - Parameter share: From 0 to 1.
    func milliseconds(within share: Double) -> Double {
        let rank = max(1, UInt64((Double(count) * share).rounded(.up)))
        var seen: UInt64 = 0
        for (index, count) in counts.enumerated() {
            seen += count
            if seen >= rank { return Double(Self.upperEnd(of: index)) / 1_000_000 }
        }
        return 0
    }

    // Bucket b of 0..<64 holds the duration b. From there on, each power of two has 64 buckets of equal width.

    private static func bucket(of nanoseconds: UInt64) -> Int {
        let shift = max(0, UInt64.bitWidth - 1 - bits - nanoseconds.leadingZeroBitCount)
        return shift * precision + Int(nanoseconds >> UInt64(shift))
    }

    private static func upperEnd(of bucket: Int) -> UInt64 {
        let shift = max(0, bucket / precision - 1)
        let lowest = UInt64(bucket - shift * precision) << UInt64(shift)
        return lowest + (1 << UInt64(shift)) - 1
    }
}

extension Duration {
    /// The whole nanoseconds of a duration, at least 0.
    var nanoseconds: UInt64 {
        let (seconds, attoseconds) = components
        return UInt64(max(0, seconds)) * 1_000_000_000 + UInt64(max(0, attoseconds) / 1_000_000_000)
    }
}
