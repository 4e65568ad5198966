@testable import LDAPClient

/// Plays callers, servers and time to a pool's state, and checks its promises at every step.
struct PoolHistory {
    var state: PoolState
    var now = Duration.zero
    /// What was promised and not kept, in words.
    private(set) var violations: [String] = []

    private(set) var connecting: [PoolState.Lease] = []
    private(set) var checking: [PoolState.Lease] = []
    private(set) var using: [PoolState.Lease] = []
    private(set) var waiting: [PoolState.Waiter] = []
    private(set) var open: Set<PoolState.ConnectionID> = []
    private var closed: Set<PoolState.ConnectionID> = []
    /// Connections that broke or were given back as unusable.
    private var spoilt: Set<PoolState.ConnectionID> = []
    private(set) var refused = 0
    private(set) var granted = 0
    private(set) var leaks: [PoolState.Lease] = []

    init(_ limits: PoolState.Limits) {
        state = PoolState(limits: limits)
    }

    // MARK: What can happen

    mutating func ask(fresh: Bool = false) {
        if !fresh, let lease = state.leaseIdle(now: now) {
            take(.granted(.use(lease)))
            return check()
        }
        var actions: [PoolState.Action] = []
        let answer = state.lease(now: now, fresh: fresh, &actions)
        perform(actions)
        take(answer)
        check()
    }

    mutating func connected(_ index: Int, lifetime: Duration = .seconds(900)) {
        let lease = connecting.remove(at: index)
        var actions: [PoolState.Action] = []
        if !state.connected(lease, lifetime: lifetime, now: now, &actions) { violations.append("nobody wants it") }
        if !open.insert(lease.connection).inserted { violations.append("a place was used twice") }
        using.append(lease)
        perform(actions)
        check()
    }

    mutating func failedToConnect(_ index: Int) {
        let lease = connecting.remove(at: index)
        var actions: [PoolState.Action] = []
        let answer = state.failed(lease, now: now, &actions)
        perform(actions)
        take(answer)
        check()
    }

    mutating func abandonedConnecting(_ index: Int) {
        let lease = connecting.remove(at: index)
        apply { $0.abandoned(lease, now: $1, &$2) }
    }

    mutating func checked(_ index: Int) {
        let lease = checking.remove(at: index)
        using.append(lease)
        apply { $0.checked(lease, now: $1, &$2) }
    }

    mutating func checkFailed(_ index: Int) {
        let lease = checking.remove(at: index)
        spoilt.insert(lease.connection)
        apply { $0.returned(lease, isUsable: false, now: $1, &$2) }
        ask()
    }

    mutating func give(back index: Int, isUsable: Bool = true) {
        let lease = using.remove(at: index)
        if !isUsable { spoilt.insert(lease.connection) }
        apply { $0.returned(lease, isUsable: isUsable, now: $1, &$2) }
    }

    mutating func breaks(_ connection: PoolState.ConnectionID) {
        spoilt.insert(connection)
        apply { $0.condemn(connection, now: $1, &$2) }
    }

    mutating func giveUpWaiting(_ index: Int) {
        let waiter = waiting.remove(at: index)
        apply { state, _, _ in state.withdraw(waiter) }
    }

    mutating func passes(_ duration: Duration) {
        now += duration
        apply { $0.tick(now: $1, &$2) }
    }

    /// Time passes, and the pool's timer is late.
    mutating func passesUnnoticed(_ duration: Duration) {
        now += duration
    }

    mutating func shutDown() {
        apply { state, _, actions in state.shutDown(&actions) }
    }

    // MARK: What must hold

    private mutating func apply(
        _ input: (inout PoolState, PoolState.Instant, inout [PoolState.Action]) -> Void
    ) {
        var actions: [PoolState.Action] = []
        input(&state, now, &actions)
        perform(actions)
        check()
    }

    private mutating func take(_ answer: PoolState.Answer) {
        switch answer {
        case .granted(let grant):
            if !waiting.isEmpty { violations.append("somebody overtook those who wait") }
            take(grant)
        case .wait(let waiter):
            waiting.append(waiter)
        case .tooManyWait:
            if waiting.count < state.limits.waiting { violations.append("refused too early") }
        case .noConnection, .shutDown:
            refused += 1
        }
    }

    private mutating func take(_ grant: PoolState.Grant) {
        granted += 1
        let connection = grant.lease.connection
        if closed.contains(connection) { violations.append("a closed connection was handed out") }
        if spoilt.contains(connection) { violations.append("a broken connection was handed out") }
        switch grant {
        case .use(let lease):
            if !open.contains(connection) { violations.append("a connection was used before it was made") }
            if checking.contains(where: { $0.connection == connection }) { violations.append("used while checked") }
            using.append(lease)
        case .check(let lease):
            if using.contains(where: { $0.connection == connection }) { violations.append("checked while used") }
            checking.append(lease)
        case .connect(let lease):
            connecting.append(lease)
        }
    }

    private mutating func perform(_ actions: [PoolState.Action]) {
        for action in actions {
            switch action {
            case .grant(let waiter, let grant):
                if waiter != waiting.first { violations.append("not the first who waits") }
                waiting.removeAll { $0 == waiter }
                take(grant)
            case .refuse(let waiter):
                waiting.removeAll { $0 == waiter }
                refused += 1
            case .close(let connection):
                if open.remove(connection) == nil { violations.append("closed what is not open") }
                if !closed.insert(connection).inserted { violations.append("closed twice") }
                let users = (using + checking).contains { $0.connection == connection }
                if users, !state.isShutDown { violations.append("closed while it is used") }
            case .reportLeak(let lease, _):
                leaks.append(lease)
            }
        }
    }

    private mutating func check() {
        if open.count + connecting.count > state.limits.connections { violations.append("more than the limit") }
        var users: [PoolState.ConnectionID: Int] = [:]
        for lease in using + checking { users[lease.connection, default: 0] += 1 }
        if users.values.contains(where: { $0 > state.limits.leasesPerConnection }) {
            violations.append("more users than a connection may have")
        }
        if !state.isShutDown {
            let counts = state.counts
            let unused = open.filter { users[$0] == nil }.count
            if counts.idle != unused { violations.append("a connection was lost") }
            if counts.opening != connecting.count { violations.append("an attempt was lost") }
            if counts.waiting != waiting.count { violations.append("somebody who waits was lost") }
            if !waiting.isEmpty, unused > 0 { violations.append("somebody waits beside an idle connection") }
            let isIdle = connecting.isEmpty && checking.isEmpty && using.isEmpty
            if !waiting.isEmpty, isIdle { violations.append("nobody will ever serve those who wait") }
        }
    }
}
