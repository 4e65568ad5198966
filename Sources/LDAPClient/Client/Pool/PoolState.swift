/// Who gets which connection of a pool: a value without a clock and without input or output, so that its promises can
/// be tested with any history.
///
/// A caller asks with ``lease(now:fresh:_:)`` and is told to use a connection, to check or make one first, or to wait.
/// Whatever else follows from an input is appended to `actions`. What it promises:
/// - There are never more connections than the limit, those that are being made and those that are going included.
/// - A connection has at most as many leases as the limit says, and none while it is checked or after it was condemned.
/// - Those who wait are served in the order in which they came.
/// - Each connection is closed exactly once, and while somebody uses it only when everything ends.
struct PoolState {
    /// A time: how long it is since some moment, the same one for a pool's whole life.
    typealias Instant = Duration

    /// Who waits; a higher number came later.
    typealias Waiter = UInt64

    /// A connection: its place, and a number that no other connection at this place ever has.
    struct ConnectionID: Hashable {
        var place: Int
        var serial: UInt64
    }

    /// The right to use a connection, until it is returned.
    struct Lease: Hashable {
        var connection: ConnectionID
        var number: UInt64
    }

    /// What a caller may do now.
    enum Grant: Hashable {
        /// Use an open connection.
        case use(Lease)
        /// Find out whether a connection that was idle for long still works, then ``PoolState/checked(_:now:_:)``.
        case check(Lease)
        /// Make a connection, then ``PoolState/connected(_:lifetime:now:_:)``, ``PoolState/failed(_:now:_:)`` or
        /// ``PoolState/abandoned(_:now:_:)``.
        case connect(Lease)

        var lease: Lease {
            switch self {
            case .use(let lease), .check(let lease), .connect(let lease): lease
            }
        }
    }

    /// The answer to somebody who asks for a connection.
    enum Answer: Hashable {
        case granted(Grant)
        /// Comes as ``Action/grant(_:_:)`` or ``Action/refuse(_:)``, unless ``PoolState/withdraw(_:)`` comes first.
        case wait(Waiter)
        /// So many wait already that one more would only make all of them late.
        case tooManyWait
        /// No connection could be made, and there is none.
        case noConnection
        case shutDown
    }

    /// What is to be done after an input.
    enum Action: Hashable {
        case grant(Waiter, Grant)
        /// No connection could be made, and there is none to wait for.
        case refuse(Waiter)
        case close(ConnectionID)
        /// A lease has not been returned for longer than the limit.
        case reportLeak(Lease, since: Instant)
    }

    /// How many connections there are by what they do, and how many wait.
    struct Counts: Hashable {
        var inUse = 0
        var idle = 0
        var opening = 0
        var waiting = 0
    }

    let limits: Limits
    /// When ``tick(now:_:)`` wants to be called next, or a little earlier.
    var nextTick: Instant?

    var slots: [Slot?] = []
    /// The places of open connections without a lease, the one used last at the end.
    var idle: [Int] = []
    var freePlaces: [Int] = []
    var waiting: [Waiter] = []
    var lastNumber: UInt64 = 0
    var opening = 0
    /// After a connection could not be made: until then, those who can have another one do not try.
    var pausedUntil: Instant?
    var isShutDown = false

    init(limits: Limits) {
        self.limits = limits
    }

    var counts: Counts {
        Counts(inUse: total - idle.count - opening, idle: idle.count, opening: opening, waiting: waiting.count)
    }

    var total: Int { slots.count - freePlaces.count }

    func isOpen(_ id: ConnectionID) -> Bool {
        id.place < slots.count && slots[id.place]?.serial == id.serial
    }

    mutating func wantTick(at time: Instant) {
        if nextTick.map({ time < $0 }) ?? true { nextTick = time }
    }

    /// Time has passed: what is too old or idle for too long is closed, and forgotten leases are reported.
    mutating func tick(now: Instant, _ actions: inout [Action]) {
        nextTick = nil
        for place in idle.reversed() where isOver(place, now) { remove(place, &actions) }
        if let pausedUntil, pausedUntil <= now { self.pausedUntil = nil }
        serve(now, &actions)
        for place in slots.indices { lookAtLeases(of: place, now, &actions) }
        for place in idle {
            if let slot = slots[place] { wantTick(at: min(slot.expiry, slot.idleSince + limits.idle)) }
        }
        if let pausedUntil { wantTick(at: pausedUntil) }
    }

    private mutating func lookAtLeases(of place: Int, _ now: Instant, _ actions: inout [Action]) {
        guard let limit = limits.lease, let slot = slots[place], slot.phase != .opening else { return }
        for index in slot.holders.indices where !slot.holders[index].isReported {
            let holder = slot.holders[index]
            if holder.since + limit <= now {
                slots[place]?.holders[index].isReported = true
                let lease = Lease(connection: ConnectionID(place: place, serial: slot.serial), number: holder.number)
                actions.append(.reportLeak(lease, since: holder.since))
            } else {
                wantTick(at: holder.since + limit)
            }
        }
    }

    /// Whether an idle connection has reached its age or has been idle for too long.
    func isOver(_ place: Int, _ now: Instant) -> Bool {
        guard let slot = slots[place] else { return false }
        return slot.expiry <= now || slot.idleSince + limits.idle <= now
    }

    /// Forgets a connection that nobody uses.
    mutating func remove(_ place: Int, _ actions: inout [Action]) {
        guard let slot = slots[place] else { return }
        if slot.phase == .opening {
            opening -= 1
        } else {
            if slot.holders.isEmpty, let index = idle.lastIndex(of: place) { idle.remove(at: index) }
            actions.append(.close(ConnectionID(place: place, serial: slot.serial)))
        }
        slots[place] = nil
        freePlaces.append(place)
    }
}

extension PoolState {
    /// One connection.
    struct Slot {
        enum Phase {
            case opening
            case open
            /// Somebody finds out whether it still works.
            case checking
            /// Nobody else gets it, and whoever uses it last closes it.
            case condemned
        }

        struct Holder {
            var number: UInt64
            var since: Instant
            var isReported = false
        }

        var serial: UInt64
        var phase: Phase
        var holders: [Holder]
        var idleSince: Instant
        var expiry: Instant
    }

    /// The bounds of a pool.
    struct Limits: Hashable, Sendable {
        /// How many connections there may be.
        var connections: Int
        /// How many may use one connection at a time.
        var leasesPerConnection: Int
        /// How many may wait.
        var waiting: Int
        /// How long a connection may be idle before it is closed.
        var idle: Duration
        /// How long a connection may be idle before it is checked ahead of its next use.
        var checkAfter: Duration
        /// How long a lease may last before it is reported; `nil` for ever.
        var lease: Duration?
        /// How long nobody tries to make a further connection after one could not be made.
        var pause: Duration = .seconds(1)
    }
}
