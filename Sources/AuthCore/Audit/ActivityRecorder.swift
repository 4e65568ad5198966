public import Foundation
public import Logging
import Synchronization

/// Writes last logins and failed attempts behind, in batches, so that a login waits for no write.
///
/// Somebody runs ``run()`` for as long as the process serves, or calls ``flush()`` before it ends.
public final class ActivityRecorder: Sendable {
    /// The most events that wait at a time. Under a flood the oldest are dropped, and counted in the log.
    public static let maximumWaiting = 65_536

    private let store: any AccountStore
    private let interval: Duration
    private let logger: Logger
    private let waiting = Mutex<(activity: Activity, dropped: Int)>((Activity(), 0))

    /// A recorder.
    /// - Parameters:
    ///   - store: Where activity is written.
    ///   - interval: The time between two batches. Default: 1 s.
    ///   - logger: Hears of batches that could not be written.
    public init(
        store: any AccountStore, interval: Duration = .seconds(1), logger: Logger = Logger(label: "auth.activity")
    ) {
        self.store = store
        self.interval = interval
        self.logger = logger
    }

    /// Notes that somebody came in.
    public func noteLogin(of user: User.ID, at time: Date) {
        waiting.withLock { $0.activity.lastLogins[user] = time }
    }

    /// Notes an attempt that failed.
    public func note(_ event: AuditEvent) {
        waiting.withLock { waiting in
            if waiting.activity.events.count >= Self.maximumWaiting {
                waiting.activity.events.removeFirst(Self.maximumWaiting / 8)
                waiting.dropped += Self.maximumWaiting / 8
            }
            waiting.activity.events.append(event)
        }
    }

    /// Writes what waits. What cannot be written goes on waiting.
    /// - Throws: What the store throws.
    public func flush() async throws {
        let (batch, dropped) = waiting.withLock { waiting in
            let taken = waiting
            waiting = (Activity(), 0)
            return taken
        }
        if dropped > 0 { logger.warning("Failed logins were not recorded", metadata: ["dropped": "\(dropped)"]) }
        guard !batch.isEmpty else { return }
        do {
            try await store.record(batch)
        } catch {
            waiting.withLock { waiting in
                waiting.activity.lastLogins.merge(batch.lastLogins) { newer, _ in newer }
                let events = batch.events + waiting.activity.events
                waiting.activity.events = events.suffix(Self.maximumWaiting)
                waiting.dropped += events.count - waiting.activity.events.count
            }
            throw error
        }
    }

    /// Writes a batch at each interval until the task is cancelled, and once more then.
    public func run() async {
        while !Task.isCancelled {
            try? await Task.sleep(for: interval)
            // In a task of its own: the last batch is written although this one was cancelled.
            await Task { await flushOrLog() }.value
        }
    }

    private func flushOrLog() async {
        do {
            try await flush()
        } catch {
            logger.warning("Activity could not be written and is kept", metadata: ["error": "\(error)"])
        }
    }
}
