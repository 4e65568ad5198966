internal import COpenLDAP
internal import Glibc

/// The kernel's list of descriptors to watch, edge-triggered: `epoll(7)` and an `eventfd(2)` that ends a wait.
struct EventQueue: ~Copyable {
    private static let wakeupKey: UInt64 = 0

    private let epoll: Int32
    private let wakeup: Int32

    init() {
        epoll = cldap_epoll_create()
        wakeup = cldap_eventfd()
        // Without descriptors when the executor starts there is nothing that could go on.
        precondition(epoll >= 0 && wakeup >= 0, "epoll_create1(2) or eventfd(2) failed")
        _ = cldap_epoll_add(epoll, wakeup, Self.wakeupKey)
    }

    deinit {
        close(epoll)
        close(wakeup)
    }

    /// Reports each change of the descriptor's readiness under `key`, which is not 0; `false` if the system refuses.
    borrowing func add(_ descriptor: Int32, key: UInt64) -> Bool {
        cldap_epoll_add(epoll, descriptor, key) == 0
    }

    /// Stops reporting; must come before the descriptor is closed.
    borrowing func remove(_ descriptor: Int32) {
        _ = cldap_epoll_remove(epoll, descriptor)
    }

    /// Ends the current or next wait at once; from any thread.
    borrowing func wake() {
        var one: UInt64 = 1
        write(wakeup, &one, MemoryLayout<UInt64>.size)
    }

    /// Waits up to `timeout` milliseconds, for ever if negative, and calls `handle` with each key reported.
    borrowing func wait(timeout: Int32, _ handle: (UInt64) -> Void) {
        withUnsafeTemporaryAllocation(of: UInt64.self, capacity: 64) { keys in
            for index in 0..<Int(cldap_epoll_wait(epoll, keys.baseAddress, timeout)) {
                if keys[index] == Self.wakeupKey {
                    var count: UInt64 = 0
                    read(wakeup, &count, MemoryLayout<UInt64>.size)
                } else {
                    handle(keys[index])
                }
            }
        }
    }
}
