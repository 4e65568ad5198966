import Foundation
import TestSupport

/// What this process holds of the system.
struct ProcessFigures: Equatable {
    var descriptors: Int
    var threads: Int

    static func current() throws -> ProcessFigures {
        func count(_ folder: String) throws -> Int {
            try FileManager.default.contentsOfDirectory(atPath: folder).count
        }
        return ProcessFigures(descriptors: try count("/proc/self/fd"), threads: try count("/proc/self/task"))
    }

    /// The figures when they have not changed for a second.
    static func settled() async throws -> ProcessFigures {
        var last = try current()
        var since = ContinuousClock.now
        try await eventually("descriptors and threads come to rest") {
            let now = try current()
            if now != last { (last, since) = (now, .now) }
            return since.duration(to: .now) > .seconds(1)
        }
        return last
    }
}

extension ProcessFigures: CustomStringConvertible {
    var description: String { "\(descriptors) descriptors, \(threads) threads" }
}
