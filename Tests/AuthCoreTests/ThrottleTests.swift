import Foundation
import Testing

@testable import AuthCore

/// How guessing is slowed down, and whom it does not hurt.
struct ThrottleTests {
    private let store = CountingThrottleStore()
    private let clock = SetClock()
    private let settings = ThrottleSettings(
        address: FailureBudget(failures: 30, refill: .seconds(5), parallel: 20),
        strangers: FailureBudget(failures: 10, refill: .seconds(120), parallel: 2),
        knownDevice: FailureBudget(failures: 20, refill: .seconds(30), parallel: 4))

    private let cookie = "4d1f7a0c52b84e0b9f2e"

    private func throttle(_ settings: ThrottleSettings? = nil) -> Throttle {
        Throttle(store: store, settings: settings ?? self.settings, now: { [clock] in clock.now })
    }

    /// Makes an attempt.
    /// - Returns: Whether it was let through.
    @discardableResult
    private func attempt(
        _ throttle: Throttle, _ name: String, from address: String? = nil, device: String? = nil,
        _ outcome: AuthenticationOutcome = .rejected(.wrongPassword)
    ) async -> Bool {
        let context = AuthenticationContext(clientAddress: address, deviceID: device)
        switch await throttle.admit(PasswordCredentials(username: name, password: "x"), context: context) {
        case .refused: return false
        case .admitted(let ticket):
            throttle.settle(ticket, outcome)
            return true
        }
    }

    private func refusal(_ throttle: Throttle, _ name: String, from address: String?) async -> ThrottleRefusal? {
        let context = AuthenticationContext(clientAddress: address)
        switch await throttle.admit(PasswordCredentials(username: name, password: "x"), context: context) {
        case .refused(let refusal): return refusal
        case .admitted(let ticket):
            throttle.settle(ticket, .unavailable(.serverDown))
            return nil
        }
    }

    /// How many attempts in a row are let through.
    private func guesses(
        _ throttle: Throttle, _ count: Int, name: (Int) -> String, address: (Int) -> String?
    ) async -> Int {
        var made = 0
        for number in 0..<count where await attempt(throttle, name(number), from: address(number)) { made += 1 }
        return made
    }

    private func success(_ name: String) -> AuthenticationOutcome {
        .authenticated(User(id: User.ID(1), username: name), backend: "corp")
    }

    // MARK: Guessing

    @Test func oneNameFromOneAddressIsGuessedAtTenTimes() async {
        let throttle = throttle()
        #expect(await guesses(throttle, 100, name: { _ in "ann" }, address: { _ in "192.0.2.1" }) == 10)
        clock.advance(by: 119)
        #expect(await !attempt(throttle, "ann", from: "192.0.2.1"))
        clock.advance(by: 1)
        #expect(await attempt(throttle, "ann", from: "192.0.2.1"))
        #expect(await !attempt(throttle, "ann", from: "192.0.2.1"))
    }

    @Test func oneNameFromManyAddressesIsGuessedAtAsOften() async {
        let throttle = throttle()
        #expect(await guesses(throttle, 100, name: { _ in "ann" }, address: { "192.0.2.\($0)" }) == 10)
        #expect(await !attempt(throttle, "ann", from: nil))
    }

    @Test func manyNamesFromOneAddressAreGuessedAtThirtyTimes() async {
        let throttle = throttle()
        #expect(await guesses(throttle, 200, name: { "user\($0)" }, address: { "2001:db8::\($0)" }) == 30)
        #expect(await attempt(throttle, "user500", from: "2001:db8:0:1::1"))
    }

    @Test func anotherSpellingIsTheSameName() async {
        let throttle = throttle()
        let spellings = ["ann", "ANN", "ａｎｎ", " ann ", "a\u{ad}nn"]
        #expect(await guesses(throttle, 100, name: { spellings[$0 % 5] }, address: { "192.0.2.\($0)" }) == 10)
        #expect(await attempt(throttle, "аnn"), "with a Cyrillic letter it is another")
    }

