import AuthCore
import AuthTesting
import LocalBackend
import Testing

struct LocalBackendTests {
    let scenario = LocalScenario()

    @Test func theBackendConforms() async throws {
        try await scenario.add("Žofie", password: "heslo")
        try await scenario.add("root", password: "*", superuser: true)
        try await scenario.add("mirrored", encoded: .unusable())
        try await BackendConformance(
            scenario.backend,
            accepted: [PasswordCredentials(username: "Žofie", password: "heslo")],
            refused: [
                PasswordCredentials(username: "nobody", password: "heslo"),
                PasswordCredentials(username: "mirrored", password: "!"),
            ]
        ).run()
    }

    @Test func theRightPasswordProvesTheAccount() async throws {
        let ann = try await scenario.add("ann", password: "right")
        #expect(try await scenario.present("ANN", "right") == .authenticated(.local(ann.id)))
        #expect(try await scenario.present("ann", "wrong") == .rejected(.wrongPassword))
        #expect(scenario.hasher.count == 2)
    }

    @Test func unknownNamesCostOneHash() async throws {
        #expect(try await scenario.present("nobody", "any") == .notFound)
        #expect(scenario.hasher.count == 1)
        let request = AuthenticationRequest(credentials: PasswordCredentials(username: "nobody", password: "any"))
        await scenario.backend.spendDecoyWork(request)
        #expect(scenario.hasher.count == 2)
    }

    @Test func accountsLinkedElsewhereAreNeverAccepted() async throws {
        let ann = try await scenario.add("ann", password: "right")
        let link = ExternalLink(source: "corp", id: "1")
        try await scenario.store.apply(
            [AccountPlan(subject: .account(ann.id), changes: [.link(link)])], cause: .administrator("root"))
        #expect(try await scenario.present("ann", "right") == .notFound)
        #expect(scenario.hasher.count == 1)
        let request = AuthenticationRequest(
            credentials: PasswordCredentials(username: "ann", password: "right"),
            account: try await scenario.store.account(id: ann.id))
        #expect(try await scenario.backend.authenticate(request) == .notFound)
        guard case .unknown = try await scenario.backend.lookUp(request) else {
            Issue.record("The look-up knows an account of another backend.")
            return
        }
    }

    @Test func aBreakGlassAccountIsAcceptedAsLongAsItIsMarked() async throws {
        let ann = try await scenario.add("ann", password: "right")
        for (change, verdict) in [
            (AccountChange.link(ExternalLink(source: "corp", id: "1")), AuthenticationVerdict.notFound),
            (.setBreakGlass(true), .authenticated(.local(ann.id))), (.setBreakGlass(false), .notFound),
        ] {
            try await scenario.store.apply(
                [AccountPlan(subject: .account(ann.id), changes: [change])], cause: .administrator("root"))
            #expect(try await scenario.present("ann", "right") == verdict)
        }
    }

    @Test func inactiveAccountsSayItOnlyToTheirOwner() async throws {
        let ann = try await scenario.add("ann", password: "right")
        try await scenario.store.apply(
            [AccountPlan(subject: .account(ann.id), changes: [.setFlag(.isActive, from: true, to: false)])],
            cause: .administrator("test"))
        #expect(try await scenario.present("ann", "wrong") == .rejected(.wrongPassword))
        #expect(try await scenario.present("ann", "right") == .denied(.accountDisabled))
    }

    @Test func aBrokenColumnIsRejectedAndExplained() async throws {
        try await scenario.add("ann", encoded: EncodedPassword(encoded: "pbkdf2_sha256$broken"))
        let trace = AuthenticationTrace()
        let request = AuthenticationRequest(
            credentials: PasswordCredentials(username: "ann", password: "x"),
            context: AuthenticationContext(trace: trace))
        #expect(try await scenario.backend.authenticate(request) == .rejected(.wrongPassword))
        #expect(trace.warnings.count == 1)
    }

    @Test(arguments: [(1, true), (2, false), (3, false)])
    func aRightPasswordIsHashedAgainOnlyWithMoreWork(iterations: Int, isUpdated: Bool) async throws {
        let ann = try await scenario.add("ann", password: "right", iterations: iterations)
        let before = try #require(try await scenario.store.account(id: ann.id)).password
        #expect(try await scenario.present("ann", "wrong") == .rejected(.wrongPassword))
        #expect(try await scenario.store.account(id: ann.id)?.password == before)
        #expect(try await scenario.present("ann", "right") == .authenticated(.local(ann.id)))
        let after = try #require(try await scenario.store.account(id: ann.id)).password
        #expect((after != before) == isUpdated)
        #expect(after.encoded.hasPrefix("pbkdf2_sha256$\(max(iterations, 2))$"))
        #expect(try await scenario.present("ann", "right") == .authenticated(.local(ann.id)))
        #expect(try await scenario.store.account(id: ann.id)?.password == after)
    }

    @Test func hashingAgainNeverUndoesANewPassword() async throws {
        let ann = try await scenario.add("ann", password: "old", iterations: 1)
        let request = AuthenticationRequest(
            credentials: PasswordCredentials(username: "ann", password: "old"),
            account: try await scenario.store.account(id: ann.id))
        let new = EncodedPassword(encoded: "set meanwhile")
        try await scenario.store.apply(
            [AccountPlan(subject: .account(ann.id), changes: [.setPassword(new)])], cause: .administrator("root"))
        _ = try await scenario.backend.authenticate(request)
        #expect(try await scenario.store.account(id: ann.id)?.password == new)
    }

    @Test func flawedCredentialsAreRejectedWithoutHashing() async throws {
        try await scenario.add("ann", password: "right")
        #expect(try await scenario.present("ann", "") == .rejected(.emptyPassword))
        #expect(try await scenario.present("", "right") == .rejected(.malformedName))
        #expect(try await scenario.present("ann", "right\u{0}") == .rejected(.wrongPassword))
        #expect(scenario.hasher.count == 0)
    }

    @Test func permissionsComeFromTheStore() async throws {
        let publish = Permission(appLabel: "news", codename: "publish")
        let retract = Permission(appLabel: "news", codename: "retract")
        var ann = try await scenario.add("ann", password: "x")
        let root = try await scenario.add("root", password: "x", superuser: true)
        let register = [publish, retract].map {
            AccountChange.registerPermission(RegisteredPermission(permission: $0, name: "May"))
        }
        try await scenario.store.apply(
            [
                AccountPlan(subject: .none, changes: register),
                AccountPlan(subject: .account(ann.id), changes: [.grant(publish, origin: nil, rule: nil)]),
            ], cause: .administrator("root"))
        let backend = scenario.backend
        #expect(
            try await backend.permissions(of: ann).granted == [publish: [.direct(source: nil, rule: nil)]])
        #expect(try await backend.permissions(of: ann, on: "an object") == PermissionAnswer())
        #expect(try await Set(backend.permissions(of: root).granted.keys) == [publish, retract])
        ann.isActive = false
        #expect(try await backend.permissions(of: ann) == PermissionAnswer())
    }
}
