/// Work that waits for a thread, in the order in which it came, and how much there is of it.
struct HashingQueue: Sendable {
    typealias Run = @Sendable () -> Void

    private var waiting: [(id: ObjectIdentifier, run: Run)] = []
    private var running = 0

    /// How much waits or runs.
    var load: Int { waiting.count + running }

    /// Takes work in.
    /// - Parameter limit: The most work that may wait or run.
    /// - Returns: `false` if there is that much already.
    mutating func add(_ run: @escaping Run, _ id: ObjectIdentifier, limit: Int) -> Bool {
        // Also what runs counts: how quickly threads begin must not decide how much is taken in.
        guard load < limit else { return false }
        waiting.append((id, run))
        return true
    }

    /// The work that has waited longest; it runs from now on, until ``end()``.
    mutating func next() -> Run? {
        guard !waiting.isEmpty else { return nil }
        running += 1
        return waiting.removeFirst().run
    }

    /// Notes that some work is done.
    mutating func end() { running -= 1 }

    /// Forgets work that nobody waits for any more, unless it runs.
    mutating func withdraw(_ id: ObjectIdentifier) {
        waiting.removeAll { $0.id == id }
    }
}
