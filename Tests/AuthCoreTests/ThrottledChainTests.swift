import AuthCore
import Foundation
import Testing

/// Throttling in front of a chain.
struct ThrottledChainTests {
    private let store = InMemoryAccountStore()
    private let clock = SetClock()

    private func chain(_ backend: ScriptedBackend, recorder: ActivityRecorder? = nil) -> Authenticator {
        Authenticator(
            backends: [backend], store: store, throttle: Throttle(store: store, now: { [clock] in clock.now }),
            recorder: recorder, now: { [clock] in clock.now })
    }

    @Test func nobodyIsAskedAfterTooManyFailures() async throws {
        let corp = ScriptedBackend("corp", lookUp: { .known(0) }, verdict: { .rejected(.wrongPassword) })
        let recorder = ActivityRecorder(store: store)
        let chain = chain(corp, recorder: recorder)
        var refused: [AuthenticationReport] = []
        for number in 0..<100 {
            let context = AuthenticationContext(clientAddress: "192.0.2.\(number)")
            let report = await chain.authenticate(alicesPassword, context: context)
            if report.outcome == .denied(.throttled) { refused.append(report) }
        }
        #expect(corp.counts.lookups == 10 && corp.counts.passwords == 10)
        #expect(refused.count == 90)
        #expect(refused.allSatisfy { $0.retryAfter == .seconds(120) && $0.backend == nil && $0.answers.isEmpty })
        #expect(refused.last?.explanation?.contains("120 s") == true)
        // Ten that were made, and one line for all that were not.
        try await recorder.flush()
        let events = try await store.auditTrail(AuditQuery(event: "login.", isOldestFirst: true, limit: 1000))
        #expect(events.map(\.event.event) == Array(repeating: "login.rejected", count: 10) + ["login.denied"])
        #expect(events.last?.event.details == ["reason": "throttled", "address": "192.0.2.10"])

        clock.advance(by: 120)
        let report = await chain.authenticate(alicesPassword)
        #expect(report.outcome == .rejected(.wrongPassword) && report.retryAfter == nil)
    }

    @Test func theRightPasswordComesTooLateAfterTooManyWrongOnes() async {
        let wrong = ScriptedBackend("corp", lookUp: { .known(0) }, verdict: { .rejected(.wrongPassword) })
        let throttle = Throttle(store: store, now: { [clock] in clock.now })
        let right = ScriptedBackend(
            "corp", lookUp: { .known(0) }, verdict: { .authenticated(.external(person("alice"))) })
        for _ in 0..<10 {
            _ = await Authenticator(backends: [wrong], store: store, throttle: throttle).authenticate(alicesPassword)
        }
        let chain = Authenticator(backends: [right], store: store, throttle: throttle)
        #expect(await chain.authenticate(alicesPassword).outcome == .denied(.throttled))
        clock.advance(by: 120)
        #expect(await chain.authenticate(alicesPassword).outcome.user?.username == "alice")
    }

    @Test func anOutageOfHoursThrottlesNobody() async {
        let corp = ScriptedBackend("corp", lookUp: { throw serverDown })
        let chain = chain(corp)
        for _ in 0..<500 {
            let context = AuthenticationContext(clientAddress: "192.0.2.1")
            #expect(await chain.authenticate(alicesPassword, context: context).outcome == .unavailable(.serverDown))
        }
    }

    @Test func whatCannotBeAnybodysIsNoGuess() async {
        let corp = ScriptedBackend("corp")
        let chain = chain(corp)
        for _ in 0..<50 {
            let empty = PasswordCredentials(username: "alice", password: "")
            #expect(await chain.authenticate(empty).outcome == .rejected(.emptyPassword))
        }
        #expect(await chain.authenticate(alicesPassword).outcome == .notFound)
    }

    @Test func theBindTestIsNotThrottled() async {
        let corp = ScriptedBackend("corp", lookUp: { .known(0) }, verdict: { .rejected(.wrongPassword) })
        let chain = chain(corp)
        for _ in 0..<20 { _ = await chain.authenticate(alicesPassword) }
        #expect(await chain.examine(alicesPassword).outcome == .rejected(.wrongPassword))
    }
}
