import Dispatch
import Foundation
import Synchronization

/// The threads that hash: as many as there are processors, for the whole process.
///
/// A hash keeps a processor busy for a good part of a second. On the threads that Swift's tasks share, a few logins at once would stop
/// everything else.
final class HashingThreads: Sendable {
    /// The process's threads, started with the first hash.
    static let shared = HashingThreads(count: ProcessInfo.processInfo.activeProcessorCount)

    private typealias Job = @Sendable () -> Void

    private let waiting = Mutex<(first: [Job], last: [Job])>(([], []))
    private let jobs = DispatchSemaphore(value: 0)

    private init(count: Int) {
        for _ in 0..<max(1, count) {
            Thread.detachNewThread {
                while true { self.runNext() }
            }
        }
    }

    private func runNext() {
        jobs.wait()
        let job = waiting.withLock { waiting -> Job? in
            if !waiting.first.isEmpty { return waiting.first.removeFirst() }
            return waiting.last.isEmpty ? nil : waiting.last.removeFirst()
        }
        job?()
    }

    /// Runs work on one of the threads, in the order of the calls.
    /// - Parameter yielding: Whether other work goes first. People wait for a password to be checked; nobody waits for a decoy.
    /// - Throws: What the work throws; `CancellationError` at once when the task is cancelled, and then work that has not begun never does.
    func run<Result: Sendable>(
        yielding: Bool = false, _ work: @escaping @Sendable () throws -> Result
    ) async throws -> Result {
        let job = HashingJob<Result>()
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                guard job.begin(continuation) else { return }
                let run: Job = {
                    guard job.isWanted else { return }
                    job.end(Swift.Result { try work() })
                }
                waiting.withLock { yielding ? $0.last.append(run) : $0.first.append(run) }
                jobs.signal()
            }
        } onCancel: {
            job.end(.failure(CancellationError()))
        }
    }
}

/// One piece of work, whose caller is told once: the result, or that the task was cancelled.
private final class HashingJob<Success: Sendable>: Sendable {
    private enum State {
        case new
        case awaited(CheckedContinuation<Success, any Error>)
        case ended
    }

    private let state = Mutex(State.new)

    /// Whether somebody still waits for the result.
    var isWanted: Bool {
        state.withLock { if case .awaited = $0 { true } else { false } }
    }

    /// Notes who waits.
    /// - Returns: `false` if the task was cancelled before; the caller has then been told.
    func begin(_ continuation: CheckedContinuation<Success, any Error>) -> Bool {
        let isAwaited = state.withLock { state in
            guard case .new = state else { return false }
            state = .awaited(continuation)
            return true
        }
        if !isAwaited { continuation.resume(throwing: CancellationError()) }
        return isAwaited
    }

    /// Tells the caller, unless they have been told.
    func end(_ result: Result<Success, any Error>) {
        let continuation = state.withLock { state -> CheckedContinuation<Success, any Error>? in
            defer { state = .ended }
            if case .awaited(let continuation) = state { return continuation }
            return nil
        }
        continuation?.resume(with: result)
    }
}
