import AuthCore
import Foundation
import Testing

@Suite struct PermissionArticleTests {
    private static let article = "Sources/DirectoryBridge/DirectoryBridge.docc/Permissions.md"

    /// The article's example, word for word.
    private func example(
        _ store: any AccountStore, _ resolver: PermissionResolver, _ user: User
    ) async throws -> (Bool, RequirementCheck) {
        // begin
        let payslip = RegisteredModel(
            appLabel: "payroll", name: "Payslip", custom: ["approve_payslip": "Can approve payslips"])
        try await store.register([payslip], cause: .administrator("payroll 2.1"))

        let permissions = try await resolver.load(user)
        let mayView = permissions.has(payslip.permission(to: "view"))
        let mayDecide: PermissionRequirement = .all([
            .any(["payroll.change_payslip", "payroll.approve_payslip"]), .not("payroll.trainee"),
        ])
        let check = permissions.check(mayDecide)
        // end
        return (mayView, check)
    }

    @Test func theExampleCompilesAndRuns() async throws {
        let source = try String(contentsOfFile: #filePath, encoding: .utf8)
        let after = try #require(source.components(separatedBy: "        // begin\n").dropFirst().first)
        let body = try #require(after.components(separatedBy: "        // end\n").first)
        let code = body.split(separator: "\n", omittingEmptySubsequences: false)
            .map { $0.hasPrefix("        ") ? String($0.dropFirst(8)) : String($0) }.joined(separator: "\n")
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let article = try String(contentsOf: root.appendingPathComponent(Self.article), encoding: .utf8)
        #expect(article.contains(code), "the article shows another example than the one that is tested here")

        let granting = GeneralPermissions(granted: [Payroll.view])
        let store = InMemoryAccountStore()
        let (mayView, check) = try await example(store, PermissionResolver(sources: [granting]), Payroll.ann)
        #expect(mayView)
        #expect(check.failures.map(\.description).contains("payroll.change_payslip is missing (nobody grants it)"))
        #expect(try await store.registeredPermissions().count == 5)
    }
}