    @Test func attemptsAtOnceAreNoWayAround() async {
        let throttle = throttle()
        let credentials = PasswordCredentials(username: "ann", password: "x")
        var tickets: [ThrottleTicket] = []
        func storm() async {
            for number in 0..<200 {
                let context = AuthenticationContext(clientAddress: "192.0.2.\(number)")
                if case .admitted(let ticket) = await throttle.admit(credentials, context: context) {
                    tickets.append(ticket)
                }
            }
        }
        await storm()
        #expect(tickets.count == 10)
        for ticket in tickets { throttle.settle(ticket, .rejected(.wrongPassword)) }
        tickets = []
        await storm()
        #expect(tickets.count == 0)
        clock.advance(by: 120)
        await storm()
        #expect(tickets.count == 2)
    }

    @Test func aSuccessElsewhereGivesNothingBack() async {
        let throttle = throttle()
        #expect(await guesses(throttle, 25, name: { "user\($0)" }, address: { _ in "192.0.2.1" }) == 25)
        for _ in 0..<10 { await attempt(throttle, "eve", from: "192.0.2.1", success("eve")) }
        #expect(await guesses(throttle, 25, name: { "other\($0)" }, address: { _ in "192.0.2.1" }) == 5)
    }

    @Test func everyFailureCountsAndNoOutage() async {
        let failures: [AuthenticationOutcome] = [.notFound, .rejected(.wrongPassword), .denied(.accountLocked)]
        for (number, outcome) in failures.enumerated() {
            let throttle = throttle()
            for _ in 0..<10 { await attempt(throttle, "ann\(number)", outcome) }
            #expect(await !attempt(throttle, "ann\(number)", outcome))
        }
        let throttle = throttle()
        for reason in OutageReason.allCases {
            for _ in 0..<200 { #expect(await attempt(throttle, "bob", from: "192.0.2.9", .unavailable(reason))) }
        }
        #expect(throttle.budgetCount == 0)
    }

    // MARK: Those who are not hurt

    @Test func strangersDoNotLockTheOwnersDeviceOut() async throws {
        let throttle = throttle()
        await attempt(throttle, "ann", from: "198.51.100.1", success("ann"))
        try await throttle.flush()
        #expect(await guesses(throttle, 200, name: { _ in "ann" }, address: { "192.0.2.\($0)" }) == 10)
        #expect(await attempt(throttle, "ann", from: "198.51.100.1", success("ann")))
        // What the owner mistypes is counted too, apart.
        #expect(await guesses(throttle, 40, name: { _ in "ann" }, address: { _ in "198.51.100.1" }) == 20)
        #expect(await !attempt(throttle, "ann", from: "198.51.100.2"))
    }

    @Test func aDeviceThatPresentsItselfIsKnownAnywhereAndNotHeldToItsAddress() async throws {
        let throttle = throttle()
        await attempt(throttle, "ann", from: "198.51.100.1", device: cookie, success("ann"))
        #expect(await guesses(throttle, 100, name: { "user\($0)" }, address: { _ in "192.0.2.1" }) == 30)
        #expect(await guesses(throttle, 100, name: { _ in "ann" }, address: { "203.0.113.\($0)" }) == 10)
        #expect(await attempt(throttle, "ann", from: "192.0.2.1", device: cookie, success("ann")))
        #expect(await !attempt(throttle, "ann", from: "192.0.2.1", device: cookie + "x"))
        #expect(await !attempt(throttle, "bob", from: "192.0.2.1", device: cookie), "it is known of one person")
    }

    @Test func aDeviceBecomesKnownByASuccessOnly() async {
        let throttle = throttle()
        for outcome in [.rejected(.wrongPassword), .unavailable(.serverDown)] as [AuthenticationOutcome] {
            await attempt(throttle, "ann", device: cookie, outcome)
        }
        #expect(await guesses(throttle, 20, name: { _ in "ann" }, address: { _ in nil }) == 9)
        #expect(await !attempt(throttle, "ann", device: cookie))
    }

    @Test(arguments: ["", "a short text 4567890"]) func whatCouldBeGuessedIsNoDevice(_ text: String) async {
        let throttle = throttle()
        let device = String(text.dropLast())
        await attempt(throttle, "ann", device: device, success("ann"))
        #expect(await guesses(throttle, 20, name: { _ in "ann" }, address: { _ in nil }) == 10)
        #expect(await !attempt(throttle, "ann", device: device))
    }

    @Test func aDeviceIsForgottenAfterNinetyDays() async throws {
        let throttle = throttle()
        await attempt(throttle, "ann", device: cookie, success("ann"))
        try await throttle.flush()
        for day in [89.0, 1] {
            clock.advance(by: day * 86_400)
            _ = await guesses(throttle, 20, name: { _ in "ann" }, address: { _ in nil })
            #expect(await attempt(throttle, "ann", device: cookie, .unavailable(.timedOut)) == (day == 89))
        }
    }

    @Test func credentialsThatCannotBeGuessedAreNotCounted() async {
        struct ProxyHeaders: Credentials {
            let loginName: LoginName? = LoginName("ann")
            let canBeGuessed = false
        }
        let throttle = throttle()
        for _ in 0..<100 {
            guard case .admitted(let ticket) = await throttle.admit(ProxyHeaders(), context: AuthenticationContext())
            else { return #expect(Bool(false), "refused") }
            throttle.settle(ticket, .denied(.accountDisabled))
        }
        #expect(throttle.budgetCount == 0)
    }

    @Test func credentialsWithoutANameAreCountedByAddress() async {
        struct Token: Credentials { let loginName: LoginName? = nil }
        let throttle = throttle()
        var made = 0
        for _ in 0..<100 {
            let context = AuthenticationContext(clientAddress: "192.0.2.1")
            guard case .admitted(let ticket) = await throttle.admit(Token(), context: context) else { continue }
            throttle.settle(ticket, .rejected(.wrongPassword))
            made += 1
        }
        #expect(made == 30)
    }

    // MARK: Answers

    @Test func theAnswerSaysWhenToComeBack() async {
        let throttle = throttle()
        _ = await guesses(throttle, 10, name: { _ in "ann" }, address: { _ in "192.0.2.1" })
        #expect(
            await refusal(throttle, "ann", from: "192.0.2.1")
                == ThrottleRefusal(kind: .strangers, retryAfter: .seconds(120), isFirst: true))
        clock.advance(by: 20)
        #expect(
            await refusal(throttle, "ann", from: "192.0.2.1")
                == ThrottleRefusal(kind: .strangers, retryAfter: .seconds(100), isFirst: false))
        // Of two budgets that are used up the one that takes longer counts.
        _ = await guesses(throttle, 40, name: { "user\($0)" }, address: { _ in "192.0.2.1" })
        #expect(await refusal(throttle, "ann", from: "192.0.2.1")?.retryAfter == .seconds(100))
        #expect(await refusal(throttle, "bob", from: "192.0.2.1")?.kind == .address)
        clock.advance(by: 100)
        #expect(await refusal(throttle, "ann", from: "192.0.2.1") == nil)
    }

