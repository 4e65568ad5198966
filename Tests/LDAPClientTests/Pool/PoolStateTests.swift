import Testing

@testable import LDAPClient

@Suite struct PoolStateTests {
    private static func limits(_ connections: Int = 2, leases: Int = 1, waiting: Int = 100) -> PoolState.Limits {
        PoolState.Limits(
            connections: connections, leasesPerConnection: leases, waiting: waiting, idle: .seconds(300),
            checkAfter: .seconds(30), lease: .seconds(60))
    }

    @Test(arguments: [(1, 1), (3, 1), (8, 1), (1, 4), (4, 3)])
    func promisesHoldInAnyHistory(_ connections: Int, _ leases: Int) {
        for seed in 0..<60 {
            var random = Splitmix(seed: UInt64(seed * 1000 + connections * 10 + leases))
            var history = PoolHistory(Self.limits(connections, leases: leases, waiting: 12))
            for _ in 0..<400 { step(&history, &random) }
            // Whoever still waits is served or refused once the others have done what they do.
            while !history.connecting.isEmpty || !history.checking.isEmpty || !history.using.isEmpty {
                if !history.connecting.isEmpty { history.connected(0) }
                if !history.checking.isEmpty { history.checked(0) }
                if !history.using.isEmpty { history.give(back: 0) }
            }
            #expect(history.waiting.isEmpty)
            history.shutDown()
            #expect(history.open.isEmpty)
            #expect(history.violations == [], "seed \(seed)")
            #expect(history.granted > 20)
        }
    }

    private func step(_ history: inout PoolHistory, _ random: inout Splitmix) {
        func any(_ count: Int) -> Int? { count == 0 ? nil : Int.random(in: 0..<count, using: &random) }
        switch Int.random(in: 0..<21, using: &random) {
        case 0...5: history.ask(fresh: Bool.random(using: &random))
        case 6...8:
            if let index = any(history.connecting.count) {
                history.connected(index, lifetime: .seconds(Int.random(in: 0...900, using: &random)))
            }
        case 9: if let index = any(history.connecting.count) { history.failedToConnect(index) }
        case 10: if let index = any(history.connecting.count) { history.abandonedConnecting(index) }
        case 11: if let index = any(history.checking.count) { history.checked(index) }
        case 12: if let index = any(history.checking.count) { history.checkFailed(index) }
        case 13...15: if let index = any(history.using.count) { history.give(back: index) }
        case 16: if let index = any(history.using.count) { history.give(back: index, isUsable: false) }
        case 17:
            let open = history.open.sorted { $0.serial < $1.serial }
            if let index = any(open.count) { history.breaks(open[index]) }
        case 18: if let index = any(history.waiting.count) { history.giveUpWaiting(index) }
        case 19: history.passesUnnoticed(.milliseconds(Int.random(in: 0...2_000, using: &random)))
        default: history.passes(.milliseconds(Int.random(in: 0...60_000, using: &random)))
        }
    }

    @Test func theOneUsedLastIsUsedNextSoThatTheOthersCanEnd() {
        var history = PoolHistory(Self.limits())
        for _ in 0..<2 { history.ask() }
        for _ in 0..<2 { history.connected(0) }
        let second = history.using[1].connection
        history.give(back: 0)
        history.give(back: 0)
        history.ask()
        #expect(history.using.map(\.connection) == [second])
        history.passes(.seconds(301))
        #expect(history.open == [second])
        #expect(history.violations == [])
    }

    @Test func oldConnectionsEndBetweenUsesAndNeverDuringOne() {
        var history = PoolHistory(Self.limits())
        history.ask()
        history.connected(0, lifetime: .seconds(10))
        history.passes(.seconds(20))
        #expect(history.open.count == 1)
        history.give(back: 0)
        #expect(history.open.isEmpty)
    }

    @Test func longIdleConnectionsAreCheckedBeforeTheNextUse() {
        var history = PoolHistory(Self.limits(leases: 4))
        history.ask()
        history.connected(0)
        history.give(back: 0)
        history.passes(.seconds(31))
        history.ask()
        #expect(history.checking.count == 1)
        // Nobody else gets it until it is known to work.
        history.ask()
        #expect(history.connecting.count == 1)
        history.ask()
        #expect(history.waiting.count == 1)
        history.checked(0)
        #expect(history.waiting.isEmpty)
        #expect(history.violations == [])
    }

    @Test func failureIsHeardByAllWhoHaveNothingElseToWaitFor() {
        var history = PoolHistory(Self.limits())
        for _ in 0..<5 { history.ask() }
        #expect(history.waiting.count == 3)
        history.failedToConnect(0)
        // One attempt is still under way, so its maker waits as well.
        #expect(history.waiting.count == 4)
        history.failedToConnect(0)
        #expect(history.refused == 5)
        #expect(history.waiting.isEmpty)
    }

    @Test func afterAFailureNobodyTriesAgainAtOnceWhileOthersServe() {
        var history = PoolHistory(Self.limits())
        for _ in 0..<2 { history.ask() }
        history.connected(0)
        history.failedToConnect(0)
        history.ask()
        #expect(history.waiting.count == 2)
        #expect(history.connecting.isEmpty)
        history.passes(.seconds(1))
        #expect(history.connecting.count == 1)
        #expect(history.waiting.count == 1)
    }

    @Test func cancelledAttemptPassesOnToTheNextInLine() {
        var history = PoolHistory(Self.limits(1))
        for _ in 0..<2 { history.ask() }
        history.abandonedConnecting(0)
        #expect(history.connecting.count == 1)
        #expect(history.refused == 0)
    }

    @Test func noMoreThanTheLimitMayWait() {
        var history = PoolHistory(Self.limits(1, waiting: 1))
        for _ in 0..<3 { history.ask() }
        #expect(history.connecting.count == 1)
        #expect(history.waiting.count == 1)
        #expect(history.violations == [])
    }

    @Test func forgottenLeaseIsReportedOnce() {
        var history = PoolHistory(Self.limits())
        history.ask()
        history.connected(0)
        history.passes(.seconds(59))
        #expect(history.leaks.isEmpty)
        history.passes(.seconds(1))
        history.passes(.seconds(100))
        #expect(history.leaks == history.using)
    }

    @Test func aConnectionThatIsBeingMadeIsNotLentYet() {
        var history = PoolHistory(Self.limits())
        history.ask()
        history.passes(.seconds(100))
        history.connected(0)
        history.passes(.seconds(59))
        #expect(history.leaks.isEmpty)
        history.passes(.seconds(1))
        #expect(history.leaks == history.using)
    }

    @Test func chanceMakesConnectionsEndApartAndBackupsSooner() {
        let options = LDAPPoolOptions()
        #expect(options.lifetime(isBackup: false, chance: 0) == .seconds(900))
        #expect(options.lifetime(isBackup: false, chance: 1) == .seconds(810))
        #expect(options.lifetime(isBackup: true, chance: 0) == .seconds(60))
    }
}
