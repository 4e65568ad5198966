import AuthCore
import Foundation
import Testing

@Suite struct AuthenticatorTests {
    private let store = InMemoryAccountStore()

    private func outcome(
        of backends: [ScriptedBackend], _ credentials: any Credentials = alicesPassword
    ) async -> AuthenticationOutcome {
        await Authenticator(backends: backends, store: store).authenticate(credentials).outcome
    }

    private func knows(_ name: String, _ verdict: AuthenticationVerdict, onOutage: OutagePolicy = .next)
        -> ScriptedBackend
    {
        ScriptedBackend(name, onOutage: onOutage, lookUp: { .known(0) }, verdict: { verdict })
    }

    private func down(_ name: String, onOutage: OutagePolicy = .next) -> ScriptedBackend {
        ScriptedBackend(name, onOutage: onOutage, lookUp: { throw serverDown }, verdict: { throw serverDown })
    }

    private func createLocal(_ username: String, isSuperuser: Bool = false) async throws {
        let account = NewAccount(
            username: username, password: EncodedPassword(encoded: "hash"), isSuperuser: isSuperuser)
        try await store.apply([AccountPlan(subject: .none, changes: [.create(account)])], cause: .administrator("test"))
    }

    private func logInOnce(as account: ExternalAccount) async {
        let backend = knows(account.link.source, .authenticated(.external(account)))
        _ = await outcome(of: [backend], PasswordCredentials(username: account.username, password: "secret"))
    }

    // MARK: Who is asked

    @Test func onlyTheOwnerOfAnAccountIsAsked() async throws {
        await logInOnce(as: person("alice"))
        let partners = knows("partners", .authenticated(.external(person("alice", id: "x", source: "partners"))))
        let corp = knows("corp", .rejected(.wrongPassword))
        #expect(await outcome(of: [partners, corp]) == .rejected(.wrongPassword))
        #expect(partners.counts == (0, 0, 0))
        #expect(corp.counts.passwords == 1)
    }

    @Test func aLocalAccountNeverTouchesADirectory() async throws {
        try await createLocal("alice", isSuperuser: true)
        let corp = knows("corp", .authenticated(.external(person("alice"))))
        let local = ScriptedBackend("local", ownsLocalAccounts: true, verdict: { .rejected(.wrongPassword) })
        #expect(await outcome(of: [corp, local]) == .rejected(.wrongPassword))
        #expect(corp.counts == (0, 0, 0))
    }

    @Test func aStrangersNameIsLookedUpEverywhereBeforeOneSeesThePassword() async {
        let first = knows("first", .authenticated(.external(person("alice", source: "first"))))
        let second = ScriptedBackend("second")
        _ = await outcome(of: [second, first])
        #expect(first.counts.lookups == 1 && second.counts.lookups == 1)
        #expect(first.counts.passwords == 1 && second.counts.passwords == 0)
    }

    @Test func aNameThatTwoDirectoriesKnowIsAmbiguousAndNobodySeesThePassword() async {
        let first = knows("first", .authenticated(.external(person("alice", source: "first"))))
        let second = knows("second", .authenticated(.external(person("alice", source: "second"))))
        #expect(await outcome(of: [first, second]) == .denied(.ambiguousUser))
        #expect(first.counts.passwords + second.counts.passwords == 0)
    }

    @Test func whoKnowsTheNameAndRejectsIsTheLastToSeeThePassword() async {
        let corp = knows("corp", .rejected(.wrongPassword))
        let other = ScriptedBackend("other", lookUp: { .possible }, verdict: { .authenticated(.local(User.ID(1))) })
        #expect(await outcome(of: [other, corp]) == .rejected(.wrongPassword))
        #expect(other.counts.passwords == 0)
    }

    @Test func nobodyElseSeesThePasswordWhenTheOneThatKnewTheNameLosesIt() async {
        let corp = knows("corp", .notFound)
        let other = ScriptedBackend("other", lookUp: { .possible }, verdict: { .rejected(.wrongPassword) })
        #expect(await outcome(of: [corp, other]) == .notFound)
        #expect(other.counts.passwords == 0)
    }

    @Test func aBackendSpeaksForItsOwnAccountsOnly() async throws {
        try await createLocal("root", isSuperuser: true)
        let root = try #require(try await store.accounts().first).user.id
        await logInOnce(as: person("alice"))
        let forger = PasswordCredentials(username: "forger", password: "secret")
        for identity in [ProvenIdentity.local(root), .external(person("alice"))] {
            let partners = knows("partners", .authenticated(identity))
            #expect(await outcome(of: [partners], forger) == .denied(.nameCollision))
        }
    }

    @Test func backendsThatCannotLookUpAreTriedInOrder() async {
        let first = ScriptedBackend("first", lookUp: { .possible }, verdict: { .notFound })
        let second = ScriptedBackend("second", lookUp: { .possible }, verdict: { .rejected(.wrongPassword) })
        let account = person("alice", source: "third")
        let third = ScriptedBackend("third", lookUp: { .possible }, verdict: { .authenticated(.external(account)) })
        #expect(await outcome(of: [first, second, third]).user?.username == "alice")
    }

