import Foundation
import Logging
import Synchronization

extension Sessions {
    /// How many sessions are removed in one transaction.
    static let batch = 1000

    /// Writes down which sessions were used, in one transaction. What cannot be written goes on waiting.
    /// - Returns: How many were written.
    @discardableResult
    public func flush() async throws -> Int {
        let batch = seen.withLock { $0 }
        if batch.isEmpty { return 0 }
        let count = try await store.noteActivity(batch)
        // Only now: until it is written, a check must find it here. What was used again meanwhile stays.
        seen.withLock { seen in
            for (id, time) in batch where seen[id] == time { seen[id] = nil }
        }
        return count
    }

    /// Removes sessions that are over.
    /// - Returns: How many.
    @discardableResult
    public func removeExpired() async throws -> Int {
        // A use that waits to be written keeps its session.
        try await flush()
        let time = now()
        var removed = 0
        while true {
            let count = try await store.removeSessions(
                expiredAt: time, createdBefore: time - settings.lifetime.timeInterval,
                seenBefore: time - settings.idle.timeInterval, limit: Self.batch)
            removed += count
            if count < Self.batch || Task.isCancelled { return removed }
        }
    }

    /// Writes what was used at each interval, and removes what is over every ten minutes, until the task is cancelled; and writes once more
    /// then.
    /// - Parameters:
    ///   - interval: The time between two batches. Default: 5 s.
    ///   - sleep: Waits; a test puts its own clock here.
    public func run(
        interval: Duration = .seconds(5),
        sleep: @escaping @Sendable (Duration) async throws -> Void = { try await Task.sleep(for: $0) }
    ) async {
        var untilCleaning: Duration = .seconds(600)
        repeat {
            try? await sleep(interval)
            untilCleaning -= interval
            let isCleaning = untilCleaning <= .zero && !Task.isCancelled
            if isCleaning { untilCleaning = .seconds(600) }
            // In a task of its own: the last batch is written although this one was cancelled.
            await Task { await work(isCleaning: isCleaning) }.value
        } while !Task.isCancelled
    }

    private func work(isCleaning: Bool) async {
        do {
            if isCleaning { try await removeExpired() } else { try await flush() }
        } catch {
            logger.warning("The use of sessions could not be written and is kept", metadata: ["error": "\(error)"])
        }
    }
}
