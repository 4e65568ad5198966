import AuthCore
import Foundation
import Testing

/// What ends a session and what does not. What random histories come to is in `SessionConformance`.
struct SessionTests {
    private let store = CountingSessionStore()
    private let clock = SetClock()
    private let local = ScriptedBackend("local", ownsLocalAccounts: true)

    private func sessions(
        _ backends: [any AuthenticationBackend]? = nil, keys: [String] = ["k"],
        settings: SessionSettings = SessionSettings(), recorder: ActivityRecorder? = nil
    ) throws -> Sessions {
        let secrets = keys.map { Secret(String(repeating: $0, count: 40)) }
        return Sessions(
            store: store, backends: backends ?? [local],
            keys: try SecretKeys(secrets[0], fallbacks: Array(secrets.dropFirst())), settings: settings,
            recorder: recorder, now: { [clock] in clock.now })
    }

    private func create(_ username: String) async throws -> User.ID {
        let new = NewAccount(username: username, password: EncodedPassword(encoded: "md5$a$b"))
        let applied = try await store.accounts.apply(
            [AccountPlan(subject: .none, changes: [.create(new)])], cause: .administrator("root"))
        return try #require(applied.first?.user).id
    }

    private func change(_ user: User.ID, _ changes: AccountChange...) async throws {
        try await store.accounts.apply(
            [AccountPlan(subject: .account(user), changes: changes)], cause: .administrator("root"))
    }

    private func open(
        _ sessions: Sessions, _ user: User.ID, replacing replaced: SessionToken? = nil, backend: String = "local"
    ) async throws -> SessionToken {
        let context = AuthenticationContext(clientAddress: "192.0.2.1", userAgent: "Browser")
        let opened = try await sessions.open(for: user, backend: backend, context: context, replacing: replaced)
        return try #require(opened).token
    }

    private func end(_ check: SessionCheck) -> SessionEnd? {
        if case .over(let end) = check { end } else { nil }
    }

    // MARK: Logging in and out

    @Test func whomTheChainLetInHasASessionAndNobodyElse() async throws {
        let sessions = try sessions()
        let id = try await create("alice")
        let local = ScriptedBackend("local", ownsLocalAccounts: true, verdict: { .authenticated(.local(id)) })
        let report = await Authenticator(backends: [local], store: store.accounts).authenticate(alicesPassword)
        let opened = try await sessions.open(for: report, context: AuthenticationContext(), replacing: nil)
        let token = try #require(opened).token
        #expect(try await sessions.check(token.text).user?.username == "alice")
        let outcomes: [AuthenticationOutcome] = [
            .notFound, .rejected(.wrongPassword), .denied(.throttled), .unavailable(.serverDown),
        ]
        for outcome in outcomes {
            let report = AuthenticationReport(outcome: outcome)
            #expect(try await sessions.open(for: report, context: AuthenticationContext(), replacing: token) == nil)
        }
        #expect(try await sessions.check(token).user != nil)
    }

    @Test func aTokenThatWasPlantedIsWorthNothingAfterTheLogin() async throws {
        let sessions = try sessions()
        let (ann, eve) = (try await create("ann"), try await create("eve"))
        let planted = try await open(sessions, eve)
        let mine = try await open(sessions, ann, replacing: planted)
        #expect(mine.text != planted.text)
        #expect(end(try await sessions.check(planted)) == .unknown)
        // One that was never given out is not taken over either.
        let invented = SessionToken()
        let second = try await open(sessions, ann, replacing: invented)
        #expect(second.text != invented.text)
        #expect(end(try await sessions.check(invented)) == .unknown)
    }

    @Test func aCopyOfTheCookieIsWorthNothingAfterSigningOut() async throws {
        let sessions = try sessions()
        let copy = try await open(sessions, try await create("ann"))
        #expect(try await sessions.end(copy))
        #expect(end(try await sessions.check(copy.text)) == .unknown)
        #expect(try await !sessions.end(copy))
    }

    @Test(arguments: [nil, "", "nonsense", String(repeating: "A", count: 43) + "'; --"])
    func whatIsNoTokenAsksNobody(_ cookie: String?) async throws {
        #expect(end(try await sessions().check(cookie)) == .malformed)
        #expect(store.counts == CountingSessionStore.Counts())
    }

    @Test func rotatingKeepsTheSessionAndItsEnd() async throws {
        let sessions = try sessions(settings: SessionSettings(lifetime: .seconds(1000), idle: .seconds(900)))
        let token = try await open(sessions, try await create("ann"))
        clock.advance(by: 500)
        let new = try #require(await sessions.rotate(token))
        #expect(end(try await sessions.check(token)) == .unknown)
        #expect(try await sessions.rotate(token) == nil)
        clock.advance(by: 499)
        #expect(try await sessions.check(new).user != nil)
        clock.advance(by: 1)
        #expect(end(try await sessions.check(new)) == .expired)
    }

    // MARK: What ends sessions

