/// Waits for descriptors and deadlines.
///
/// Descriptors are watched edge-triggered, since a level would report unread data again and again while a stream is
/// paused, an end of file for ever, and a writable socket all the time. Whoever watches one reads until there is
/// nothing left.
///
/// Belongs to the thread of one ``LDAPExecutor``; only ``wake()`` may be called from elsewhere.
final class Reactor {
    private let events = EventQueue()
    private var handlers: [UInt64: () -> Void] = [:]
    private var deadlines = DeadlineQueue<() -> Void>()
    private var lastKey: UInt64 = 0

    /// Watches a descriptor for everything until ``unwatch(_:descriptor:)``; `nil` if the system refuses.
    func watch(_ descriptor: Int32, _ handler: @escaping () -> Void) -> UInt64? {
        lastKey += 1
        guard events.add(descriptor, key: lastKey) else { return nil }
        handlers[lastKey] = handler
        return lastKey
    }

    /// Stops watching; must come before the descriptor is closed.
    func unwatch(_ key: UInt64, descriptor: Int32) {
        handlers[key] = nil
        events.remove(descriptor)
    }

    /// Calls `body` once when the time has come.
    func schedule(at time: ContinuousClock.Instant, _ body: @escaping () -> Void) {
        deadlines.insert(body, at: time)
    }

    /// Ends the current or next ``poll(block:)`` at once; from any thread.
    func wake() {
        events.wake()
    }

    /// Handles the events and deadlines that are due, waiting for the first of them if `block` says so.
    func poll(block: Bool) {
        var timeout: Int32 = block ? -1 : 0
        if block, let earliest = deadlines.earliest {
            let milliseconds = ContinuousClock.now.duration(to: earliest) / .milliseconds(1)
            // Rounded up: waking early would only mean waiting again.
            timeout = Int32(max(0, min(milliseconds.rounded(.up), 60_000)))
        }
        // A handler may have ended the watch that a later event of the same round belongs to.
        events.wait(timeout: timeout) { key in handlers[key]?() }
        guard deadlines.earliest != nil else { return }
        let now = ContinuousClock.now
        while let body = deadlines.next(due: now) { body() }
    }
}
