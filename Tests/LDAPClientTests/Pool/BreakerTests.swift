import Testing

@testable import LDAPClient

@Suite struct BreakerTests {
    private let start = ContinuousClock.now
    private let a: LDAPURL
    private let b: LDAPURL
    private let c: LDAPURL

    /// The list in a box: the macros of the tests cannot call what changes a value.
    private final class Servers {
        private var list: ServerList

        init(tiers: [[LDAPURL]], options: LDAPBreakerOptions) {
            list = ServerList(tiers: tiers, options: options)
        }

        func next(except tried: [LDAPURL], at now: ContinuousClock.Instant) -> ServerList.Attempt? {
            list.next(except: tried, at: now)
        }

        func succeeded(_ attempt: ServerList.Attempt) { list.succeeded(attempt) }
        func failed(_ attempt: ServerList.Attempt, at now: ContinuousClock.Instant) {
            list.failed(attempt, at: now, chance: 0)
        }
        func update(tiers: [[LDAPURL]]) { list.update(tiers: tiers) }
        func tier(of url: LDAPURL) -> Int? { list.tier(of: url) }
    }

    init() throws {
        a = try LDAPURL("ldap://a.example")
        b = try LDAPURL("ldap://b.example")
        c = try LDAPURL("ldap://c.example")
    }

    private func after(_ seconds: Int) -> ContinuousClock.Instant { start + .seconds(seconds) }

    @Test func delaysDoubleUpToTheLimitAndEndWithSuccess() {
        var breaker = Breaker()
        let options = LDAPBreakerOptions(firstDelay: .seconds(5), maximumDelay: .seconds(30), jitter: 0)
        var now = start
        for delay in [5, 10, 20, 30, 30] {
            let isProbe = breaker.begin()
            breaker.failed(isProbe: isProbe, at: now, options: options, chance: 1)
            #expect(!breaker.allows(at: now + .seconds(delay) - .milliseconds(1)))
            now += .seconds(delay)
            #expect(breaker.allows(at: now))
        }
        let isProbe = breaker.begin()
        #expect(isProbe)
        #expect(!breaker.allows(at: now + .seconds(1000)))
        breaker.succeeded()
        #expect(breaker.state == .closed)
    }

    @Test func chanceShortensTheDelay() {
        var breaker = Breaker()
        breaker.failed(isProbe: false, at: start, options: LDAPBreakerOptions(jitter: 0.2), chance: 1)
        #expect(breaker.state == .open(until: after(4)))
    }

    @Test func attemptsThatFailTogetherCountOnce() {
        var breaker = Breaker()
        let options = LDAPBreakerOptions(jitter: 0)
        for _ in 0..<50 { breaker.failed(isProbe: false, at: start, options: options, chance: 0) }
        #expect(breaker.state == .open(until: after(5)))
    }

    @Test func onlyTimeoutsInARowOpenIt() {
        var breaker = Breaker()
        let options = LDAPBreakerOptions()
        for _ in 0..<2 { breaker.operationTimedOut(.search, at: start, options: options, chance: 0) }
        breaker.answered(.search)
        for _ in 0..<2 { breaker.operationTimedOut(.search, at: start, options: options, chance: 0) }
        #expect(breaker.state == .closed)
        breaker.operationTimedOut(.search, at: start, options: options, chance: 0)
        #expect(breaker.state != .closed)
    }

    @Test func answersToSearchesSayNothingAboutBinds() {
        var breaker = Breaker()
        let options = LDAPBreakerOptions(jitter: 0)
        for _ in 0..<3 {
            breaker.answered(.search)
            breaker.operationTimedOut(.bind, at: start, options: options, chance: 0)
        }
        #expect(breaker.state == .open(until: after(5)))
        // It can be reached, and answers searches: one more timeout of a bind is enough, and counts as the second.
        _ = breaker.begin()
        breaker.succeeded()
        breaker.answered(.search)
        #expect(breaker.state == .closed)
        #expect(breaker.awaitsAnswer)
        breaker.operationTimedOut(.bind, at: after(5), options: options, chance: 0)
        #expect(breaker.state == .open(until: after(15)))
        _ = breaker.begin()
        breaker.succeeded()
        breaker.answered(.bind)
        #expect(!breaker.awaitsAnswer)
        breaker.operationTimedOut(.bind, at: after(15), options: options, chance: 0)
        #expect(breaker.state == .closed)
    }

    @Test func probeThatIsCancelledLetsTheNextOneThrough() {
        var breaker = Breaker()
        breaker.failed(isProbe: false, at: start, options: LDAPBreakerOptions(jitter: 0), chance: 0)
        let isProbe = breaker.begin()
        #expect(isProbe)
        breaker.gaveUp(isProbe: isProbe, at: after(7))
        #expect(breaker.allows(at: after(7)))
    }

    @Test func preferredServersComeFirstThenTheOneThatAnsweredLast() throws {
        let list = Servers(tiers: [[a, b], [c]], options: LDAPBreakerOptions(jitter: 0))
        #expect(list.next(except: [], at: start)?.url == a)
        #expect(list.next(except: [a], at: start)?.url == b)
        #expect(list.next(except: [a, b], at: start)?.url == c)
        #expect(list.next(except: [a, b, c], at: start) == nil)
        list.succeeded(try #require(list.next(except: [a], at: start)))
        #expect(list.next(except: [], at: start)?.url == b)
        list.succeeded(try #require(list.next(except: [a, b], at: start)))
        #expect(list.next(except: [], at: start)?.url == a)
    }

    @Test func recoveredPreferredServerIsFoundAgain() throws {
        let list = Servers(tiers: [[a], [c]], options: LDAPBreakerOptions(jitter: 0))
        list.failed(try #require(list.next(except: [], at: start)), at: start)
        list.succeeded(try #require(list.next(except: [a], at: start)))
        #expect(list.next(except: [], at: after(4))?.url == c)
        let probe = try #require(list.next(except: [], at: after(5)))
        #expect(probe.url == a)
        // While one finds out, the others go on with the backup.
        #expect(list.next(except: [], at: after(6))?.url == c)
        list.succeeded(probe)
        #expect(list.next(except: [], at: after(6))?.url == a)
    }

    @Test func whereNoServerWorksOneCallerAtATimeTriesAllTheSame() throws {
        let list = Servers(tiers: [[a], [c]], options: LDAPBreakerOptions(jitter: 0))
        list.failed(try #require(list.next(except: [], at: start)), at: start)
        list.failed(try #require(list.next(except: [a], at: after(1))), at: after(1))
        let probe = try #require(list.next(except: [], at: after(2)))
        #expect(probe.url == a)
        #expect(list.next(except: [], at: after(2)) == nil)
        list.failed(probe, at: after(2))
        // Its next time is later now, so it is the other one's turn.
        #expect(list.next(except: [], at: after(3))?.url == c)
    }

    @Test func serversThatStayKeepWhatIsKnownOfThem() throws {
        let list = Servers(tiers: [[a, b]], options: LDAPBreakerOptions(jitter: 0))
        list.failed(try #require(list.next(except: [], at: start)), at: start)
        list.update(tiers: [[a], [c]])
        #expect(list.next(except: [], at: start)?.url == c)
        #expect(list.tier(of: b) == nil)
        #expect(list.tier(of: c) == 1)
    }
}