    @Test func aNameThatNobodyHasIsTreatedAsAnyOther() async {
        var costs: [[Int]] = []
        for outcome in [.notFound, .rejected(.wrongPassword)] as [AuthenticationOutcome] {
            let throttle = throttle()
            let before = store.counts
            var made = 0
            for number in 0..<50 where await attempt(throttle, "\(outcome)", from: "192.0.2.\(number)", outcome) {
                made += 1
            }
            costs.append([made, store.counts.lookups - before.lookups])
        }
        // One read for each attempt, also where it is refused.
        #expect(costs == [[10, 50], [10, 50]])
    }

    // MARK: Memory and the store

    @Test func failuresSurviveARestart() async throws {
        let first = throttle()
        _ = await guesses(first, 10, name: { _ in "ann" }, address: { "192.0.2.\($0)" })
        await attempt(first, "bob", from: "198.51.100.1", success("bob"))
        try await first.flush()
        clock.advance(by: 60)
        let second = throttle()
        #expect(await refusal(second, "ann", from: nil)?.retryAfter == .seconds(60))
        _ = await guesses(second, 20, name: { _ in "bob" }, address: { "192.0.2.\($0)" })
        #expect(await attempt(second, "bob", from: "198.51.100.1"))
    }

    @Test func twoProcessesAddUp() async throws {
        let (first, second) = (throttle(), throttle())
        for throttle in [first, second] {
            _ = await guesses(throttle, 5, name: { _ in "ann" }, address: { _ in nil })
        }
        for throttle in [first, second, first] {
            try await throttle.flush()
            if throttle === first { await attempt(first, "ann") }
        }
        try await first.flush()
        #expect(await !attempt(first, "ann"))
    }

