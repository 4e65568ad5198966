import AuthCore
import AuthTesting
import Foundation
import RemoteUserBackend
import Testing

/// The people a portal names, and the accounts they get.
@Suite struct MirroringTests {
    private static let ann = [
        HeaderField("Remote-User", "ann"), HeaderField("Remote-Name", "Ann Mary Lee"),
        HeaderField("Remote-Email", "ann@example.org"),
    ]

    @Test func theBackendConforms() async throws {
        let site = try Site()
        try await BackendConformance(
            site.portal, accepted: [site.credentials(.user("ann")), site.credentials(Self.ann)],
            refused: [PasswordCredentials(username: "ann", password: "any")]
        ).run()
    }

    @Test func somebodyNewGetsAnAccountWithAnUnusablePasswordAndItsOrigin() async throws {
        let site = try Site()
        let report = try await site.logIn(Self.ann)
        let user = try #require(report.outcome.user)
        #expect(user.username == "ann" && user.firstName == "Ann Mary" && user.lastName == "Lee")
        #expect(user.email == "ann@example.org" && user.isActive && !user.isStaff && !user.isSuperuser)
        #expect(report.backend == "portal")
        let account = try await site.account("ann")
        #expect(!account.password.isUsable && account.password.encoded.count == 41)
        #expect(account.link == ExternalLink(source: "portal", id: "ann"))
    }

    @Test func loggingInAgainWritesNothing() async throws {
        let site = try Site()
        try await site.change(.none, .createGroup(name: "staff", link: nil))
        try await site.logIn(Self.ann + [HeaderField("Remote-Groups", "staff")])
        let before = try await site.account("ann")
        let report = try await site.logIn(Self.ann + [HeaderField("Remote-Groups", "staff")])
        #expect(report.changes == [])
        #expect(try await site.account("ann") == before)
    }

    @Test func eachLoginRefreshesWhatTheProxySaysAndLeavesTheRest() async throws {
        let site = try Site()
        try await site.logIn(Self.ann)
        let user = try await site.logIn(.user("ann") + [HeaderField("Remote-Email", "lee@example.org")]).outcome.user
        #expect(user?.email == "lee@example.org" && user?.lastName == "Lee")
        #expect(try await site.logIn(.user("ann") + [HeaderField("Remote-Email", "")]).outcome.user?.email == "")
    }

    @Test func someoneUnknownIsRefusedWhereNobodyIsCreated() async throws {
        let site = try Site(RemoteUserConfiguration(newUsers: .refuse))
        #expect(try await site.logIn("ann").outcome == .denied(.newUsersNotAllowed))
        #expect(try await site.store.accounts().isEmpty)
        let waiting = try Site(RemoteUserConfiguration(newUsers: .pending))
        #expect(try await waiting.logIn("ann").outcome == .denied(.pendingApproval))
    }

    @Test func anInactiveAccountIsRefused() async throws {
        let site = try Site()
        let user = try #require(try await site.logIn("ann").outcome.user)
        try await site.change(.account(user.id), .setFlag(.isActive, from: true, to: false))
        #expect(try await site.logIn("ann").outcome == .denied(.accountDisabled))
    }

    // MARK: Whose account it is

