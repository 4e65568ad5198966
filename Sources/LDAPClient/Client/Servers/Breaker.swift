/// Keeps callers away from a server that does not work: a value, told what happened and when.
///
/// Closed, it lets everybody through. A server that cannot be reached opens it at once, one that does not answer in
/// time opens it after a few times in a row. Open, it lets nobody through until a time that doubles with each failure;
/// then it is half open, and one attempt at a time finds out whether the server works again.
struct Breaker {
    enum State: Hashable {
        case closed
        case open(until: ContinuousClock.Instant)
        /// One attempt finds out; nobody else is let through.
        case probing
    }

    /// What a server is asked for. It may answer one and hang at the other, as when it asks somebody else about passwords.
    enum Work: Int, CaseIterable {
        case search
        case bind
    }

    private(set) var state = State.closed
    private var delay: Duration?
    /// How many operations in a row ran into their time limit, of each kind.
    private var timeouts = [0, 0]
    /// At what it hung when it was left alone. That it can be reached again says nothing about that.
    private var suspect: Work?

    /// Whether an answer would change anything.
    var awaitsAnswer: Bool { suspect != nil || timeouts != [0, 0] }

    /// Whether an attempt would be let through now.
    func allows(at now: ContinuousClock.Instant) -> Bool {
        switch state {
        case .closed: true
        case .open(let until): until <= now
        case .probing: false
        }
    }

    /// Begins an attempt. One at a server whose breaker is open is the probe.
    ///
    /// - Returns: Whether it is the probe, to be told to the methods below.
    mutating func begin() -> Bool {
        guard case .open = state else { return false }
        state = .probing
        return true
    }

    /// The server can be reached.
    mutating func succeeded() {
        guard suspect != nil else { return self = Breaker() }
        state = .closed
    }

    /// The server could not be reached, or says that it is in trouble.
    ///
    /// - Parameters:
    ///   - isProbe: What ``begin()`` answered. Attempts that began before the breaker opened change nothing more.
    ///   - chance: From 0 to 1, so that not everybody comes back at the same time.
    mutating func failed(
        isProbe: Bool, at now: ContinuousClock.Instant, options: LDAPBreakerOptions, chance: Double
    ) {
        guard state == .closed || isProbe else { return }
        let delay = min(self.delay.map { $0 * 2 } ?? options.firstDelay, options.maximumDelay)
        self.delay = delay
        timeouts = [0, 0]
        state = .open(until: now + delay * (1 - min(1, max(0, options.jitter)) * chance))
    }

    /// The server took longer than an operation may take, which the operation may be to blame for.
    mutating func operationTimedOut(
        _ work: Work, at now: ContinuousClock.Instant, options: LDAPBreakerOptions, chance: Double
    ) {
        guard state == .closed else { return }
        timeouts[work.rawValue] += 1
        guard timeouts[work.rawValue] >= options.timeouts || suspect == work else { return }
        suspect = work
        failed(isProbe: false, at: now, options: options, chance: chance)
    }

    /// The server answered an operation.
    mutating func answered(_ work: Work) {
        timeouts[work.rawValue] = 0
        guard suspect == work else { return }
        suspect = nil
        if state == .closed { delay = nil }
    }

    /// An attempt ended for reasons of its own, and says nothing about the server.
    mutating func gaveUp(isProbe: Bool, at now: ContinuousClock.Instant) {
        if isProbe, state == .probing { state = .open(until: now) }
    }
}

/// When servers are left alone.
///
/// What counts as a failure: that a server cannot be reached, that TLS cannot be set up, no answer in time, and the
/// result codes busy and unavailable. A refused password never does.
public struct LDAPBreakerOptions: Sendable, Hashable {
    /// How many operations in a row have to run into their time limit.
    public var timeouts: Int
    /// For how long a server is left alone after the first failure; twice as long after each further one.
    public var firstDelay: Duration
    /// For how long a server is left alone at most. While no other server works, one attempt at a time is made anyway.
    public var maximumDelay: Duration
    /// The part of the delay, from 0 to 1, by which it is shortened at random.
    public var jitter: Double

    /// Creates options.
    ///
    /// - Parameters:
    ///   - timeouts: Operations in a row that have to run into their time limit.
    ///   - firstDelay: The delay after the first failure.
    ///   - maximumDelay: The longest delay.
    ///   - jitter: The part of the delay, from 0 to 1, that is left to chance.
    public init(
        timeouts: Int = 3, firstDelay: Duration = .seconds(5), maximumDelay: Duration = .seconds(30),
        jitter: Double = 0.2
    ) {
        self.timeouts = timeouts
        self.firstDelay = firstDelay
        self.maximumDelay = maximumDelay
        self.jitter = jitter
    }
}
