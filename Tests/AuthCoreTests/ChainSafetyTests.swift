import AuthCore
import Testing

/// What the chain insists on by itself, whatever a backend says and whatever happens meanwhile.
@Suite struct ChainSafetyTests {
    private let store = InMemoryAccountStore()

    private func outcome(
        of backends: [any AuthenticationBackend], _ credentials: any Credentials = alicesPassword
    ) async -> AuthenticationOutcome {
        await Authenticator(backends: backends, store: store).authenticate(credentials).outcome
    }

    private func possible(_ verdict: AuthenticationVerdict) -> ScriptedBackend {
        ScriptedBackend("other", lookUp: { .possible }, verdict: { verdict })
    }

    private func mirror(_ account: ExternalAccount) async throws -> User {
        let corp = ScriptedBackend("corp", lookUp: { .known(0) }, verdict: { .authenticated(.external(account)) })
        let credentials = PasswordCredentials(username: account.username, password: "secret")
        return try #require(await outcome(of: [corp], credentials).user)
    }

    @Test func anInactiveAccountIsDeniedWhateverItsBackendSays() async throws {
        let account = NewAccount(username: "alice", password: EncodedPassword(encoded: "hash"))
        let made = try await store.apply(
            [AccountPlan(subject: .none, changes: [.create(account)])], cause: .administrator("test"))
        let alice = try #require(made.first?.user).id
        try await deactivate(alice, in: store)
        let local = ScriptedBackend("local", ownsLocalAccounts: true, verdict: { .authenticated(.local(alice)) })
        #expect(await outcome(of: [local]) == .denied(.accountDisabled))
    }

    @Test func anAccountThatNobodyOwnsIsEnteredByNobody() async throws {
        let account = NewAccount(username: "alice", password: .unusable())
        let made = try await store.apply(
            [AccountPlan(subject: .none, changes: [.create(account)])], cause: .administrator("test"))
        let alice = try #require(made.first?.user).id
        for ownsLocalAccounts in [true, false] {
            let backend = ScriptedBackend(
                "local", ownsLocalAccounts: ownsLocalAccounts, lookUp: { .known(0) },
                verdict: { .authenticated(.local(alice)) })
            #expect(await outcome(of: [backend]) == .denied(.nameCollision))
        }
    }

    /// The directory knows people under more than one name; the local account under one.
    @Test(arguments: [true, false]) func aBreakGlassAccountIsEnteredThroughNoDirectory(_ hasPassword: Bool) async throws
    {
        let alice = try await mirror(person("alice")).id
        var changes: [AccountChange] = [.setBreakGlass(true)]
        if hasPassword { changes.append(.setPassword(EncodedPassword(encoded: "hash"))) }
        try await store.apply(
            [AccountPlan(subject: .account(alice), changes: changes)], cause: .administrator("test"))
        let corp = ScriptedBackend(
            "corp", lookUp: { .known(0) }, verdict: { .authenticated(.external(person("alice"))) })
        let local = ScriptedBackend("local", ownsLocalAccounts: true, verdict: { .rejected(.wrongPassword) })
        let byMail = PasswordCredentials(username: "alice@example.org", password: "secret")
        let mailOutcome = await outcome(of: [corp, local], byMail)
        let seenByCorp = corp.counts.passwords
        let nameOutcome = await outcome(of: [corp, local])
        if hasPassword {
            #expect(mailOutcome == .denied(.nameCollision))
            #expect(nameOutcome == .rejected(.wrongPassword))
            #expect(corp.counts.passwords == seenByCorp && local.counts.passwords == 1)
        } else {
            // The mark alone gives no way in, so it takes none away.
            #expect(mailOutcome.user?.id == alice)
            #expect(nameOutcome.user?.id == alice)
            #expect(local.counts.passwords == 0)
        }
    }

    @Test func anAccountThatIsNotThereIsEnteredByNobody() async {
        let local = ScriptedBackend(
            "local", ownsLocalAccounts: true, lookUp: { .known(0) }, verdict: { .authenticated(.local(User.ID(99))) })
        #expect(await outcome(of: [local]) == .notFound)
    }

