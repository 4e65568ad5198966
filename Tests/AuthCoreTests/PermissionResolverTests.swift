import AuthCore
import Testing

@Suite struct PermissionResolverTests {
    private struct Fixed: PermissionSource {
        let name: String
        let answer: PermissionAnswer
        func permissions(of user: User, on object: (any Sendable)?) async throws -> PermissionAnswer { answer }
    }

    private let view = Permission(appLabel: "payroll", codename: "view_payslip")
    private let change = Permission(appLabel: "payroll", codename: "change_payslip")
    private let alice = User(id: User.ID(1), username: "alice")

    private func granting(_ permissions: Permission..., by name: String) -> Fixed {
        let granted = Dictionary(uniqueKeysWithValues: permissions.map { ($0, [PermissionOrigin.group("payroll")]) })
        return Fixed(name: name, answer: PermissionAnswer(granted: granted))
    }

    @Test func sourcesAddUp() async throws {
        let resolver = PermissionResolver(sources: [granting(view, by: "a"), granting(change, by: "b")])
        #expect(try await resolver.permissions(of: alice) == [view, change])
        #expect(try await resolver.hasPermission(change, alice))
    }

    @Test func aDenialWinsOverAnEarlierGrant() async throws {
        let denying = Fixed(name: "b", answer: PermissionAnswer(denied: [view]))
        let resolver = PermissionResolver(sources: [granting(view, by: "a"), denying])
        #expect(
            try await resolver.decide(view, for: alice)
                == PermissionDecision(isGranted: false, grounds: [.denied(by: "b")]))
        #expect(try await resolver.permissions(of: alice).isEmpty)
    }

    @Test func anInactiveUserMayDoNothing() async throws {
        var inactive = alice
        inactive.isActive = false
        inactive.isSuperuser = true
        let resolver = PermissionResolver(sources: [granting(view, by: "a")])
        #expect(try await resolver.permissions(of: inactive).isEmpty)
        #expect(try await !resolver.hasPermission(view, inactive))
    }

    @Test func aSuperuserMayDoEverything() async throws {
        var root = alice
        root.isSuperuser = true
        #expect(try await PermissionResolver(sources: []).hasPermission(view, root))
    }

    @Test func aDecisionNamesItsGrounds() async throws {
        let resolver = PermissionResolver(sources: [granting(view, by: "local")])
        #expect(try await resolver.decide(view, for: alice).grounds == [.granted(by: "local", .group("payroll"))])
        #expect(try await resolver.decide(change, for: alice).grounds == [.nobodyGrants])
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
