internal import Glibc
internal import Synchronization

/// The thread on which every connection of this module lives.
///
/// It runs Swift jobs and waits for sockets and deadlines in one loop, so that an operation costs no change of thread:
/// a request is written, its answer read, and the waiting task resumed by the same thread. A task that prefers it stays
/// on it from end to end:
///
/// ```swift
/// try await withTaskExecutorPreference(client.executor) {
///     try await client.search(request)
/// }
/// ```
///
/// Whatever runs here must not block: DNS and TLS handshakes have threads of their own.
public final class LDAPExecutor: SerialExecutor, TaskExecutor {
    /// The one executor that all connections of the process share.
    public static let shared = LDAPExecutor()

    private struct Inbox {
        var jobs: [UnownedJob] = []
        var bodies: [@Sendable @LDAPActor () -> Void] = []
        var isSleeping = false
    }

    private let inbox = Mutex(Inbox())
    private let thread = Atomic<UInt>(0)
    // Touched by the loop's thread only; see `reactor`. `Reactor.wake()` may be called by any thread.
    nonisolated(unsafe) private let loopReactor = Reactor()
    // Touched by the loop's thread only: `enqueue` appends here only when it runs on that thread.
    nonisolated(unsafe) private var localJobs: [UnownedJob] = []
    // Touched by the loop's thread only: room for the jobs of the round that runs, so that no round allocates.
    nonisolated(unsafe) private var currentJobs: [UnownedJob] = []

    private init() {
        let started = DetachedThread.start { [self] in
            thread.store(UInt(pthread_self()), ordering: .releasing)
            while true { turn() }
        }
        precondition(started, "the system refuses a thread for the LDAP executor")
    }

    /// Whether the caller runs on this executor's thread.
    public var isCurrent: Bool {
        thread.load(ordering: .acquiring) == UInt(pthread_self())
    }

    /// Descriptors and deadlines, for code that is on the loop.
    @LDAPActor var reactor: Reactor { loopReactor }

    /// Runs a job on the loop (`SerialExecutor`, `TaskExecutor`).
    public func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        if isCurrent {
            localJobs.append(job)
        } else {
            post { $0.jobs.append(job) }
        }
    }

    /// Runs `body` on the loop, soon; for threads that are outside of Swift concurrency and for cancellation handlers.
    func execute(_ body: @escaping @Sendable @LDAPActor () -> Void) {
        post { $0.bodies.append(body) }
    }

    /// Traps when the caller is not on the loop (`SerialExecutor`).
    public func checkIsolated() {
        precondition(isCurrent, "this must run on the LDAP executor")
    }

    /// This executor as a reference for actors (`SerialExecutor`).
    public func asUnownedSerialExecutor() -> UnownedSerialExecutor {
        UnownedSerialExecutor(ordinary: self)
    }

    /// This executor as a reference for tasks (`TaskExecutor`).
    public func asUnownedTaskExecutor() -> UnownedTaskExecutor {
        UnownedTaskExecutor(ordinary: self)
    }

    private func post(_ change: (inout Inbox) -> Void) {
        let mustWake = inbox.withLock { inbox in
            change(&inbox)
            let wasSleeping = inbox.isSleeping
            inbox.isSleeping = false
            return wasSleeping
        }
        if mustWake { loopReactor.wake() }
    }

    private static let roundsPerTurn = 8

    /// One round: everything that waits to run, then sockets and deadlines.
    private func turn() {
        let (posted, bodies) = inbox.withLock { inbox in
            defer { (inbox.jobs, inbox.bodies) = ([], []) }
            return (inbox.jobs, inbox.bodies)
        }
        run(posted)
        for body in bodies { LDAPActor.assumeIsolated { body() } }
        // What the tasks leave to do is done before the system is asked for more, but not for ever.
        for _ in 0..<Self.roundsPerTurn where !localJobs.isEmpty {
            swap(&localJobs, &currentJobs)
            run(currentJobs)
            currentJobs.removeAll(keepingCapacity: true)
        }
        let mayBlock =
            localJobs.isEmpty
            && inbox.withLock { inbox in
                inbox.isSleeping = inbox.jobs.isEmpty && inbox.bodies.isEmpty
                return inbox.isSleeping
            }
        loopReactor.poll(block: mayBlock)
        if mayBlock { inbox.withLock { $0.isSleeping = false } }
    }

    private func run(_ jobs: [UnownedJob]) {
        for job in jobs {
            job.runSynchronously(
                isolatedTo: asUnownedSerialExecutor(), taskExecutor: asUnownedTaskExecutor())
        }
    }
}
