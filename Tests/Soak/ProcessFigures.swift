import Foundation

/// What this process holds of the system.
struct ProcessFigures: Equatable {
    /// What the descriptors are, in words of proc(5), with how many there are of each.
    var descriptors: [String: Int]
    /// How many threads of each name.
    var threads: [String: Int]

    static func current() throws -> ProcessFigures {
        let files = FileManager.default
        let descriptors = try files.contentsOfDirectory(atPath: "/proc/self/fd").compactMap {
            // The one that lists them is gone by now.
            try? files.destinationOfSymbolicLink(atPath: "/proc/self/fd/\($0)").prefix { $0 != ":" }
        }
        let threads = try files.contentsOfDirectory(atPath: "/proc/self/task").compactMap {
            try? String(contentsOfFile: "/proc/self/task/\($0)/comm", encoding: .utf8).dropLast()
        }
        return ProcessFigures(descriptors: counts(of: descriptors), threads: counts(of: threads))
    }

    /// What there is more of than there was earlier.
    func additions(to earlier: ProcessFigures) -> [String] {
        [(descriptors, earlier.descriptors), (threads, earlier.threads)].flatMap { now, then in
            now.filter { $0.value > then[$0.key, default: 0] }
                .map { "\($0.key): \($0.value) instead of \(then[$0.key, default: 0])" }
        }
    }

    private static func counts(of names: [Substring]) -> [String: Int] {
        names.reduce(into: [:]) { $0[String($1), default: 0] += 1 }
    }

    /// The figures when they have not changed for a while; blocks, for a minute at most.
    static func settled() throws -> ProcessFigures {
        var last = try current()
        var since = ContinuousClock.now
        let end = since + .seconds(60)
        // libdispatch ends the threads of its pool when they have been idle for five seconds: nothing may wake them.
        while since.duration(to: .now) < .seconds(6), ContinuousClock.now < end {
            usleep(100_000)
            let now = try current()
            if now != last { (last, since) = (now, .now) }
        }
        return last
    }
}

extension ProcessFigures: CustomStringConvertible {
    var description: String { "\(descriptors.values.reduce(0, +)) descriptors, \(threads.values.reduce(0, +)) threads" }
}
