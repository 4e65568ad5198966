import Foundation

/// What this process has used since it began, getrusage(2).
struct ProcessUsage {
    /// User and system time of all threads, in microseconds.
    let cpuMicroseconds: Double
    /// The most physical memory it held at a time, in MiB.
    let peakMiB: Double

    /// How many sockets are open now.
    static var openSockets: Int {
        let folder = "/proc/self/fd"
        let descriptors = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        return descriptors.count { name in
            (try? FileManager.default.destinationOfSymbolicLink(atPath: "\(folder)/\(name)"))?.hasPrefix("socket:")
                == true
        }
    }

    /// The usage up to now.
    init() {
        var usage = rusage()
        // The call fails only for an address or a process that it does not know.
        getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
        func microseconds(_ time: timeval) -> Double { Double(time.tv_sec) * 1_000_000 + Double(time.tv_usec) }
        cpuMicroseconds = microseconds(usage.ru_utime) + microseconds(usage.ru_stime)
        peakMiB = Double(usage.ru_maxrss) / 1024
    }
}
