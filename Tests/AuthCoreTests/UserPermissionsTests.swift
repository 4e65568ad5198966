import AuthCore
import Testing

@Suite struct UserPermissionsTests {
    private let view = Payroll.view
    private let change = Payroll.change

    @Test func eachSourceIsAskedOnceHoweverManyChecksThereAre() async throws {
        let sources = ["a", "b"].map { ScriptedPermissions($0, PermissionAnswer(granting: [view])) }
        let resolver = PermissionResolver(sources: sources)
        let permissions = try await resolver.load(Payroll.ann)
        for _ in 1...1000 {
            _ = permissions.has(view)
            _ = permissions.hasAny(inModule: "payroll")
            _ = permissions.decide(change)
            _ = permissions.check(.all(["payroll.view_payslip", .not("payroll.change_payslip")]))
            _ = permissions.all
        }
        #expect(sources.map(\.count) == [1, 1])
        _ = try await resolver.load(Payroll.ann)
        #expect(sources.map(\.count) == [2, 2])
    }

    @Test func directPermissionsAreToldFromThoseOfGroups() async throws {
        let answer = PermissionAnswer(granted: [
            view: [.direct(source: nil, rule: nil), .group("payroll")], change: [.group("payroll")],
            Payroll.approve: [],
        ])
        let permissions = try await PermissionResolver(sources: [ScriptedPermissions("a", answer)]).load(Payroll.ann)
        #expect(permissions.direct == [view, Payroll.approve])
        #expect(permissions.throughGroups == [view, change])
        #expect(permissions.all == [view, change, Payroll.approve])
    }

    @Test func aSuperusersListIsWhatSourcesListAndChecksGoBeyond() async throws {
        let source = ScriptedPermissions("a", PermissionAnswer(granted: [view: []], denied: [view]))
        let permissions = try await PermissionResolver(sources: [source]).load(Payroll.root)
        #expect(permissions.all == [view])
        #expect(permissions.direct == [view])
        #expect(permissions.throughGroups == [view])
        #expect(permissions.has(change))
        #expect(permissions.hasAll([view, change]))
    }

    @Test func aModuleIsTheWholeLabel() async throws {
        let source = ScriptedPermissions("a", PermissionAnswer(granting: [view]))
        let permissions = try await PermissionResolver(sources: [source]).load(Payroll.ann)
        #expect(permissions.hasAny(inModule: "payroll"))
        for label in ["pay", "Payroll", "payroll.", "payroll.view_payslip", ""] {
            #expect(!permissions.hasAny(inModule: label))
        }
    }
}
