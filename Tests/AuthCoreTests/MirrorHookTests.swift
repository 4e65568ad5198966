import AuthCore
import Testing

/// What an application's hook adds, removes and refuses at logins, whatever the backend.
@Suite struct MirrorHookTests {
    private let store = InMemoryAccountStore()

    private static let vip = ExternalGroup(id: "shop:vip", name: "VIP customers")
    private static let sales = ExternalGroup(id: "g1", name: "sales", dn: "cn=sales")

    private struct Mistake: Error {}

    private func backend(_ hook: MirrorHook?, _ account: ExternalAccount? = nil) -> ScriptedBackend {
        var alice = person("alice")
        alice.fields = [.email: "alice@example.org"]
        alice.groups = [Self.sales]
        let described = account ?? alice
        return ScriptedBackend(
            "corp", mirrorPolicy: MirrorPolicy(groups: .all), mirrorHook: hook, lookUp: { .known(0) },
            verdict: { .authenticated(.external(described)) })
    }

    private func logIn(_ hook: MirrorHook?) async -> AuthenticationReport {
        await Authenticator(backends: [backend(hook)], store: store).authenticate(alicesPassword)
    }

    @Test func whatItAddsIsMirroredAndASecondLoginWritesNothing() async throws {
        let hook = MirrorHook(groups: [Self.vip]) { person in
            person.fields[.firstName] = "Alice"
            person.profile["tier"] = "gold"
            person.groups.append(Self.vip)
        }
        let user = try #require(await logIn(hook).outcome.user)
        #expect(user.firstName == "Alice" && user.email == "alice@example.org")
        #expect(try await store.profile(of: user.id) == ["tier": "gold"])
        #expect(try await store.groups(of: user.id).map(\.name) == ["VIP customers", "sales"])

        let before = try await store.auditTrail(AuditQuery())
        let second = await logIn(hook)
        #expect(second.outcome.user == user && second.changes.isEmpty)
        #expect(second.external?.profile == ["tier": "gold"])
        #expect(try await store.auditTrail(AuditQuery()) == before)

        // Without it, what came from the source alone stays.
        let third = await logIn(nil)
        #expect(third.outcome.user == user)
        #expect(try await store.groups(of: user.id).map(\.name) == ["sales"])
    }

    @Test func whatItTakesOutIsNotMirrored() async throws {
        let user = try #require(
            await logIn(
                MirrorHook { person in
                    person.fields[.email] = nil
                    person.groups.removeAll { $0.name == "sales" }
                }
            ).outcome.user)
        #expect(try await store.groups(of: user.id).isEmpty && user.email == "")
    }

    @Test(arguments: [DenialReason.refusedByApplication, .accountExpired])
    func whomItRefusesIsDeniedWithItsReasonAndNothingIsWritten(_ reason: DenialReason) async throws {
        let report = await logIn(
            MirrorHook { person in
                person.profile["tier"] = "gold"
                person.refuse("The shop has blocked \(person.username).", as: reason)
            })
        #expect(report.outcome == .denied(reason))
        #expect(report.explanation == "The shop has blocked alice." && report.changes.isEmpty)
        #expect(report.backend == "corp")
        #expect(try await store.accounts().isEmpty)
    }

    @Test func whomTheBackendKeepsOutIsNotShownToIt() async throws {
        var barred = person("alice")
        barred.barred = .accountDisabled
        let hook = MirrorHook { _ in Issue.record("the hook was asked") }
        let chain = Authenticator(backends: [backend(hook, barred)], store: store)
        #expect(await chain.authenticate(alicesPassword).outcome == .denied(.accountDisabled))
    }

    @Test(arguments: [false, true])
    func itsFailureIsAnOutageAndNobodyElseIsShownThePassword(_ isKnown: Bool) async throws {
        let hook = MirrorHook { _ in throw Mistake() }
        let alice = person("alice")
        let corp = ScriptedBackend(
            "corp", mirrorHook: hook, lookUp: { isKnown ? .known(0) : .possible },
            verdict: { .authenticated(.external(alice)) })
        let next = ScriptedBackend("next", lookUp: { .possible }, verdict: { .rejected(.wrongPassword) })
        let report = await Authenticator(backends: [corp, next], store: store).authenticate(alicesPassword)
        #expect(report.outcome == .unavailable(.hookFailed) && report.backend == "corp")
        #expect(report.explanation == "The application's hook failed for 'alice': Mistake()")
        #expect(next.counts.passwords == 0)
        #expect(try await store.accounts().isEmpty)
    }

    @Test func itMayNameItsOwnOutage() async {
        let outage = AuthenticationOutage(.databaseUnavailable, "The shop is closed.")
        let report = await logIn(MirrorHook { _ in throw outage })
        #expect(report.outcome == .unavailable(.databaseUnavailable) && report.explanation == "The shop is closed.")
    }

    /// A sync makes the mirrors of all groups at once, so it has to know them.
    @Test func aGroupThatItDoesNotDeclareIsAMistake() async throws {
        let report = await logIn(MirrorHook { $0.groups.append(Self.vip) })
        #expect(report.outcome == .unavailable(.hookFailed))
        #expect(report.explanation?.contains("'VIP customers', which it does not declare") == true)
        #expect(try await store.accounts().isEmpty)
    }

    @Test func aBindTestShowsWhatItWouldAddAndWritesNothing() async throws {
        let hook = MirrorHook { $0.profile["tier"] = "gold" }
        let report = await Authenticator(backends: [backend(hook)], store: store).examine(alicesPassword)
        #expect(report.changes.contains(.setProfile(key: "tier", from: nil, to: "gold")))
        #expect(try await store.accounts().isEmpty)
    }
}