    @Test func aDenialAtTheLookUpStandsAndNobodySeesThePassword() async {
        let corp = ScriptedBackend("corp", lookUp: { .denied(.ambiguousUser) })
        let other = possible(.authenticated(.external(person("alice", source: "other"))))
        #expect(await outcome(of: [corp, other]) == .denied(.ambiguousUser))
        #expect(corp.counts.passwords + other.counts.passwords == 0)
    }

    @Test func nobodyElseSeesThePasswordWhenTheOneThatKnewTheNameFails() async {
        let corp = ScriptedBackend("corp", lookUp: { .known(0) }, verdict: { throw serverDown })
        let other = possible(.authenticated(.external(person("alice", source: "other"))))
        #expect(await outcome(of: [corp, other]) == .unavailable(.serverDown))
        #expect(other.counts.passwords == 0)
    }

    @Test func anOutageThatStopsTheChainKeepsThePasswordFromTheNext() async {
        let first = ScriptedBackend(
            "first", onOutage: .stop, lookUp: { .possible }, verdict: { throw serverDown })
        let other = possible(.authenticated(.external(person("alice", source: "other"))))
        #expect(await outcome(of: [first, other]) == .unavailable(.serverDown))
        #expect(other.counts.passwords == 0)
    }

    @Test func aNameStaysWithItsOwnerWhereTheBackendCannotSayWhoHasIt() async throws {
        let alice = try await mirror(person("alice", id: "old"))
        #expect(await outcome(of: [DefaultBackend(account: person("alice", id: "new"))]) == .denied(.nameCollision))
        #expect(try await store.accounts().map(\.user) == [alice])
    }

    @Test func theBindTestShowsThePasswordToNoLocalBackend() async throws {
        let account = NewAccount(username: "alice", password: EncodedPassword(encoded: "hash"))
        try await store.apply([AccountPlan(subject: .none, changes: [.create(account)])], cause: .administrator("test"))
        let local = ScriptedBackend("local", ownsLocalAccounts: true, lookUp: { .known(0) })
        let report = await Authenticator(backends: [ScriptedBackend("corp"), local], store: store)
            .examine(alicesPassword)
        #expect(report.outcome == .notFound)
        #expect(local.counts == (0, 0, 0))
    }

    @Test func whoIsLockedOutWhileLoggingInStaysOut() async throws {
        _ = try await mirror(person("alice", id: "old"))
        let bob = try await mirror(person("bob", id: "new"))
        // The plan is made before the question who has the name, and applied after it.
        let corp = AnsweringBackend(account: person("alice", id: "new")) { [store] in
            try await deactivate(bob.id, in: store)
            return false
        }
        #expect(
            await outcome(of: [corp], PasswordCredentials(username: "bob", password: "secret"))
                == .denied(.accountDisabled))
        #expect(try await store.accounts().map(\.user.username) == ["alice", "bob"])
    }
}

private func deactivate(_ user: User.ID, in store: InMemoryAccountStore) async throws {
    try await store.apply(
        [AccountPlan(subject: .account(user), changes: [.setFlag(.isActive, from: true, to: false)])],
        cause: .administrator("test"))
}

/// A backend that proves one account and leaves everything else to the protocol.
private struct DefaultBackend: AuthenticationBackend {
    let name = "corp"
    let account: ExternalAccount

    func authenticate(_ request: AuthenticationRequest) async throws -> AuthenticationVerdict {
        .authenticated(.external(account))
    }
}

/// A backend that proves one account and answers who has a name.
private struct AnsweringBackend: AuthenticationBackend {
    let name = "corp"
    let account: ExternalAccount
    let answer: @Sendable () async throws -> Bool

    func authenticate(_ request: AuthenticationRequest) async throws -> AuthenticationVerdict {
        .authenticated(.external(account))
    }

    func stillHolds(_ username: String, _ link: ExternalLink, _ context: AuthenticationContext) async throws -> Bool {
        try await answer()
    }
}
