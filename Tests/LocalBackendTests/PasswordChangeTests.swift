import AuthCore
import LocalBackend
import Testing

struct PasswordChangeTests {
    let scenario = LocalScenario()

    private func change(
        _ name: String, _ authority: PasswordChangeRequest.Authority, to new: String
    ) async throws -> PasswordChangeOutcome {
        var account: AccountRecord?
        if case .account(let record) = try await scenario.store.resolve(LoginName(name)) { account = record }
        return try await scenario.backend.changePassword(
            PasswordChangeRequest(
                username: LoginName(name), account: account, authority: authority, newPassword: Secret(new),
                cause: .administrator("root")))
    }

    private func refusal(_ outcome: PasswordChangeOutcome) -> PasswordRefusal.Reason? {
        if case .refused(let refusal) = outcome { refusal.reason } else { nil }
    }

    @Test func theOwnerNeedsTheOldPasswordAndAnAdministratorDoesNot() async throws {
        let ann = try await scenario.add("ann", password: "right")
        let old = PasswordChangeRequest.Authority.person(oldPassword: Secret("wrong"))
        #expect(refusal(try await change("ann", old, to: "new")) == .wrongPassword)
        #expect(try await change("ann", .person(oldPassword: Secret("right")), to: "new") == .changed())
        #expect(try await scenario.present("ann", "new") == .authenticated(.local(ann.id)))
        #expect(try await scenario.present("ann", "right") == .rejected(.wrongPassword))
        #expect(try await change("ann", .administrator(mustChange: false), to: "newest") == .changed())
        #expect(try await scenario.present("ann", "newest") == .authenticated(.local(ann.id)))
        #expect(refusal(try await change("ann", .administrator(mustChange: true), to: "x")) == .notSupported)
    }

    @Test func accountsOfOthersAreLeftAlone() async throws {
        let ann = try await scenario.add("ann", password: "right")
        try await scenario.store.apply(
            [AccountPlan(subject: .account(ann.id), changes: [.link(ExternalLink(source: "corp", id: "1"))])],
            cause: .administrator("root"))
        for name in ["ann", "nobody"] {
            let outcome = try await change(name, .administrator(mustChange: false), to: "new")
            #expect(refusal(outcome) == .unknownUser)
        }
    }

    @Test func whoIsNotActiveIsToldOnlyWithTheRightPassword() async throws {
        let ann = try await scenario.add("ann", password: "right")
        try await scenario.store.apply(
            [AccountPlan(subject: .account(ann.id), changes: [.setFlag(.isActive, from: true, to: false)])],
            cause: .administrator("root"))
        let (wrong, right) = (Secret("wrong"), Secret("right"))
        #expect(refusal(try await change("ann", .person(oldPassword: wrong), to: "new")) == .wrongPassword)
        #expect(refusal(try await change("ann", .person(oldPassword: right), to: "new")) == .accountDisabled)
    }

    @Test func noRequestTellsItsPasswords() {
        let request = PasswordChangeRequest(
            username: LoginName("ann"), authority: .person(oldPassword: Secret("Old-Horse")),
            newPassword: Secret("New-Horse"), cause: .administrator("root"))
        var dumped = ""
        dump(request, to: &dumped)
        #expect(!(dumped + "\(request)").contains("Horse"))
    }

    @Test(arguments: PasswordRefusal.Reason.allCases)
    func everyReasonHasATextForThePersonThatTellsNothingOfTheAccount(_ reason: PasswordRefusal.Reason) {
        let refusal = PasswordRefusal(reason, "uid=ann,ou=people is locked")
        #expect(!refusal.textForPerson.isEmpty && !refusal.textForPerson.contains("ann,"))
        let closed: Set<PasswordRefusal.Reason> = [
            .unknownUser, .ambiguousUser, .accountLocked, .accountDisabled, .accountExpired, .barred,
        ]
        let asForAWrongOne = PasswordRefusal(.wrongPassword, "").textForPerson == refusal.textForPerson
        #expect(asForAWrongOne == (closed.contains(reason) || reason == .wrongPassword))
    }
}