    @Test func anotherPasswordEndsThemAndTheOwnBrowserGetsAnother() async throws {
        let sessions = try sessions()
        let ann = try await create("ann")
        let (mine, stolen) = (try await open(sessions, ann), try await open(sessions, ann))
        try await change(ann, .setPassword(EncodedPassword(encoded: "md5$c$d")))
        let new = try await open(sessions, ann, replacing: mine)
        #expect(end(try await sessions.check(mine)) == .unknown)
        #expect(end(try await sessions.check(stolen)) == .unknown)
        #expect(try await sessions.check(new).user?.id == ann)
    }

    @Test(arguments: [true, false]) func aPasswordThatIsChangedDuringTheLoginOpensNoSession(_ isChanged: Bool)
        async throws
    {
        let accounts = store.accounts
        func chain(_ verdict: @escaping @Sendable () async throws -> AuthenticationVerdict) -> Authenticator {
            Authenticator(
                backends: [ScriptedBackend("corp", lookUp: { .known(0) }, verdict: verdict)], store: accounts)
        }
        let alice = AuthenticationVerdict.authenticated(.external(person("alice")))
        let id = try #require(await chain { alice }.authenticate(alicesPassword).outcome.user).id
        // The directory took the old password, and the change was made before it answered.
        let report = await chain {
            if isChanged {
                let plan = AccountPlan(subject: .account(id), changes: [.setPassword(.unusable())])
                try await accounts.apply([plan], cause: .administrator("root"))
            }
            return alice
        }.authenticate(alicesPassword)
        #expect(report.outcome.user?.id == id)
        let sessions = try sessions([ScriptedBackend("corp")])
        let opened = try await sessions.open(for: report, context: AuthenticationContext(), replacing: nil)
        #expect((opened == nil) == isChanged)
        #expect(try await sessions.list(of: id).count == (isChanged ? 0 : 1))
    }

    @Test func aBackendThatLeavesTheChainTakesItsSessionsAlong() async throws {
        let corp = ScriptedBackend("corp")
        let ann = try await create("ann")
        try await change(ann, .setPassword(.unusable()), .link(ExternalLink(source: "corp", id: "1")))
        let token = try await open(try sessions([corp, local]), ann, backend: "corp")
        #expect(try await sessions([local, corp]).check(token).user != nil)
        #expect(end(try await sessions([local]).check(token)) == .backendRemoved)
        // Nor do they come back with it.
        #expect(end(try await sessions([corp, local]).check(token)) == .unknown)
    }

    @Test func anAccountThatGetsAnotherOwnerLeavesItsSessionsBehind() async throws {
        let corp = ScriptedBackend("corp")
        let sessions = try sessions([corp, local])
        let ann = try await create("ann")
        let token = try await open(sessions, ann)
        try await change(ann, .link(ExternalLink(source: "corp", id: "1")))
        #expect(end(try await sessions.check(token)) == .backendRefused)
    }

    @Test func aBackendThatCannotSayEndsNothing() async throws {
        let away = AwayBackend()
        let ann = try await create("ann")
        let token = try await open(try sessions([away]), ann, backend: "away")
        await #expect(throws: AuthenticationOutage.self) { try await sessions([away]).check(token) }
        #expect(end(try await sessions([ScriptedBackend("away", ownsLocalAccounts: true)]).check(token)) == nil)
    }

    private struct AwayBackend: AuthenticationBackend {
        let name = "away"
        func authenticate(_ request: AuthenticationRequest) async throws -> AuthenticationVerdict { .notFound }
        func keeps(_ session: Session, of account: AccountRecord) async throws -> Bool { throw serverDown }
    }

    @Test func aDatabaseThatIsAwayEndsNothing() async throws {
        let sessions = try sessions()
        let token = try await open(sessions, try await create("ann"))
        store.isDown = true
        await #expect(throws: AuthenticationOutage.self) { try await sessions.check(token) }
        store.isDown = false
        #expect(try await sessions.check(token).user != nil)
    }

    @Test func aFormerKeyIsUnderstoodForAsLongAsItIsKept() async throws {
        let ann = try await create("ann")
        let (used, unused) = (try await open(try sessions(), ann), try await open(try sessions(), ann))
        #expect(try await sessions(keys: ["n", "k"]).check(used).user != nil)
        // What was used meanwhile is bound with the new key, and needs the former one no more.
        #expect(try await sessions(keys: ["n"]).check(used).user != nil)
        #expect(end(try await sessions(keys: ["n"]).check(unused)) == .passwordChanged)
    }

    @Test func aShorterLifetimeCountsForOpenSessions() async throws {
        let token = try await open(try sessions(), try await create("ann"))
        clock.advance(by: 600)
        let shorter = try sessions(settings: SessionSettings(lifetime: .seconds(600)))
        #expect(end(try await shorter.check(token)) == .expired)
    }

    @Test func aLongerLifetimeCountsForNewSessionsOnly() async throws {
        let former = SessionSettings(lifetime: .seconds(600))
        let token = try await open(try sessions(settings: former), try await create("ann"))
        clock.advance(by: 600)
        #expect(end(try await sessions().check(token)) == .expired)
    }

