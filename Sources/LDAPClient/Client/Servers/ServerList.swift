/// Which server is tried next: a value, so that its rules can be tested without any server.
///
/// Servers stand in tiers, the preferred ones first. Within a tier the one that answered last comes first, then the
/// order in which they are listed. Those whose breaker is open are left out; where that leaves none, the one whose
/// time comes first is tried all the same, by one caller at a time.
struct ServerList {
    /// An attempt that has begun, and has to end with one of the methods below.
    struct Attempt: Hashable {
        var url: LDAPURL
        fileprivate(set) var isProbe: Bool
    }

    private struct Server {
        var url: LDAPURL
        var tier: Int
        var breaker = Breaker()
    }

    private var servers: [Server] = []
    private var lastGood: LDAPURL?
    private var awaitsAnswers = false
    private let options: LDAPBreakerOptions

    init(tiers: [[LDAPURL]], options: LDAPBreakerOptions) {
        self.options = options
        update(tiers: tiers)
    }

    var count: Int { servers.count }

    /// The states of all breakers.
    var states: [(url: LDAPURL, state: Breaker.State)] { servers.map { ($0.url, $0.breaker.state) } }

    /// Other servers, or the same in another order. What is known of those that stay is kept.
    mutating func update(tiers: [[LDAPURL]]) {
        let known = servers
        servers = []
        for (tier, urls) in tiers.enumerated() {
            for url in urls where !servers.contains(where: { $0.url == url }) {
                let breaker = known.first { $0.url == url }?.breaker ?? Breaker()
                servers.append(Server(url: url, tier: tier, breaker: breaker))
            }
        }
    }

    /// The tier of a server, 0 for the preferred ones; `nil` for one that is not listed any more.
    func tier(of url: LDAPURL) -> Int? {
        servers.first { $0.url == url }?.tier
    }

    /// Whether connections to a server are not worth keeping now that another one has given a connection: it is not
    /// listed any more, comes after that one, or is left alone.
    func isWorse(_ url: LDAPURL, than other: LDAPURL) -> Bool {
        guard let server = servers.first(where: { $0.url == url }) else { return true }
        guard url != other, let tier = tier(of: other) else { return false }
        return tier < server.tier || server.breaker.state != .closed
    }

    /// Whether a server's breaker is open, or somebody finds out whether it works.
    func isLeftAlone(_ url: LDAPURL) -> Bool {
        servers.contains { $0.url == url && $0.breaker.state != .closed }
    }

    /// Whether an attempt at another server would be let through.
    func hasOther(than url: LDAPURL, at now: ContinuousClock.Instant) -> Bool {
        servers.contains { $0.url != url && $0.breaker.allows(at: now) }
    }

    /// Begins an attempt with the best server that was not tried yet; `nil` if there is none.
    mutating func next(except tried: [LDAPURL], at now: ContinuousClock.Instant) -> Attempt? {
        let rest = servers.indices.filter { !tried.contains(servers[$0].url) }
        let allowed = rest.filter { servers[$0].breaker.allows(at: now) }
        let best = allowed.min { rank($0) < rank($1) }
        // An attempt that has begun goes on to no server that is left alone, as long as it had another to try.
        guard let index = best ?? (tried.isEmpty ? soonest() : nil) else { return nil }
        return Attempt(url: servers[index].url, isProbe: servers[index].breaker.begin())
    }

    private func rank(_ index: Int) -> (Int, Int, Int) {
        (servers[index].tier, servers[index].url == lastGood ? 0 : 1, index)
    }

    /// The server whose breaker lets the next attempt through first; none while one finds out.
    private func soonest() -> Int? {
        var best: (index: Int, time: ContinuousClock.Instant)?
        for index in servers.indices {
            switch servers[index].breaker.state {
            case .open(let until): if until < best?.time ?? until + .seconds(1) { best = (index, until) }
            case .probing: return nil
            case .closed: break
            }
        }
        return best?.index
    }

    /// The server gave a connection.
    mutating func succeeded(_ attempt: Attempt) {
        lastGood = attempt.url
        change(attempt.url) { $0.succeeded() }
    }

    /// The server did not give a connection.
    mutating func failed(_ attempt: Attempt, at now: ContinuousClock.Instant, chance: Double) {
        change(attempt.url) { [options] in
            $0.failed(isProbe: attempt.isProbe, at: now, options: options, chance: chance)
        }
    }

    /// The attempt ended without saying anything about the server.
    mutating func gaveUp(_ attempt: Attempt, at now: ContinuousClock.Instant) {
        change(attempt.url) { $0.gaveUp(isProbe: attempt.isProbe, at: now) }
    }

    /// The server answered an operation that it is busy or unavailable.
    mutating func isInTrouble(_ url: LDAPURL, at now: ContinuousClock.Instant, chance: Double) {
        change(url) { [options] in $0.failed(isProbe: false, at: now, options: options, chance: chance) }
    }

    /// The server did not answer an operation in time.
    mutating func operationTimedOut(
        _ url: LDAPURL, _ work: Breaker.Work, at now: ContinuousClock.Instant, chance: Double
    ) {
        awaitsAnswers = true
        change(url) { [options] in $0.operationTimedOut(work, at: now, options: options, chance: chance) }
    }

    /// The server answered an operation.
    mutating func answered(_ url: LDAPURL, _ work: Breaker.Work) {
        // Nearly always there is nothing to forget.
        guard awaitsAnswers else { return }
        awaitsAnswers = false
        for index in servers.indices where servers[index].url != url {
            awaitsAnswers = awaitsAnswers || servers[index].breaker.awaitsAnswer
        }
        change(url) { $0.answered(work) }
    }

    private mutating func change(_ url: LDAPURL, _ body: (inout Breaker) -> Void) {
        if let index = servers.firstIndex(where: { $0.url == url }) { body(&servers[index].breaker) }
    }
}