    /// Django lets the portal in to any account of the name.
    @Test func aLocalAccountOfTheNameIsNotEntered() async throws {
        let local = LocalStandIn()
        let site = try Site(others: [local])
        let password = EncodedPassword(encoded: "hash")
        try await site.change(.none, .create(NewAccount(username: "admin", password: password, isSuperuser: true)))
        for name in ["admin", "ADMIN"] {
            let report = try await site.logIn(name)
            #expect(report.outcome == .notFound)
            #expect(
                report.explanation == "The account 'admin' belongs to 'local', which knows nobody by these credentials."
            )
        }
        let account = try await site.account("admin")
        #expect(account.link == nil && account.password == password)
    }

    @Test func theAccountOfAnotherBackendIsNotEntered() async throws {
        let site = try Site()
        let password = EncodedPassword.unusable()
        let link = ExternalLink(source: "corp", id: "1")
        try await site.change(.none, .create(NewAccount(username: "ann", password: password)), .link(link))
        #expect(try await site.logIn("ann").outcome.user == nil)
        #expect(try await site.account("ann").link == link)
    }

    @Test func anAccountThatNobodyOwnsIsAdoptedOnRequestAndNeverAnAdministrators() async throws {
        for (adopt, isStaff, comesIn) in [
            (MirrorPolicy.Adoption.never, false, false), (.unusable, false, true), (.unusable, true, false),
        ] {
            let site = try Site(RemoteUserConfiguration(adopt: adopt))
            try await site.change(
                .none, .create(NewAccount(username: "ann", password: .unusable(), isStaff: isStaff)))
            #expect(try await (site.logIn("ann").outcome.user != nil) == comesIn)
        }
    }

    @Test func credentialsForOnePortalAreNothingToAnother() async throws {
        let site = try Site()
        let other = try RemoteUserBackend(name: "other")
        let request = AuthenticationRequest(credentials: try site.credentials(.user("ann")))
        #expect(try await other.authenticate(request) == .notFound)
        guard case .unknown = try await other.lookUp(request) else {
            Issue.record("another portal's credentials are known")
            return
        }
        #expect(
            await Authenticator(backends: [other], store: site.store).authenticate(request.credentials).outcome
                == .notFound)
    }

    @Test func whoeverTriesPasswordsForANameDoesNotKeepItsOwnerOutHere() throws {
        #expect(try !Site().credentials(.user("ann")).canBeGuessed)
    }

    // MARK: Names

    @Test func anotherSpellingIsTheSameAccountUnderItsName() async throws {
        let site = try Site()
        let first = try #require(try await site.logIn("Ann").outcome.user)
        for name in ["ann", "ANN", "Ann"] {
            let report = try await site.logIn(name)
            #expect(report.outcome.user?.id == first.id && report.changes == [])
        }
        #expect(try await site.account("ann").link?.id == "ann")
    }

    @Test func aNameIsCleanedBeforeAnybodyIsAskedAboutIt() async throws {
        let site = try Site(
            RemoteUserConfiguration(cleanUsername: { name in
                name.hasSuffix("@CORP") ? String(name.dropLast(5)) : nil
            }))
        #expect(try await site.logIn("ann@CORP").outcome.user?.username == "ann")
        #expect(try await site.account("ann").link?.id == "ann")
        #expect(site.read(.user("ann@EVIL")).refusal?.code == .unusableName)
        #expect(site.read(.user("@CORP")).refusal?.code == .unusableName)
    }

    @Test func aNameThatDoesNotFitIsNobodys() async throws {
        let site = try Site()
        let name = String(repeating: "x", count: ExternalAccount.maximumUsernameLength + 1)
        #expect(try await site.logIn(name).outcome == .rejected(.malformedName))
    }

    @Test(arguments: [
        ("Ann Lee", "Ann", "Lee"), ("Ann Mary Lee", "Ann Mary", "Lee"), ("Lee, Ann Mary", "Ann Mary", "Lee"),
        ("Cher", "", "Cher"), ("", "", ""), ("Lee,", "", "Lee,"), (" , ", "", ","), ("a, b, c", "a, b,", "c"),
    ])
    func aFullNameIsSplit(_ name: String, _ first: String, _ last: String) async throws {
        let user = try await Site().logIn(.user("ann") + [HeaderField("Remote-Name", name)]).outcome.user
        #expect(user?.firstName == first && user?.lastName == last)
    }

    @Test func aFullNameIsTheLastNameWhereItIsConfiguredSo() async throws {
        let site = try Site(RemoteUserConfiguration(nameParts: .lastName))
        let user = try await site.logIn(Self.ann).outcome.user
        #expect(user?.firstName == "" && user?.lastName == "Ann Mary Lee")
    }

    @Test func theApplicationConfiguresUsersAtEachLogin() async throws {
        let hook = MirrorHook { person in
            person.profile["tier"] = "gold"
            if person.username == "eve" { person.refuse("Eve is not welcome.") }
        }
        let site = try Site(hook: hook)
        let user = try #require(try await site.logIn("ann").outcome.user)
        #expect(try await site.store.profile(of: user.id) == ["tier": "gold"])
        #expect(try await site.logIn("eve").outcome == .denied(.refusedByApplication))
    }
}

/// Owns the accounts that live here, and takes passwords only.
private struct LocalStandIn: AuthenticationBackend {
    let name = "local"
    var ownsLocalAccounts: Bool { true }

    func lookUp(_ request: AuthenticationRequest) async throws -> Lookup { .unknown }
    func authenticate(_ request: AuthenticationRequest) async throws -> AuthenticationVerdict { .notFound }
}
