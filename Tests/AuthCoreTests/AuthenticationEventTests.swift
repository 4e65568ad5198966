import AuthCore
import Dispatch
import Foundation
import Synchronization
import Testing

/// What applications hear of attempts.
@Suite struct AuthenticationEventTests {
    private final class Ear: Sendable {
        private let events = Mutex<[AuthenticationEvent]>([])
        var heard: [AuthenticationEvent] { events.withLock { $0 } }
        func hear(_ event: AuthenticationEvent) { events.withLock { $0.append(event) } }
    }

    private let store = InMemoryAccountStore()

    private func events(
        of backends: [ScriptedBackend], _ attempts: [PasswordCredentials]
    ) async -> [AuthenticationEvent] {
        let ear = Ear()
        let observer = AuthenticationObserver { ear.hear($0) }
        let chain = Authenticator(
            backends: backends, store: store, observer: observer, now: { Date(timeIntervalSince1970: 1000) })
        for credentials in attempts {
            _ = await chain.authenticate(
                credentials, context: AuthenticationContext(clientAddress: "192.0.2.7", requestID: "r1"))
            _ = await chain.examine(credentials)
        }
        await observer.drain()
        return ear.heard
    }

    private func corp(_ verdict: AuthenticationVerdict) -> ScriptedBackend {
        ScriptedBackend("corp", lookUp: { .known(0) }, verdict: { verdict })
    }

    @Test func aLoginIsOneEventWithWhatWasMirroredAndTheNextHasNothingToMirror() async throws {
        let backend = corp(.authenticated(.external(person("alice"))))
        let heard = await events(of: [backend], [alicesPassword, alicesPassword])
        try #require(heard.count == 2)
        let user = try #require(heard[0].outcome.user)
        #expect(heard[0].outcome == .authenticated(user, backend: "corp") && heard[1].outcome == heard[0].outcome)
        #expect(heard[0].changes.map(\.auditEvent) == ["user.create", "user.link"] && heard[1].changes.isEmpty)
        #expect(heard.allSatisfy { $0.name == "alice" && $0.clientAddress == "192.0.2.7" && $0.requestID == "r1" })
        #expect(heard.allSatisfy { $0.time == Date(timeIntervalSince1970: 1000) && $0.outages.isEmpty })
    }

    @Test(arguments: [
        (AuthenticationVerdict.rejected(.wrongPassword), AuthenticationOutcome.rejected(.wrongPassword)),
        (.denied(.inDeniedGroup), .denied(.inDeniedGroup)),
    ])
    func aFailureIsOneEventWithItsReason(_ verdict: AuthenticationVerdict, _ outcome: AuthenticationOutcome) async {
        let heard = await events(of: [corp(verdict)], [alicesPassword])
        #expect(heard.map(\.outcome) == [outcome] && heard.map(\.backend) == ["corp"])
    }

    @Test func anAttemptThatReachesNoBackendIsAnEventToo() async {
        let heard = await events(of: [], [PasswordCredentials(username: "alice", password: "")])
        #expect(heard.map(\.outcome) == [.rejected(.emptyPassword)])
    }

    @Test func aDirectoryThatIsAwayIsToldAlsoWhereAnotherLetsThePersonIn() async {
        let away = ScriptedBackend("away", lookUp: { throw serverDown })
        let heard = await events(
            of: [away, corp(.authenticated(.external(person("alice"))))], [alicesPassword])
        #expect(
            heard.map(\.outages) == [
                [
                    BackendOutage(
                        backend: "away", outage: AuthenticationOutage(.serverDown, "The server is down; start it."))
                ]
            ])
        #expect(heard.first?.outcome.user != nil)
        let down = await events(of: [away], [PasswordCredentials(username: "bob", password: "x")])
        #expect(down.map(\.outcome) == [.unavailable(.serverDown)] && down.first?.outages.count == 1)
    }

    @Test func noEventHoldsAPasswordOrWhatSessionsHangOn() async throws {
        let hook = MirrorHook { $0.profile["tier"] = "gold" }
        let alice = person("alice")
        let backend = ScriptedBackend(
            "corp", mirrorHook: hook, lookUp: { .known(0) }, verdict: { .authenticated(.external(alice)) })
        let heard = await events(
            of: [backend], [PasswordCredentials(username: "alice", password: "a-very-secret-word")])
        let event = try #require(heard.first)
        var text = ""
        dump(event, to: &text)
        #expect(!text.contains("a-very-secret-word"))
        let kept = event.changes.compactMap { change -> String? in
            if case .create(let account) = change { account.password.encoded } else { nil }
        }
        #expect(kept == ["!"])
    }

    @Test func anObserverThatHangsDelaysNobodyAndWhatIsTooMuchIsLost() async {
        let gate = DispatchSemaphore(value: 0)
        let ear = Ear()
        let observer = AuthenticationObserver(limit: 3) { event in
            gate.wait()
            ear.hear(event)
        }
        let chain = Authenticator(
            backends: [corp(.rejected(.wrongPassword))], store: store, observer: observer)
        for _ in 1...5 { #expect(await chain.authenticate(alicesPassword).outcome == .rejected(.wrongPassword)) }
        #expect(ear.heard.isEmpty && observer.lostCount == 2)
        for _ in 1...10 { gate.signal() }
        await observer.drain()
        #expect(ear.heard.count == 3)
        _ = await chain.authenticate(alicesPassword)
        await observer.drain()
        #expect(ear.heard.count == 4 && observer.lostCount == 2)
    }
}
