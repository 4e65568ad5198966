public import Glibc
import Synchronization

/// The wall clock as the libraries of this process see it.
///
/// The functions that an executable exports come before those of libc, so libldap and GnuTLS, which ask for the time in
/// these two ways, get it from here. `scripts/faults` has the linker export them.
enum WallClock {
    private static let ahead = Atomic(0)

    /// The last second that fits into 32 bits with a sign is near.
    static var secondsUntil2038: Int { Int(Int32.max) - now().tv_sec - 1 }

    /// Puts the clock so many seconds ahead of the time.
    static func set(ahead seconds: Int) {
        ahead.store(seconds, ordering: .sequentiallyConsistent)
    }

    fileprivate static func now() -> timespec {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        time.tv_sec += ahead.load(ordering: .sequentiallyConsistent)
        return time
    }
}

@_cdecl("gettimeofday")
public func falseTimeOfDay(_ value: UnsafeMutablePointer<timeval>?, _ zone: UnsafeMutableRawPointer?) -> Int32 {
    let now = WallClock.now()
    value?.pointee = timeval(tv_sec: now.tv_sec, tv_usec: now.tv_nsec / 1000)
    return 0
}

@_cdecl("time")
public func falseTime(_ value: UnsafeMutablePointer<time_t>?) -> time_t {
    let now = WallClock.now().tv_sec
    value?.pointee = now
    return now
}
