import AuthCore
import Testing

/// What somebody needs to get an account, and what an account waits for.
@Suite struct NewPeopleTests {
    private typealias Office = ReconcileTests

    private func made(
        _ external: ExternalAccount, _ local: LocalState = LocalState(), _ policy: MirrorPolicy = MirrorPolicy()
    ) -> [AccountChange]? {
        guard case .changes(let changes, _) = reconcile(external, with: local, under: policy) else { return nil }
        return changes
    }

    private func refusal(
        _ external: ExternalAccount, _ local: LocalState = LocalState(), _ policy: MirrorPolicy = MirrorPolicy()
    ) -> Refusal? {
        guard case .refused(let refusal) = reconcile(external, with: local, under: policy) else { return nil }
        return refusal
    }

    @Test func whoeverLacksWhatIsRequiredGetsNoAccountAndKeepsTheOneThereIs() {
        var external = Office.external()
        external.creationObstacle = "There is no employeeNumber."
        #expect(
            refusal(external) == Refusal(.denied(.newUsersNotAllowed), "There is no employeeNumber."))
        #expect(made(external, LocalState(linked: Office.account())) == [])
        let adopting = MirrorPolicy(adopt: .unusable)
        #expect(made(external, LocalState(nameHolders: [Office.account(link: nil)]), adopting) != nil)
    }

    @Test func aNewAccountThatWaitsIsInactiveFromTheBeginning() throws {
        let changes = try #require(made(Office.external(), LocalState(), MirrorPolicy(newUsers: .pending)))
        guard case .create(let new)? = changes.first else {
            Issue.record("\(changes)")
            return
        }
        #expect(new.deactivation == Deactivation(source: "corp", reason: .denied(.pendingApproval)))
        #expect(changes.allSatisfy { if case .deactivate = $0 { false } else { true } })
        #expect(!User(id: .unsaved, username: "").applying(changes).isActive)
        #expect(AccountChange.create(new).auditDetails["reason"] == "pendingApproval")
    }

    @Test func onlyAnAdministratorEndsTheWaiting() throws {
        var waiting = Office.account()
        waiting.user.isActive = false
        waiting.deactivation = Deactivation(source: "corp", reason: .denied(.pendingApproval))
        // Whatever the policy says by now.
        for policy in MirrorPolicy.NewUsers.allCases.map({ MirrorPolicy(newUsers: $0) }) {
            let refused = try #require(refusal(Office.external(), LocalState(linked: waiting), policy))
            #expect(refused.verdict == .denied(.pendingApproval))
            #expect(refused.explanation.hasSuffix("dirbridge user activate alice"))
        }
        // Activated elsewhere, as by Django's administration: then the note is taken away.
        waiting.user.isActive = true
        #expect(made(Office.external(), LocalState(linked: waiting)) == [.reactivate(source: "corp")])
    }

    @Test func aLoginMakesAnAccountThatWaitsAndIsRefusedUntilItIsActivated() async throws {
        let store = InMemoryAccountStore()
        let corp = ScriptedBackend(
            "corp", mirrorPolicy: MirrorPolicy(newUsers: .pending), lookUp: { .known("ann") },
            verdict: { .authenticated(.external(person("ann"))) })
        let chain = Authenticator(backends: [corp], store: store)
        let credentials = PasswordCredentials(username: "ann", password: "secret")
        let examined = await chain.examine(credentials)
        #expect(examined.outcome == .denied(.pendingApproval) && !examined.changes.isEmpty)
        #expect(try await store.accounts().isEmpty)
        for _ in 1...2 {
            let report = await chain.authenticate(credentials)
            #expect(report.outcome == .denied(.pendingApproval) && report.backend == "corp")
            #expect(
                report.explanation
                    == "The account 'ann' waits for approval; to approve it: dirbridge user activate ann")
        }
        let record = try #require(try await store.accounts().first)
        #expect(!record.user.isActive && record.deactivation?.isPendingApproval == true)
        try await store.apply(
            [
                AccountPlan(
                    subject: .account(record.user.id), changes: [.setFlag(.isActive, from: false, to: true)])
            ], cause: .administrator("test"))
        #expect(await chain.authenticate(credentials).outcome.user?.id == record.user.id)
    }
}
