import Glibc

/// The time this thread keeps a processor busy with `work`, which does not depend on what else the machine does.
func processorTime(_ work: () throws -> Bool) rethrows -> Double {
    func now() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }
    let start = now()
    _ = try work()
    return now() - start
}
