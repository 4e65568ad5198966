import Glibc
import Synchronization
import TestSupport

/// File descriptors that are taken from everybody else in this process.
final class Hoard: Sendable {
    private let taken = Mutex<[Int32]>([])
    private let limit: rlimit

    /// Takes so many.
    init(of count: Int) throws {
        limit = try Self.currentLimit()
        try raise(to: count + 200)
        taken.withLock { taken in
            for _ in 0..<count { taken.append(open("/dev/null", O_RDONLY | O_CLOEXEC)) }
        }
    }

    /// Takes all but so many.
    init(leaving count: Int) throws {
        limit = try Self.currentLimit()
        var lower = limit
        lower.rlim_cur = 512
        setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &lower)
        taken.withLock { taken in
            while case let next = open("/dev/null", O_RDONLY | O_CLOEXEC), next >= 0 { taken.append(next) }
            for _ in 0..<count { if let last = taken.popLast() { close(last) } }
        }
    }

    /// Gives all back.
    func release() {
        taken.withLock { taken in
            for descriptor in taken { close(descriptor) }
            taken = []
        }
        var limit = limit
        setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    }

    private func raise(to count: Int) throws {
        var higher = limit
        higher.rlim_cur = max(higher.rlim_cur, rlim_t(count))
        guard setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &higher) == 0 else {
            throw TestSupportError("This process may not have \(count) descriptors.")
        }
    }

    private static func currentLimit() throws -> rlimit {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else {
            throw TestSupportError("The limit of descriptors is not to be had.")
        }
        return limit
    }
}
