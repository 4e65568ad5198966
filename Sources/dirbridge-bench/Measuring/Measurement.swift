import Foundation

/// What a measurement came to: the document that is printed.
struct Measurement: Encodable {
    let ops: UInt64
    let errors: UInt64
    private let failures: FailureTally
    let perSecond: Double
    let p50: Double
    let p95: Double
    let p99: Double
    let cpuMicroseconds: Double
    let peakMiB: Double
    let sockets: Int

    private enum CodingKeys: String, CodingKey {
        case ops, errors
        case perSecond = "per_s"
        case p50 = "p50_ms"
        case p95 = "p95_ms"
        case p99 = "p99_ms"
        case cpuMicroseconds = "cpu_us"
        case peakMiB = "rss_mib"
        case sockets
    }

    /// - Parameters:
    ///   - latencies: How long each operation took.
    ///   - failures: What failed, operations that warmed up included.
    ///   - elapsed: How long they took together.
    ///   - cpuMicroseconds: What the process used meanwhile.
    init(latencies: Histogram, failures: FailureTally, elapsed: Duration, cpuMicroseconds: Double) {
        func rounded(_ value: Double) -> Double { (value * 1000).rounded() / 1000 }
        ops = latencies.count
        errors = failures.count
        self.failures = failures
        perSecond = rounded(Double(ops) / (Double(max(1, elapsed.nanoseconds)) / 1_000_000_000))
        p50 = rounded(latencies.milliseconds(within: 0.5))
        p95 = rounded(latencies.milliseconds(within: 0.95))
        p99 = rounded(latencies.milliseconds(within: 0.99))
        self.cpuMicroseconds = rounded(cpuMicroseconds / Double(max(1, ops)))
        peakMiB = rounded(ProcessUsage().peakMiB)
        sockets = ProcessUsage.openSockets
    }

    /// Prints the document, and what failed on standard error.
    /// - Throws: ``MeasuredFailures`` if anything failed.
    func report() throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        Output.result(String(decoding: try encoder.encode(self), as: UTF8.self))
        guard failures.count > 0 else { return }
        Output.message("\(failures.count) operations failed:")
        for line in failures.lines { Output.message("  " + line) }
        throw MeasuredFailures()
    }
}