    @Test func aStormIsWrittenInFewRowsAndNothingWhereThereIsNothing() async throws {
        let throttle = throttle()
        try await throttle.flush()
        #expect(store.counts.writes == 0)
        // From one address: thirty names, and the address.
        _ = await guesses(throttle, 5000, name: { "user\($0)" }, address: { _ in "192.0.2.1" })
        try await throttle.flush()
        try await throttle.flush()
        #expect(store.counts.writes == 1 && store.counts.rows == 31)
        // From many, so many at a time; those most used up first.
        for number in 0..<3000 { await attempt(throttle, "name\(number)") }
        for _ in 0..<5 { await attempt(throttle, "victim") }
        try await throttle.flush()
        #expect(store.counts.rows == 31 + Throttle.maximumRows)
        let first = try await store.throttleBudgets(notWholeAt: clock.now.microseconds, limit: 1)
        #expect(first.map(\.wholeAt) == [(clock.now + 600).microseconds])
        try await throttle.flush()
        #expect(store.counts.rows == 31 + 3001)
    }

    @Test func whatCannotBeWrittenWaitsAndStillCounts() async throws {
        let throttle = throttle()
        _ = await guesses(throttle, 10, name: { _ in "ann" }, address: { _ in nil })
        store.isDown = true
        await #expect(throws: AuthenticationOutage.self) { try await throttle.flush() }
        #expect(await !attempt(throttle, "ann"))
        store.isDown = false
        try await throttle.flush()
        #expect(await refusal(self.throttle(), "ann", from: nil)?.retryAfter == .seconds(120))
    }

    @Test func aStoreThatIsAwayAtTheStartIsAskedAgain() async throws {
        let first = throttle()
        _ = await guesses(first, 10, name: { _ in "ann" }, address: { _ in nil })
        try await first.flush()
        let second = throttle()
        store.isDown = true
        #expect(await attempt(second, "ann", .unavailable(.databaseUnavailable)))
        store.isDown = false
        #expect(await !attempt(second, "ann"))
    }

    @Test func aStormOfNamesNeitherFillsTheMemoryNorFreesTheVictim() async throws {
        var settings = settings
        settings.maximumBudgets = 500
        let throttle = throttle(settings)
        _ = await guesses(throttle, 10, name: { _ in "victim" }, address: { _ in nil })
        for number in 0..<5000 {
            await attempt(throttle, "name\(number)", from: "10.0.\(number / 200).\(number % 200)")
            if number % 1000 == 0 { try await throttle.flush() }
        }
        #expect(throttle.budgetCount <= 500)
        #expect(await !attempt(throttle, "victim"))
        try await throttle.flush()
        try await throttle.trim()
        #expect(try await store.throttleBudgets(notWholeAt: 0, limit: .max).count <= 500)
        #expect(await !attempt(self.throttle(settings), "victim"))
        clock.advance(by: 1500)
        try await throttle.trim()
        #expect(throttle.budgetCount == 0)
        #expect(try await store.throttleBudgets(notWholeAt: 0, limit: .max) == [])
    }

    @Test func theServiceWritesOnceMoreWhenItEnds() async {
        let throttle = throttle()
        await attempt(throttle, "ann")
        let service = Task { await throttle.run { _ in try await Task.sleep(for: .seconds(3600)) } }
        service.cancel()
        await service.value
        #expect(store.counts.rows == 1)
    }

    @Test func noNameOrAddressIsInWhatIsKept() async throws {
        let throttle = throttle()
        await attempt(throttle, "my password", from: "192.0.2.1", device: cookie)
        await attempt(throttle, "ann", from: "192.0.2.1", device: cookie, success("ann"))
        try await throttle.flush()
        let budgets = try await store.throttleBudgets(notWholeAt: 0, limit: 10)
        #expect(budgets.count == 2)
        #expect(Set(budgets.map(\.key.bytes.count)) == [16])
        var dumped = ""
        dump(budgets, to: &dumped)
        for text in ["password", "192.0.2.1", cookie] { #expect(!dumped.contains(text)) }
    }
}
