import AuthCore
import Testing

@Suite struct RegisteredModelTests {
    private let payRun = RegisteredModel(
        appLabel: "payroll", name: "PayRun", custom: ["release": "Can release pay runs", "audit": "Can audit"])

    @Test func aModelHasDjangosFourPermissionsAndItsOwn() {
        #expect(payRun.model == "payrun")
        #expect(
            payRun.permissions.map { "\($0.permission) \($0.model): \($0.name)" } == [
                "payroll.add_payrun payrun: Can add pay run", "payroll.change_payrun payrun: Can change pay run",
                "payroll.delete_payrun payrun: Can delete pay run", "payroll.view_payrun payrun: Can view pay run",
                "payroll.audit payrun: Can audit", "payroll.release payrun: Can release pay runs",
            ])
        #expect(payRun.permission(to: "view").description == "payroll.view_payrun")
    }

    @Test func modelsAreRegisteredOnceAndWhatIsThereStays() async throws {
        let store = InMemoryAccountStore()
        let cause = ChangeCause.administrator("payroll")
        let own = RegisteredPermission(permission: payRun.permission(to: "view"), name: "Look at pay runs")
        try await store.apply([AccountPlan(subject: .none, changes: [.registerPermission(own)])], cause: cause)
        #expect(try await store.register([payRun], cause: cause).count == 5)
        #expect(try await store.registeredPermissions().contains(own))
        let events = try await store.auditTrail(AuditQuery()).count
        #expect(try await store.register([payRun], cause: cause) == [])
        #expect(try await store.auditTrail(AuditQuery()).count == events)
    }

    @Test func whatDoesNotFitItsColumnIsRefused() async throws {
        let store = InMemoryAccountStore()
        for model in [
            RegisteredModel(appLabel: "payroll", name: String(repeating: "x", count: 101), actions: []),
            RegisteredModel(appLabel: "", name: "PayRun"), RegisteredModel(appLabel: "payroll", name: ""),
            RegisteredModel(appLabel: "payroll", name: "PayRun", verboseName: String(repeating: "x", count: 250)),
        ] {
            var model = model
            model.custom["release"] = "Can release"
            await #expect(throws: AccountStoreError.self) {
                try await store.register([model], cause: .administrator("payroll"))
            }
            #expect(try await store.registeredPermissions().isEmpty)
        }
    }
}