    @Test func idleIsAtLeastTwoMinutesSoThatUseIsSeen() async throws {
        let settings = SessionSettings(idle: .seconds(1), maximumPerUser: 0)
        #expect(settings.idle == .seconds(120))
        #expect(settings.maximumPerUser == 1)
        let sessions = try sessions(settings: settings)
        let token = try await open(sessions, try await create("ann"))
        for _ in 0..<20 {
            clock.advance(by: 59)
            #expect(try await sessions.check(token).user != nil)
        }
        clock.advance(by: 120)
        #expect(end(try await sessions.check(token)) == .idle)
    }

    // MARK: Lists

    @Test func theListShowsWhatIsOpenAndNoSecret() async throws {
        let recorder = ActivityRecorder(store: store.accounts)
        let sessions = try sessions(recorder: recorder)
        let (ann, eve) = (try await create("ann"), try await create("eve"))
        let context = AuthenticationContext(
            clientAddress: "192.0.2.1", userAgent: "Bro\u{1b}[31mwser\r\n\u{202e}" + String(repeating: "x", count: 1000)
        )
        let opened = try #require(
            try await sessions.open(for: ann, backend: "local", context: context, replacing: nil))
        let lost = try await open(sessions, ann)
        clock.advance(by: 100)
        _ = try await sessions.check(opened.token)
        let list = try await sessions.list(of: ann)
        #expect(list.map(\.id) == [opened.session.id, Session.ID(opened.session.id.rawValue + 1)])
        #expect(list.first?.userAgent?.hasPrefix("Bro[31mwserxxx") == true)
        #expect(list.first?.userAgent?.unicodeScalars.count == NewSession.maximumUserAgentLength)
        var dumped = ""
        dump(list, to: &dumped)
        #expect(!dumped.contains(opened.token.text) && !dumped.contains("md5$"))

        #expect(try await !sessions.end(list[1].id, of: eve, cause: .administrator("root")))
        #expect(try await sessions.end(list[1].id, of: ann, cause: .administrator("root")))
        #expect(end(try await sessions.check(lost)) == .unknown)
        _ = try await open(sessions, ann)
        #expect(try await sessions.endAll(of: ann, except: opened.token, cause: .administrator("root")) == 1)
        #expect(try await sessions.list(of: ann).map(\.id) == [opened.session.id])
        #expect(try await sessions.endAll(of: eve, cause: .administrator("root")) == 0)
        try await recorder.flush()
        let events = try await store.accounts.auditTrail(AuditQuery(event: "session.", isOldestFirst: true))
        #expect(events.map(\.event.details) == [["sessions": "1"], ["sessions": "1"]])
        #expect(events.allSatisfy { $0.event.userID == ann && $0.event.cause == .administrator("root") })
        clock.advance(by: 3600)
        #expect(try await sessions.list(of: ann) == [])
    }

    // MARK: Cost

    @Test func aCheckIsOneReadAndUseIsWrittenOnceAMinute() async throws {
        let sessions = try sessions()
        let ann = try await create("ann")
        let tokens = [try await open(sessions, ann), try await open(sessions, ann)]
        let before = store.counts
        for _ in 0..<600 {
            clock.advance(by: 1)
            for token in tokens { #expect(try await sessions.check(token).user != nil) }
            try await sessions.flush()
        }
        #expect(store.counts.reads - before.reads == 1200)
        #expect(store.counts.rows == 20)
        #expect(store.counts.writes - before.writes == 10)
    }

    @Test func useThatCannotBeWrittenWaits() async throws {
        let sessions = try sessions()
        let token = try await open(sessions, try await create("ann"))
        clock.advance(by: 60)
        _ = try await sessions.check(token)
        store.isDown = true
        await #expect(throws: AuthenticationOutage.self) { try await sessions.flush() }
        store.isDown = false
        #expect(try await sessions.flush() == 1)
        #expect(try await sessions.flush() == 0)
    }

    @Test func aStormOfInventedTokensWritesNothing() async throws {
        let sessions = try sessions()
        for _ in 0..<1000 { #expect(end(try await sessions.check(SessionToken())) == .unknown) }
        #expect(store.counts == CountingSessionStore.Counts(reads: 1000))
    }

    @Test func whatIsOverIsRemovedInBatches() async throws {
        let sessions = try sessions(settings: SessionSettings(maximumPerUser: 5000))
        let ann = try await create("ann")
        var last: SessionToken?
        for _ in 0..<1200 { last = try await open(sessions, ann) }
        clock.advance(by: 3000)
        let writes = store.counts.writes
        _ = try await sessions.check(try #require(last))
        clock.advance(by: 600)
        // The last was used and its use not yet written.
        #expect(try await sessions.removeExpired() == 1199)
        #expect(store.counts.writes - writes == 1 + 2)
        #expect(try await sessions.check(try #require(last)).user != nil)
    }

    @Test func theServiceWritesOnceMoreWhenItEnds() async throws {
        let sessions = try sessions()
        let token = try await open(sessions, try await create("ann"))
        clock.advance(by: 60)
        _ = try await sessions.check(token)
        let service = Task { await sessions.run { _ in try await Task.sleep(for: .seconds(3600)) } }
        service.cancel()
        await service.value
        #expect(store.counts.rows == 1)
    }
}
