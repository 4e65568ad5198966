import AuthCore
import AuthTesting
import Testing

@Suite struct PermissionResolverTests {
    private let view = Payroll.view
    private let change = Payroll.change

    private func granting(_ permissions: Permission..., by name: String) -> ScriptedPermissions {
        let granted = Dictionary(uniqueKeysWithValues: permissions.map { ($0, [PermissionOrigin.group("payroll")]) })
        return ScriptedPermissions(name, PermissionAnswer(granted: granted))
    }

    @Test func sourcesAddUp() async throws {
        let resolver = PermissionResolver(sources: [granting(view, by: "a"), granting(change, by: "b")])
        #expect(try await resolver.permissions(of: Payroll.ann) == [view, change])
        #expect(try await resolver.hasPermission(change, Payroll.ann))
    }

    @Test(arguments: [true, false]) func aDenialWinsWhereverItStands(_ isFirst: Bool) async throws {
        let denying = ScriptedPermissions("b", PermissionAnswer(denied: [view]))
        let a = granting(view, by: "a")
        let resolver = PermissionResolver(sources: isFirst ? [denying, a] : [a, denying])
        #expect(
            try await resolver.decide(view, for: Payroll.ann)
                == PermissionDecision(isGranted: false, grounds: [.denied(by: "b")]))
        #expect(try await !resolver.hasPermission(view, Payroll.ann))
        #expect(try await resolver.permissions(of: Payroll.ann).isEmpty)
        #expect(try await !resolver.hasPermissions(inModule: "payroll", Payroll.ann))
        #expect(try await resolver.hasPermission(view, Payroll.root))
    }

    @Test func anInactiveUserMayDoNothingAndNoSourceIsAsked() async throws {
        let source = granting(view, by: "a")
        let resolver = PermissionResolver(sources: [source])
        let permissions = try await resolver.load(Payroll.gone)
        #expect(permissions.all.isEmpty)
        #expect(!permissions.has(view))
        #expect(!permissions.hasAny(inModule: "payroll"))
        #expect(try await !resolver.hasPermission(view, Payroll.gone))
        #expect(try await !resolver.hasPermission(view, Payroll.gone, on: "front page"))
        #expect(try await resolver.decide(view, for: Payroll.gone).grounds == [.inactive])
        #expect(source.count == 0)
    }

    @Test func aSuperuserMayDoEverythingAndNoSourceIsAsked() async throws {
        let source = ScriptedPermissions("a", PermissionAnswer(denied: [view]))
        let resolver = PermissionResolver(sources: [source, FailingPermissions()])
        #expect(try await resolver.hasPermission(view, Payroll.root))
        #expect(try await resolver.hasPermission(view, Payroll.root, on: "an object"))
        #expect(try await resolver.hasPermissions(inModule: "unheard-of", Payroll.root))
        #expect(try await resolver.decide(view, for: Payroll.root).grounds == [.superuser])
        #expect(source.count == 0)
    }

    @Test func aDecisionNamesItsGrounds() async throws {
        let resolver = PermissionResolver(sources: [
            granting(view, by: "local"),
            ScriptedPermissions("rules", PermissionAnswer(granting: [view], rule: "payday")),
            ScriptedPermissions("mute", PermissionAnswer(granted: [view: []])),
        ])
        let decision = try await resolver.decide(view, for: Payroll.ann)
        #expect(decision.isGranted)
        #expect(
            decision.grounds.map(\.description) == [
                "local: through the group 'payroll', put in here by hand", "rules: by the rule: payday",
                "mute: given here",
            ])
        #expect(try await resolver.decide(change, for: Payroll.ann).grounds == [.nobodyGrants])
    }

    @Test func aSourceThatCannotKnowFailsTheCheck() async throws {
        let resolver = PermissionResolver(sources: [granting(view, by: "a"), FailingPermissions()])
        for user in [Payroll.ann, nil] {
            await #expect(throws: FailingPermissions.Failure.self) { try await resolver.hasPermission(view, user) }
        }
        await #expect(throws: FailingPermissions.Failure.self) {
            try await resolver.hasPermission(view, Payroll.ann, on: "an object")
        }
    }

    @Test func permissionsInGeneralAreNoneOnAnObject() async throws {
        let resolver = PermissionResolver(sources: [GeneralPermissions(granted: [view])])
        #expect(try await resolver.hasPermission(view, Payroll.ann))
        #expect(try await !resolver.hasPermission(view, Payroll.ann, on: "an object"))
        #expect(try await resolver.permissions(of: Payroll.ann, on: "an object").isEmpty)
        #expect(try await !resolver.hasPermission(view, nil))
        try await PermissionSourceConformance(GeneralPermissions(granted: [view]), users: [Payroll.ann]).run()
    }

    @Test func aSourceMayKnowObjects() async throws {
        let source = ScriptedPermissions(
            "objects",
            objects: ["slip 1": PermissionAnswer(granting: [view]), "slip 2": PermissionAnswer(denied: [view])])
        let resolver = PermissionResolver(sources: [
            source,
            ScriptedPermissions(
                "b",
                objects: [
                    "slip 2": PermissionAnswer(granting: [view])
                ]),
        ])
        #expect(try await resolver.hasPermission(view, Payroll.ann, on: "slip 1"))
        #expect(try await !resolver.hasPermission(view, Payroll.ann, on: "slip 2"))
        #expect(try await !resolver.hasPermission(view, Payroll.ann, on: "slip 3"))
        #expect(try await !resolver.hasPermission(view, Payroll.ann))
        try await PermissionSourceConformance(source, users: [Payroll.ann], objects: ["slip 1", "slip 2"]).run()
    }

    @Test func somebodyWhoHasNotLoggedInMayWhatSourcesGrantToAnybody() async throws {
        let source = ScriptedPermissions(
            "web", PermissionAnswer(granting: [change]), anonymous: PermissionAnswer(granting: [view]))
        let resolver = PermissionResolver(sources: [source])
        #expect(try await resolver.permissions(of: nil) == [view])
        #expect(try await resolver.hasPermission(view, nil, on: "front page"))
        #expect(try await !resolver.hasPermission(view, nil, on: "another page"))
        #expect(try await !resolver.hasPermission(view, Payroll.ann))
        #expect(try await resolver.hasPermissions(inModule: "payroll", nil))
        let denying = ScriptedPermissions("b", anonymous: PermissionAnswer(denied: [view]))
        #expect(try await !PermissionResolver(sources: [source, denying]).hasPermission(view, nil))
    }

    @Test(arguments: ["payroll", "payroll.", ".view", "a.b.c", "pay roll.view", ""])
    func whatIsNoPermissionIsRefused(_ text: String) {
        #expect(Permission(text) == nil)
    }

    @Test func theModelFollowsTheAction() {
        #expect(view.model == "payslip")
        #expect(Permission(appLabel: "wiki", codename: "publish").model == "permission")
        #expect(Permission(appLabel: "wiki", codename: "add_big_page").model == "big_page")
    }
}
