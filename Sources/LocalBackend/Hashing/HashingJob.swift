import Synchronization

/// One piece of work, whose caller is told once: the result, or that the task was cancelled.
final class HashingJob<Success: Sendable>: Sendable {
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
