import AuthCore
import Dispatch
import Synchronization
import Testing

@testable import LocalBackend

// What is broken here makes a test wait for ever.
@Suite(.timeLimit(.minutes(5)))
struct HashingThreadsTests {
    /// Work that goes on until the gate opens, and notes how much of it goes on at once.
    private final class Gate: Sendable {
        private let semaphore = DispatchSemaphore(value: 0)
        private let state = Mutex((now: 0, most: 0, order: [String]()))
        var most: Int { state.withLock(\.most) }
        var order: [String] { state.withLock(\.order) }
        var entered: Int { state.withLock(\.order.count) }

        func pass(_ name: String) {
            state.withLock {
                $0.now += 1
                $0.most = max($0.most, $0.now)
                $0.order.append(name)
            }
            semaphore.wait()
            state.withLock { $0.now -= 1 }
        }

        func open(for count: Int) {
            for _ in 0..<count { semaphore.signal() }
        }
    }

    private let gate = Gate()

    private func until(_ condition: () -> Bool) async throws {
        while !condition() {
            try Task.checkCancellation()
            await Task.yield()
        }
    }

    @Test func aStormOfLoginsIsBoundedAndTheRestIsToldAtOnce() async throws {
        let threads = HashingThreads(count: 2, maximumWaiting: 3)
        let (done, refused) = try await withThrowingTaskGroup(of: Bool.self) { group in
            for _ in 0..<50 {
                group.addTask { [gate] in
                    do {
                        try await threads.run { gate.pass("password") }
                        return true
                    } catch let outage as AuthenticationOutage {
                        #expect(outage.reason == .timedOut)
                        return false
                    }
                }
            }
            // Those that are refused are told while nothing else has ended.
            for _ in 0..<45 { #expect(try await group.next() == false) }
            #expect(threads.load == 5)
            gate.open(for: 50)
            var answers: [Bool] = []
            for try await answer in group { answers.append(answer) }
            return (answers.count { $0 }, answers.count { !$0 })
        }
        #expect(done == 5)
        #expect(refused == 0)
        #expect(gate.most <= 2)
        #expect(gate.entered == 5)
        // What has ended leaves its place.
        try await until { threads.load == 0 }
        try await threads.run {}
    }

    @Test func passwordsGoBeforeDecoysWhichTakeNoPlacesFromThemAndAreNeverLeftOut() async throws {
        let threads = HashingThreads(count: 1, maximumWaiting: 1)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { [gate] in try await threads.run { gate.pass("first") } }
            try await until { gate.entered == 1 }
            group.addTask { [gate] in try await threads.run(yielding: true) { gate.pass("decoy") } }
            try await until { threads.load == 2 }
            group.addTask { [gate] in try await threads.run { gate.pass("second") } }
            try await until { threads.load == 3 }
            await #expect(throws: AuthenticationOutage.self) { try await threads.run {} }
            // No decoy is left out: its short time would tell.
            for count in 4...20 {
                group.addTask { [gate] in try await threads.run(yielding: true) { gate.pass("decoy") } }
                try await until { threads.load == count }
            }
            gate.open(for: 20)
            try await group.waitForAll()
        }
        #expect(gate.order.prefix(2) == ["first", "second"])
        #expect(gate.order.count == 20)
    }

    @Test func whoGivesUpLeavesTheirPlaceAndIsNotHashedFor() async throws {
        let threads = HashingThreads(count: 1, maximumWaiting: 1)
        let first = Task { [gate] in try await threads.run { gate.pass("first") } }
        try await until { gate.entered == 1 }
        let second = Task { [gate] in try await threads.run { gate.pass("second") } }
        try await until { threads.load == 2 }
        second.cancel()
        await #expect(throws: CancellationError.self) { try await second.value }
        #expect(threads.load == 1)
        let third = Task { [gate] in try await threads.run { gate.pass("third") } }
        try await until { threads.load == 2 }
        gate.open(for: 3)
        try await first.value
        try await third.value
        #expect(gate.order == ["first", "third"])
    }

    @Test func anOverloadIsAnOutageForKnownAndUnknownNamesAlike() async throws {
        let threads = HashingThreads(count: 1, maximumWaiting: 0)
        let hashing = PasswordHashing(preferred: PBKDF2SHA256Hasher(iterations: 1), threads: threads)
        let store = InMemoryAccountStore()
        let new = NewAccount(username: "ann", password: try hashing.preferred.encode(Secret("right")))
        try await store.apply([AccountPlan(subject: .none, changes: [.create(new)])], cause: .administrator("root"))
        let backend = LocalBackend(store: store, hashing: hashing)
        let busy = Task { [gate] in try await threads.run { gate.pass("first") } }
        try await until { gate.entered == 1 }
        for name in ["ann", "nobody"] {
            let request = AuthenticationRequest(credentials: PasswordCredentials(username: name, password: "right"))
            let outage = await #expect(throws: AuthenticationOutage.self) { try await backend.authenticate(request) }
            #expect(outage?.reason == .timedOut)
        }
        gate.open(for: 1)
        try await busy.value
    }
}
