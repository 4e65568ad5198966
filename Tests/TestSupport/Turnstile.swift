import Synchronization

/// Lets a few run at a time, so that the processes of many tests do not keep each other waiting until limits of time
/// are up.
public final class Turnstile: Sendable {
    /// The one for all runs of the command.
    public static let shared = Turnstile(places: 4)
    /// The one for tests that start servers of their own.
    static let servers = Turnstile(places: 6)

    /// Whether this task, or the one that started it, has a place already: who waited for another one inside could wait for ever.
    @TaskLocal private static var inside: Set<ObjectIdentifier> = []

    private struct State {
        var places: Int
        var waiting: [CheckedContinuation<Void, Never>] = []
    }

    private let state: Mutex<State>

    init(places: Int) {
        state = Mutex(State(places: places))
    }

    /// Waits for a place, and holds it while `body` runs.
    public func pass<Result>(_ body: () async throws -> Result) async rethrows -> Result {
        if Self.inside.contains(ObjectIdentifier(self)) { return try await body() }
        await enter()
        defer { leave() }
        return try await Self.$inside.withValue(Self.inside.union([ObjectIdentifier(self)])) { try await body() }
    }

    private func enter() async {
        await withCheckedContinuation { continuation in
            let isFree = state.withLock { state in
                guard state.places == 0 else {
                    state.places -= 1
                    return true
                }
                state.waiting.append(continuation)
                return false
            }
            if isFree { continuation.resume() }
        }
    }

    private func leave() {
        let next = state.withLock { state in
            guard state.waiting.isEmpty else { return state.waiting.removeFirst() as CheckedContinuation? }
            state.places += 1
            return nil
        }
        next?.resume()
    }
}
