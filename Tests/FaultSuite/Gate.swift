import Foundation

/// Holds threads until somebody opens it.
final class Gate: Sendable {
    private let condition = NSCondition()
    // Read and written under the condition's lock only.
    private nonisolated(unsafe) var isOpen = false

    func wait() {
        condition.lock()
        defer { condition.unlock() }
        while !isOpen { condition.wait() }
    }

    func open() {
        condition.lock()
        defer { condition.unlock() }
        isOpen = true
        condition.broadcast()
    }
}
