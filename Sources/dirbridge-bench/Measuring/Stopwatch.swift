/// Time and CPU time that go by from its making on.
struct Stopwatch {
    private let start = ContinuousClock.now
    private let usage = ProcessUsage()

    /// What has gone by: on the clock, and as user and system time of this process in microseconds.
    var reading: (elapsed: Duration, cpuMicroseconds: Double) {
        (ContinuousClock.now - start, ProcessUsage().cpuMicroseconds - usage.cpuMicroseconds)
    }
}
