import AuthCore
import Testing

@Suite struct PermissionRequirementTests {
    private func check(
        _ requirement: PermissionRequirement, holding held: Set<Permission> = [Payroll.view],
        _ user: User? = Payroll.ann
    ) async throws -> RequirementCheck {
        let answer = PermissionAnswer(granting: held)
        let source = ScriptedPermissions("local", answer, anonymous: answer)
        return try await PermissionResolver(sources: [source]).check(requirement, for: user)
    }

    /// What ann, who may view payslips, meets.
    @Test(
        arguments: [
            ("payroll.view_payslip", true),
            ("payroll.change_payslip", false),
            (.not("payroll.change_payslip"), true),
            (.not("payroll.view_payslip"), false),
            (.not(.not("payroll.view_payslip")), true),
            (.all(["payroll.view_payslip", .not("payroll.change_payslip")]), true),
            (.all(["payroll.view_payslip", "payroll.change_payslip"]), false),
            (.any(["payroll.change_payslip", "payroll.view_payslip"]), true),
            (.any(["payroll.change_payslip", "payroll.approve_payslip"]), false),
            (.not(.any(["payroll.change_payslip", "payroll.approve_payslip"])), true),
            (.not(.all(["payroll.view_payslip", "payroll.approve_payslip"])), true),
            (.not(.all(["payroll.view_payslip"])), false),
            (.all([]), true),
            (.any([]), false),
            (.not(.all([])), false),
            (.not(.any([])), true),
        ] as [(PermissionRequirement, Bool)])
    func requirementsAreLogic(_ requirement: PermissionRequirement, _ isMet: Bool) async throws {
        #expect(try await check(requirement).isMet == isMet)
        #expect(try await check(.not(requirement)).isMet == !isMet)
        #expect(try await check(requirement, nil).isMet == isMet)
    }

    @Test(arguments: [.all([]), .not("payroll.change_payslip"), "payroll.view_payslip"] as [PermissionRequirement])
    func anInactiveUserMeetsNothing(_ requirement: PermissionRequirement) async throws {
        let check = try await check(requirement, Payroll.gone)
        #expect(!check.isMet)
        #expect(check.failures == [.inactive])
    }

    @Test func aSuperuserHoldsEverythingAndSoMeetsNoContrary() async throws {
        #expect(try await check(.all(["a.b", "c.d"]), Payroll.root).isMet)
        let contrary = try await check(.not("a.b"), Payroll.root)
        #expect(contrary.failures == [.held(Permission(appLabel: "a", codename: "b"), [.superuser])])
    }

    @Test func whatFailedIsNamed() async throws {
        let failed = try await check(
            .all([
                "payroll.view_payslip", .any(["payroll.change_payslip", "payroll.approve_payslip"]),
                .not(.any(["payroll.view_payslip", "payroll.trainee"])),
            ]))
        #expect(
            failed.failures == [
                .missing(Payroll.change, [.nobodyGrants]), .missing(Payroll.approve, [.nobodyGrants]),
                .held(Payroll.view, [.granted(by: "local", .direct(source: nil, rule: nil))]),
            ])
        #expect(
            "\(failed)" == """
                all of (payroll.view_payslip, any of (payroll.change_payslip, payroll.approve_payslip), \
                not (any of (payroll.view_payslip, payroll.trainee))) is not met: \
                payroll.change_payslip is missing (nobody grants it); \
                payroll.approve_payslip is missing (nobody grants it); \
                payroll.view_payslip must not be held (local: given here)
                """)
        #expect(try await check(.any([])).failures == [.nothingMeets(.any([]))])
        #expect(try await "\(check("payroll.view_payslip"))" == "payroll.view_payslip is met")
    }

    @Test func aDenialIsNamedInARequirement() async throws {
        let denying = ScriptedPermissions("freeze", PermissionAnswer(granting: [Payroll.view]))
        var answer = PermissionAnswer(granting: [])
        answer.denied = [Payroll.view]
        let resolver = PermissionResolver(sources: [denying, ScriptedPermissions("audit", answer)])
        let failed = try await resolver.check("payroll.view_payslip", for: Payroll.ann)
        #expect(failed.failures == [.missing(Payroll.view, [.denied(by: "audit")])])
    }

    @Test func requirementsNameTheirPermissions() {
        let requirement: PermissionRequirement = .all(["a.b", .any(["c.d", .not("a.b")])])
        #expect(requirement.permissions.map(\.description).sorted() == ["a.b", "c.d"])
    }

    @Test func aWrongLiteralEndsTheProgramThatHoldsIt() async {
        await #expect(processExitsWith: .failure) { _ = "payroll" as PermissionRequirement }
    }
}
