import Foundation
import Synchronization
import TestSupport

/// How long threads of this process could have run and did not, since others had the processors: what a busy machine adds
/// to every call, and no client can do anything about.
final class ProcessorWait: Sendable {
    private typealias Sample = (time: ContinuousClock.Instant, waits: [String: Duration])

    private let samples = Mutex<[Sample]>([])
    private let isStopped = Mutex(false)

    /// Looks now and then until ``stop()``.
    init() {
        Thread.detachNewThread { [self] in
            while !isStopped.withLock({ $0 }) {
                let sample = Self.sample()
                samples.withLock { $0.append(sample) }
                usleep(20_000)
            }
        }
    }

    func stop() {
        isStopped.withLock { $0 = true }
    }

    /// What the two threads that waited longest waited in between: a call ends on the executor's thread, and that is
    /// noted on one of the pool's.
    func longest(from start: ContinuousClock.Instant, to end: ContinuousClock.Instant) -> Duration {
        samples.withLock { samples in
            guard let first = samples.last(where: { $0.time <= start }) ?? samples.first,
                let last = samples.first(where: { $0.time >= end }) ?? samples.last
            else { return .zero }
            let waits = last.waits.map { $0.value - first.waits[$0.key, default: .zero] }
            return waits.sorted().suffix(2).reduce(.zero, +)
        }
    }

    private static func sample() -> Sample {
        let threads = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/task")) ?? []
        var waits: [String: Duration] = [:]
        for thread in threads {
            // The second number is the time spent waiting on a run queue, in nanoseconds (Documentation/scheduler/sched-stats.rst).
            guard let file = FileHandle(forReadingAtPath: "/proc/self/task/\(thread)/schedstat"),
                let bytes = try? file.readToEnd()
            else { continue }
            let fields = String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isWhitespace)
            if fields.count > 1, let wait = Int64(fields[1]) { waits[thread] = .nanoseconds(wait) }
        }
        return (.now, waits)
    }
}
