internal import AuthCore
import Dispatch
import Foundation
import Synchronization

/// The threads that hash: as many as there are processors, for the whole process, with a limit to what may wait for them.
///
/// A hash keeps a processor busy for a good part of a second. On the threads that Swift's tasks share, a few logins at once would stop
/// everything else. In a storm of logins, those for whom there is no hope of an answer in time are told at once.
///
/// Decoys are not limited. One that was left out would tell by its short time that nobody of that name lives here; they wait, after all
/// others, until their login's deadline cancels them.
final class HashingThreads: Sendable {
    /// The process's threads, started with the first hash. About half a minute's work may wait, as PBKDF2 is in Django 6.1.
    static let shared: HashingThreads = {
        let count = ProcessInfo.processInfo.activeProcessorCount
        return HashingThreads(count: count, maximumWaiting: 64 * count)
    }()

    /// How many hashes are computed at once.
    let count: Int
    /// How many more passwords may wait.
    let maximumWaiting: Int

    private struct Queues {
        var urgent = HashingQueue()
        var yielding = HashingQueue()
    }

    private let queues = Mutex(Queues())
    private let jobs = DispatchSemaphore(value: 0)

    /// - Parameters:
    ///   - count: How many hashes are computed at once, at least 1.
    ///   - maximumWaiting: How many more passwords may wait, decoys not counted.
    init(count: Int, maximumWaiting: Int) {
        self.count = max(1, count)
        self.maximumWaiting = maximumWaiting
        for _ in 0..<self.count {
            Thread.detachNewThread {
                while true { self.runNext() }
            }
        }
    }

    private func runNext() {
        jobs.wait()
        // There is none for a signal whose work was cancelled.
        let next = queues.withLock { queues in
            queues.urgent.next().map { ($0, false) } ?? queues.yielding.next().map { ($0, true) }
        }
        guard let (run, isYielding) = next else { return }
        run()
        queues.withLock { isYielding ? $0.yielding.end() : $0.urgent.end() }
    }

    /// Runs work on one of the threads, in the order of the calls.
    /// - Parameter yielding: Whether other work goes first. People wait for a password to be checked; nobody waits for a decoy.
    /// - Throws: What the work throws; `AuthenticationOutage` at once when too much waits; `CancellationError` at once when the task is
    ///   cancelled, and then work that has not begun never does.
    func run<Result: Sendable>(
        yielding: Bool = false, _ work: @escaping @Sendable () throws -> Result
    ) async throws -> Result {
        let job = HashingJob<Result>()
        let id = ObjectIdentifier(job)
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                guard job.begin(continuation) else { return }
                let run: HashingQueue.Run = {
                    guard job.isWanted else { return }
                    job.end(Swift.Result { try work() })
                }
                let isAdmitted = queues.withLock {
                    yielding
                        ? $0.yielding.add(run, id, limit: .max)
                        : $0.urgent.add(run, id, limit: count + maximumWaiting)
                }
                guard isAdmitted else {
                    job.end(.failure(overload))
                    return
                }
                // Cancelled before it was in the queue, where the handler did not find it.
                if !job.isWanted { withdraw(id) }
                jobs.signal()
            }
        } onCancel: {
            // In this order: when the caller learns of it, the place is free.
            withdraw(id)
            job.end(.failure(CancellationError()))
        }
    }

    private func withdraw(_ id: ObjectIdentifier) {
        queues.withLock { queues in
            queues.urgent.withdraw(id)
            queues.yielding.withdraw(id)
        }
    }

    /// How much waits or runs.
    var load: Int { queues.withLock { $0.urgent.load + $0.yielding.load } }

    private var overload: AuthenticationOutage {
        AuthenticationOutage(
            .timedOut,
            "\(maximumWaiting) passwords wait to be hashed on \(count) processors already; look for an attack, or give the machine more processors."
        )
    }
}
