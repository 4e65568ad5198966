extension PoolState {
    // MARK: Asking

    /// Somebody wants a connection.
    ///
    /// - Parameter fresh: Whether a new one is better than one that has been used, because such a one has just failed.
    mutating func lease(now: Instant, fresh: Bool = false, _ actions: inout [Action]) -> Answer {
        guard !isShutDown else { return .shutDown }
        // Those who wait come first, unless there is a way that is open to this caller only.
        if waiting.isEmpty, let grant = nextGrant(now, fresh: fresh, &actions) { return .granted(grant) }
        return wait()
    }

    /// An open connection that nobody uses and that needs no check, if there is one: the shortest way of
    /// ``lease(now:fresh:_:)``, for which the caller need not be ready to wait.
    mutating func leaseIdle(now: Instant) -> Lease? {
        guard !isShutDown, waiting.isEmpty, let place = idle.last, !isOver(place, now), !mustBeChecked(place, now)
        else { return nil }
        idle.removeLast()
        return hold(place, now)
    }

    /// Whoever waited does so no more.
    mutating func withdraw(_ waiter: Waiter) {
        if let index = waiting.firstIndex(of: waiter) { waiting.remove(at: index) }
    }

    private mutating func wait() -> Answer {
        guard waiting.count < limits.waiting else { return .tooManyWait }
        lastNumber += 1
        waiting.append(lastNumber)
        return .wait(lastNumber)
    }

    // MARK: Making and checking connections

    /// A connection has been made. Its maker uses it first.
    ///
    /// - Parameter lifetime: For how long it may be used.
    /// - Returns: Whether it is wanted; the pool may have been shut down meanwhile.
    mutating func connected(
        _ lease: Lease, lifetime: Duration, now: Instant, _ actions: inout [Action]
    ) -> Bool {
        guard isOpen(lease.connection) else { return false }
        opening -= 1
        pausedUntil = nil
        slots[lease.connection.place]?.phase = .open
        slots[lease.connection.place]?.expiry = now + lifetime
        // Making it has limits of its own, and is no use of it.
        slots[lease.connection.place]?.holders = [Slot.Holder(number: lease.number, since: now)]
        if let limit = limits.lease { wantTick(at: now + limit) }
        serve(now, &actions)
        return true
    }

    /// A connection could not be made. Its maker gets another one, or waits for one where there is any, and hears no
    /// otherwise, with all who wait.
    mutating func failed(_ lease: Lease, now: Instant, _ actions: inout [Action]) -> Answer {
        guard isOpen(lease.connection) else { return .shutDown }
        remove(lease.connection.place, &actions)
        pausedUntil = now + limits.pause
        guard slots.contains(where: { $0.map { $0.phase != .condemned } ?? false }) else {
            pausedUntil = nil
            actions += waiting.map { .refuse($0) }
            waiting = []
            return .noConnection
        }
        wantTick(at: now + limits.pause)
        return self.lease(now: now, &actions)
    }

    /// Whoever was to make a connection does not want it any more.
    mutating func abandoned(_ lease: Lease, now: Instant, _ actions: inout [Action]) {
        guard isOpen(lease.connection) else { return }
        remove(lease.connection.place, &actions)
        serve(now, &actions)
    }

    /// A connection that was idle for long still works.
    mutating func checked(_ lease: Lease, now: Instant, _ actions: inout [Action]) {
        guard isOpen(lease.connection), slots[lease.connection.place]?.phase == .checking else { return }
        slots[lease.connection.place]?.phase = .open
        serve(now, &actions)
    }

    // MARK: Ending

    /// Somebody has done what the connection was leased for.
    ///
    /// - Parameter isUsable: Whether others can use it.
    mutating func returned(_ lease: Lease, isUsable: Bool, now: Instant, _ actions: inout [Action]) {
        let place = lease.connection.place
        guard isOpen(lease.connection),
            let index = slots[place]?.holders.firstIndex(where: { $0.number == lease.number })
        else { return }
        slots[place]?.holders.remove(at: index)
        if !isUsable || (slots[place]?.expiry ?? now) <= now { slots[place]?.phase = .condemned }
        if slots[place]?.holders.isEmpty == true {
            if slots[place]?.phase == .condemned {
                removeUnused(place, &actions)
            } else {
                slots[place]?.phase = .open
                slots[place]?.idleSince = now
                idle.append(place)
                wantTick(at: now + limits.idle)
            }
        }
        if !waiting.isEmpty { serve(now, &actions) }
    }

    /// A connection closed by itself, or is not wanted any more: nobody gets it from here on.
    mutating func condemn(_ id: ConnectionID, now: Instant, _ actions: inout [Action]) {
        guard isOpen(id), let slot = slots[id.place], slot.phase != .opening else { return }
        if slot.holders.isEmpty {
            remove(id.place, &actions)
        } else {
            slots[id.place]?.phase = .condemned
        }
        serve(now, &actions)
    }

    /// Ends everything: nothing is granted from here on.
    mutating func shutDown(_ actions: inout [Action]) {
        isShutDown = true
        for place in slots.indices { remove(place, &actions) }
        actions += waiting.map { .refuse($0) }
        (waiting, idle, nextTick) = ([], [], nil)
    }

    private mutating func removeUnused(_ place: Int, _ actions: inout [Action]) {
        guard let slot = slots[place] else { return }
        actions.append(.close(ConnectionID(place: place, serial: slot.serial)))
        slots[place] = nil
        freePlaces.append(place)
    }

    // MARK: Granting

    /// Gives those who wait what there is.
    mutating func serve(_ now: Instant, _ actions: inout [Action]) {
        var served = 0
        while served < waiting.count, let grant = nextGrant(now, fresh: false, &actions) {
            actions.append(.grant(waiting[served], grant))
            served += 1
        }
        waiting.removeFirst(served)
    }

    /// The best there is now: an idle connection, a place for a new one, or part of one that others use.
    private mutating func nextGrant(_ now: Instant, fresh: Bool, _ actions: inout [Action]) -> Grant? {
        if fresh, mayConnect(now) { return connect(now) }
        while let place = idle.last {
            if isOver(place, now) {
                remove(place, &actions)
                continue
            }
            idle.removeLast()
            let mustCheck = mustBeChecked(place, now)
            if mustCheck { slots[place]?.phase = .checking }
            let lease = hold(place, now)
            return mustCheck ? .check(lease) : .use(lease)
        }
        if mayConnect(now) { return connect(now) }
        guard limits.leasesPerConnection > 1 else { return nil }
        var best: (place: Int, load: Int)?
        for place in slots.indices {
            guard let slot = slots[place], slot.phase == .open, slot.expiry > now else { continue }
            if slot.holders.count < best?.load ?? limits.leasesPerConnection { best = (place, slot.holders.count) }
        }
        return best.map { .use(hold($0.place, now)) }
    }

    private func mustBeChecked(_ place: Int, _ now: Instant) -> Bool {
        (slots[place]?.idleSince ?? now) + limits.checkAfter <= now
    }

    /// Where others are open or being made, a failure is a reason to wait a little before the next attempt.
    private func mayConnect(_ now: Instant) -> Bool {
        guard total < limits.connections else { return false }
        guard let pausedUntil, now < pausedUntil else { return true }
        return !slots.contains { $0.map { $0.phase != .condemned } ?? false }
    }

    private mutating func connect(_ now: Instant) -> Grant {
        lastNumber += 1
        let slot = Slot(serial: lastNumber, phase: .opening, holders: [], idleSince: now, expiry: now)
        opening += 1
        let place: Int
        if let free = freePlaces.popLast() {
            slots[free] = slot
            place = free
        } else {
            slots.append(slot)
            place = slots.count - 1
        }
        return .connect(hold(place, now))
    }

    private mutating func hold(_ place: Int, _ now: Instant) -> Lease {
        lastNumber += 1
        slots[place]?.holders.append(Slot.Holder(number: lastNumber, since: now))
        if let limit = limits.lease, slots[place]?.phase != .opening { wantTick(at: now + limit) }
        return Lease(connection: ConnectionID(place: place, serial: slots[place]?.serial ?? 0), number: lastNumber)
    }
}