    @Test func anAccountWhoseOwnerLeftTheChainComesInNoMore() async {
        await logInOnce(as: person("alice"))
        let other = knows("other", .authenticated(.external(person("alice", source: "other"))))
        #expect(await outcome(of: [other]) == .notFound)
        #expect(other.counts == (0, 0, 0))
    }

    // MARK: What the answers come to

    @Test func anOutageIsNeverAWrongPassword() async {
        await logInOnce(as: person("alice"))
        let local = ScriptedBackend("local", ownsLocalAccounts: true)
        #expect(await outcome(of: [down("corp"), local]) == .unavailable(.serverDown))
        #expect(local.counts == (0, 0, 0), "an outage cost a decoy hash or asked another backend")
    }

    @Test func aStrangerIsUnknownOnlyIfEverybodyCouldBeAsked() async {
        let corp = ScriptedBackend("corp")
        #expect(await outcome(of: [corp]) == .notFound)
        #expect(await outcome(of: [corp, down("other")]) == .unavailable(.serverDown))
    }

    @Test func anOutageMayStopTheChainOrLetItGoOn() async {
        let account = person("alice", source: "second")
        let next = [down("first"), knows("second", .authenticated(.external(account)))]
        #expect(await outcome(of: next).user?.username == "alice")
    }

    @Test func anOutageThatStopsTheChainAsksNobodyElse() async {
        let second = knows("second", .authenticated(.external(person("alice", source: "second"))))
        #expect(await outcome(of: [down("first", onOutage: .stop), second]) == .unavailable(.serverDown))
        #expect(second.counts == (0, 0, 0))
    }

    @Test func denialsStand() async {
        #expect(await outcome(of: [knows("corp", .denied(.inDeniedGroup))]) == .denied(.inDeniedGroup))
    }

    /// What one backend says is not put into another's mouth.
    @Test func theExplanationIsThatOfTheBackendThatAnswered() async {
        func explaining(_ name: String, _ lookup: @escaping @Sendable () -> Lookup, _ verdict: AuthenticationVerdict)
            -> ScriptedBackend
        {
            ScriptedBackend(name, explains: true, lookUp: lookup, verdict: { verdict })
        }
        func report(_ backends: [ScriptedBackend]) async -> AuthenticationReport {
            await Authenticator(backends: backends, store: store)
                .authenticate(alicesPassword, context: AuthenticationContext(trace: AuthenticationTrace()))
        }
        let corp = explaining("corp", { .known(0) }, .denied(.inDeniedGroup))
        let other = explaining("other", { .unknown }, .notFound)
        for backends in [[corp, other], [other, corp], [corp, down("sub")]] {
            let report = await report(backends)
            #expect(report.backend == "corp" && report.explanation == "corp explains.")
        }
        let twins = await report([explaining("corp", { .denied(.ambiguousUser) }, .notFound), down("sub")])
        #expect(twins.outcome == .denied(.ambiguousUser))
        #expect(twins.backend == "corp" && twins.explanation == "corp explains.")
        let nobody = await report([explaining("corp", { .unknown }, .notFound), other])
        #expect(nobody.backend == nil && nobody.explanation == "corp explains. other explains.")
        let outage = await report([other, down("sub")])
        #expect(outage.backend == "sub" && outage.explanation == serverDown.message)
    }

