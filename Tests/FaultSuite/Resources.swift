import Foundation
import Glibc
import TestSupport

/// What this process holds at a moment.
struct Resources: Sendable {
    /// How many files and sockets are open.
    var descriptors: Int
    /// How many threads there are, those of libdispatch's pool left out, which come and go as it likes.
    var threads: Int
    /// How much memory is resident, in KiB.
    var memory: Int

    /// What is held now.
    static func now() throws -> Resources {
        let tasks = try FileManager.default.contentsOfDirectory(atPath: "/proc/self/task")
        // A thread that has ended meanwhile has no name any more.
        let names = tasks.compactMap { try? text("/proc/self/task/\($0)/comm") }
        let status = try text("/proc/self/status").split(separator: "\n").first { $0.hasPrefix("VmRSS:") }
        return Resources(
            // The descriptor that lists them is one of them.
            descriptors: try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count - 1,
            threads: names.count { !$0.hasPrefix("DispatchWorker") },
            memory: status?.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0)
    }

    /// Waits until what a case has used is given back, and says what is not.
    static func excess(over baseline: Resources, patience: Duration = .seconds(5)) async throws -> [String] {
        let end = ContinuousClock.now + patience
        var now = try Resources.now()
        while now.descriptors > baseline.descriptors || now.threads > baseline.threads, ContinuousClock.now < end {
            try await Task.sleep(for: .milliseconds(5))
            now = try Resources.now()
        }
        var excess: [String] = []
        if now.descriptors > baseline.descriptors {
            excess.append("\(now.descriptors - baseline.descriptors) descriptors stay open")
        }
        if now.threads > baseline.threads { excess.append("\(now.threads - baseline.threads) threads stay") }
        return excess
    }

    /// How much more memory is resident than before, if that is noticeable; fragments and caches are not.
    static func growth(over baseline: Resources) throws -> String? {
        let growth = try Resources.now().memory - baseline.memory
        return growth > 16 << 10 ? "\(growth >> 10) MiB of memory stay" : nil
    }

    /// The processor time that this process has used.
    static func processorTime() -> Duration {
        var time = timespec()
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
        return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
    }

    /// Whether this process does nothing when it has nothing to do.
    static func isIdle() async throws -> Bool {
        let before = processorTime()
        try await Task.sleep(for: .milliseconds(40))
        return processorTime() - before < .milliseconds(20)
    }

    // Foundation stops after the first page of files of proc(5), since their size is said to be 0.
    private static func text(_ path: String) throws -> String {
        guard let file = FileHandle(forReadingAtPath: path), let bytes = try file.readToEnd() else {
            throw TestSupportError("Cannot read \(path).")
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
