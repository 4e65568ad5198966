/// Asks for the same operation again and again, several at a time, and measures it.
struct Load: Sendable {
    /// How many operations are under way at a time.
    let concurrency: Int
    /// How long it is measured.
    let duration: Duration

    /// An operation, given its number, counted from 0. What it throws is a failure.
    typealias Operation = @Sendable (Int) async throws -> Void

    /// Measures an operation.
    ///
    /// - Parameters:
    ///   - warmUp: How many operations come first that do not count unless they fail.
    ///   - executor: Where the operations run; `nil` is where the tasks of an application run.
    ///   - operation: The operation.
    func measure(
        warmUp: Int, on executor: (any TaskExecutor)? = nil, _ operation: @escaping Operation
    ) async -> Measurement {
        var failures = await run(on: executor, operation) { number, _ in number < warmUp }.failures
        let stopwatch = Stopwatch()
        let end = ContinuousClock.now + duration
        let measured = await run(on: executor, operation) { _, now in now < end }
        let (elapsed, cpu) = stopwatch.reading
        failures.add(measured.failures)
        return Measurement(
            latencies: measured.latencies, failures: failures, elapsed: elapsed, cpuMicroseconds: cpu)
    }

    private struct Tally: Sendable {
        var latencies = Histogram()
        var failures = FailureTally()
    }

    /// Runs operations while `goesOn`, which is asked before each one with its number and the time.
    private func run(
        on executor: (any TaskExecutor)?, _ operation: @escaping Operation,
        while goesOn: @escaping @Sendable (Int, ContinuousClock.Instant) -> Bool
    ) async -> Tally {
        await withTaskGroup(of: Tally.self) { group in
            for first in 0..<concurrency {
                group.addTask(executorPreference: executor) {
                    var tally = Tally()
                    var number = first
                    var now = ContinuousClock.now
                    while goesOn(number, now) {
                        do {
                            try await operation(number)
                        } catch {
                            tally.failures.add("\(error)")
                        }
                        let done = ContinuousClock.now
                        tally.latencies.add(done - now)
                        now = done
                        number += concurrency
                    }
                    return tally
                }
            }
            return await group.reduce(into: Tally()) { sum, tally in
                sum.latencies.add(tally.latencies)
                sum.failures.add(tally.failures)
            }
        }
    }
}