    @Test func flawedCredentialsAreRefusedUnasked() async {
        let corp = knows("corp", .authenticated(.external(person("alice"))))
        for (name, password, reason) in [
            ("alice", "", RejectionReason.emptyPassword), ("", "x", .malformedName), ("al\0ice", "x", .malformedName),
            ("alice", "sec\0ret", .wrongPassword), ("alice", String(repeating: "x", count: 1025), .wrongPassword),
            (String(repeating: "a", count: 5000), "x", .malformedName),
        ] {
            #expect(
                await outcome(of: [corp], PasswordCredentials(username: name, password: password)) == .rejected(reason))
        }
        #expect(corp.counts == (0, 0, 0))
    }

    // MARK: Mirroring

    @Test func aSecondLoginWritesNothing() async throws {
        await logInOnce(as: person("alice"))
        let backend = knows("corp", .authenticated(.external(person("alice"))))
        let report = await Authenticator(backends: [backend], store: store).authenticate(alicesPassword)
        #expect(report.changes.isEmpty)
        #expect(report.outcome.user?.username == "alice")
    }

    @Test func aCollisionDeniesAndChangesNothing() async throws {
        try await createLocal("admin", isSuperuser: true)
        let corp = knows("corp", .authenticated(.external(person("admin"))))
        let byMail = PasswordCredentials(username: "admin@example.org", password: "secret")
        #expect(await outcome(of: [corp], byMail) == .denied(.nameCollision))
        #expect(try await store.accounts().count == 1)
    }

    @Test func aNameThatWasPassedOnGoesToTheNewPerson() async throws {
        await logInOnce(as: person("alice", id: "old"))
        let corp = ScriptedBackend(
            "corp", holdsName: false, lookUp: { .known(0) },
            verdict: { .authenticated(.external(person("alice", id: "new"))) })
        let newcomer = await outcome(of: [corp]).user
        let names = try await store.accounts().map(\.user.username)
        #expect(names == ["alice", "alice+former-old"])
        #expect(try await store.accounts().first { $0.user.username == "alice+former-old" }?.link?.id == "old")
        #expect(newcomer?.username == "alice")
    }

    @Test func aNameThatTwoEntriesShareStaysWithItsOwner() async throws {
        await logInOnce(as: person("alice", id: "old"))
        let corp = knows("corp", .authenticated(.external(person("alice", id: "new"))))
        #expect(await outcome(of: [corp]) == .denied(.nameCollision))
        #expect(try await store.accounts().map(\.user.username) == ["alice"])
    }

    @Test func theBindTestShowsThePlanAndWritesNothing() async throws {
        let corp = knows("corp", .authenticated(.external(person("alice"))))
        let report = await Authenticator(backends: [corp], store: store).examine(alicesPassword)
        #expect(report.outcome.user?.id == .unsaved)
        #expect(report.changes.count == 2)
        #expect(try await store.accounts().isEmpty)
    }

    @Test func theBindTestAsksTheDirectoryAboutALocalNameToo() async throws {
        try await createLocal("alice", isSuperuser: true)
        let corp = knows("corp", .authenticated(.external(person("alice"))))
        let report = await Authenticator(backends: [corp], store: store).examine(alicesPassword)
        #expect(report.outcome == .denied(.nameCollision))
    }

    // MARK: Time and records

    @Test func aBackendThatSaysNothingIsLeftAtItsShareOfTheDeadline() async throws {
        let silent = ScriptedBackend(
            "silent",
            lookUp: {
                try await Task.sleep(for: .seconds(3600)); return .unknown
            })
        let corp = knows("corp", .authenticated(.external(person("alice"))))
        let chain = Authenticator(
            backends: [silent, corp], store: store,
            sleep: { limit in
                // Only the silent backend outlives its share; the others answer at once and cancel this.
                if limit > .seconds(6) { try await Task.sleep(for: .seconds(3600)) }
            })
        let report = await chain.authenticate(alicesPassword)
        #expect(report.outcome.user?.username == "alice")
        #expect(report.answers.first == BackendAnswer(backend: "silent", answer: "unavailable: timedOut"))
    }

    @Test func theDeadlineIsSharedAndTheLocalBackendKeepsASecond() {
        let deadline = LoginDeadline(.seconds(10))
        #expect(deadline.share(elapsed: .zero, others: 0, localFollows: false) == .seconds(10))
        #expect(deadline.share(elapsed: .zero, others: 1, localFollows: false) == .seconds(5))
        #expect(deadline.share(elapsed: .seconds(1), others: 1, localFollows: true) == .seconds(4))
        #expect(deadline.share(elapsed: .seconds(11), others: 0, localFollows: true) == .zero)
        #expect(LoginDeadline(.seconds(1)).share(elapsed: .zero, others: 0, localFollows: true) == .milliseconds(500))
    }

    @Test func loginsAndFailuresAreRecordedInABatch() async throws {
        let recorder = ActivityRecorder(store: store)
        let time = Date(timeIntervalSince1970: 1_700_000_000)
        let corp = knows("corp", .authenticated(.external(person("alice"))))
        let refusing = knows("corp", .rejected(.wrongPassword))
        let chain = { backend in Authenticator(backends: [backend], store: store, recorder: recorder, now: { time }) }
        _ = await chain(corp).authenticate(alicesPassword)
        _ = await chain(refusing).authenticate(
            alicesPassword, context: AuthenticationContext(clientAddress: "192.0.2.1"))
        #expect(try await store.accounts().first?.lastLogin == nil, "a login waited for a write")
        try await recorder.flush()
        #expect(try await store.accounts().first?.lastLogin == time)
        let event = try #require(try await store.auditEvents(limit: 10).first { $0.event == "login.rejected" })
        #expect(event.username == "alice")
        #expect(event.details == ["reason": "wrongPassword", "backend": "corp", "address": "192.0.2.1"])
    }

    @Test func everyFailureCostsOneDecoyUnlessTheLocalBackendWasAsked() async throws {
        let local = ScriptedBackend("local", ownsLocalAccounts: true, verdict: { .rejected(.wrongPassword) })
        _ = await outcome(of: [local])
        #expect(local.counts.decoys == 1)
        _ = await outcome(of: [knows("corp", .denied(.inDeniedGroup)), local])
        #expect(local.counts.decoys == 2)
        try await createLocal("alice")
        _ = await outcome(of: [local])
        #expect(local.counts.decoys == 2 && local.counts.passwords == 1)
    }
}
