import Dispatch
import Synchronization

/// Hears of every attempt to authenticate, one event after the other, and can neither delay nor fail a login.
///
/// ```swift
/// let observer = AuthenticationObserver { event in
///     for outage in event.outages { alarm.raise(outage.message) }
///     if case .authenticated(let user, _) = event.outcome { welcome(user) }
/// }
/// let chain = Authenticator(backends: backends, store: store, observer: observer)
/// ```
///
/// Events wait in a queue and are delivered on a thread of the observer's own, in the order in which attempts were decided. One that takes its
/// time makes events wait; when too many do, new ones are lost and counted, since logins do not wait for it.
public final class AuthenticationObserver: Sendable {
    private let body: @Sendable (AuthenticationEvent) -> Void
    private let limit: Int
    private let queue = DispatchQueue(label: "auth.observer")
    private let counts = Mutex((waiting: 0, lost: 0))

    /// An observer.
    /// - Parameters:
    ///   - limit: How many events may wait. Default: 10,000.
    ///   - body: Called for each event, never twice at once.
    public init(limit: Int = 10_000, _ body: @escaping @Sendable (AuthenticationEvent) -> Void) {
        self.limit = limit
        self.body = body
    }

    /// How many events were lost, since too many were waiting.
    public var lostCount: Int { counts.withLock { $0.lost } }

    /// Waits until all events so far were heard. For an orderly end, and for tests.
    public func drain() async {
        await withCheckedContinuation { continuation in
            queue.async { continuation.resume() }
        }
    }

    func notify(_ event: AuthenticationEvent) {
        let isAccepted = counts.withLock { counts in
            if counts.waiting >= limit {
                counts.lost += 1
                return false
            }
            counts.waiting += 1
            return true
        }
        guard isAccepted else { return }
        queue.async { [self] in
            body(event)
            counts.withLock { $0.waiting -= 1 }
        }
    }
}
