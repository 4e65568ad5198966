import LDAPClient
import TestSupport

/// How a call is made: until when, and whether its task is cancelled before.
struct Attempt: Sendable {
    let deadline: ContinuousClock.Instant
    let cancelAfter: Duration?
    /// Whether its task prefers the executor on which connections live, as a login does.
    let isOnExecutor: Bool

    /// How long after its deadline, or after its cancellation, a call may end.
    static let grace = Duration.milliseconds(500)

    init(within limit: Duration? = nil, mayBeCancelled: Bool = true, using dice: inout Splitmix) {
        let isHasty = Int.random(in: 0..<20, using: &dice) == 0
        let milliseconds = Int.random(in: isHasty ? 1...50 : 500...3000, using: &dice)
        deadline = .now + (limit ?? .milliseconds(milliseconds))
        let isCancelled = mayBeCancelled && Int.random(in: 0..<10, using: &dice) == 0
        cancelAfter = isCancelled ? .microseconds(Int.random(in: 0...200_000, using: &dice)) : nil
        isOnExecutor = Bool.random(using: &dice)
    }

    /// Makes the call in a task of its own.
    ///
    /// - Returns: How it ended, when it should have at the latest, and when it did.
    func make<Value: Sendable>(
        _ body: @escaping @Sendable (ContinuousClock.Instant) async throws(LDAPError) -> Value
    ) async -> (result: Result<Value, LDAPError>, limit: ContinuousClock.Instant, end: ContinuousClock.Instant) {
        let deadline = deadline
        let call: @Sendable () async -> (Result<Value, LDAPError>, ContinuousClock.Instant) = {
            do throws(LDAPError) {
                let value = try await body(deadline)
                return (.success(value), .now)
            } catch {
                return (.failure(error), .now)
            }
        }
        let task = isOnExecutor ? Task(executorPreference: LDAPExecutor.shared) { await call() } : Task { await call() }
        guard let cancelAfter else {
            let (result, end) = await task.value
            return (result, deadline, end)
        }
        let cancellation = Task { () -> ContinuousClock.Instant? in
            guard (try? await Task.sleep(for: cancelAfter)) != nil else { return nil }
            let now = ContinuousClock.now
            task.cancel()
            return now
        }
        let (result, end) = await task.value
        cancellation.cancel()
        let limit = await cancellation.value.map { min($0, deadline) } ?? deadline
        return (result, limit, end)
    }
}
