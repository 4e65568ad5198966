import AuthCore
import LocalBackend
import Testing

@Suite struct LocalPermissionTests {
    private let view = Permission(appLabel: "payroll", codename: "view_payslip")

    /// A store of two users, and what asks it.
    private func site() async throws -> (store: ReadCountingStore, resolver: PermissionResolver, users: [User]) {
        let store = ReadCountingStore(InMemoryAccountStore())
        let payslip = RegisteredModel(appLabel: "payroll", name: "Payslip")
        let none = EncodedPassword(encoded: "!")
        let root = ChangeCause.administrator("root")
        try await store.register([payslip], cause: root)
        let applied = try await store.apply(
            [
                AccountPlan(
                    subject: .none,
                    changes: [
                        .createGroup(name: "payroll", link: nil), .grantToGroup(view, group: "payroll"),
                        .create(NewAccount(username: "ann", password: none)),
                        .addMembership(group: "payroll", origin: nil),
                    ]),
                AccountPlan(
                    subject: .none,
                    changes: [.create(NewAccount(username: "root", password: none, isSuperuser: true))]),
            ], cause: root)
        return (
            store, PermissionResolver(sources: [LocalBackend(store: store)]),
            try applied.map { try #require($0.user) }
        )
    }

    @Test(arguments: [("ann", 1), ("root", 2)]) func permissionsAreReadOnce(_ name: String, _ reads: Int) async throws {
        let (store, resolver, users) = try await site()
        let user = try #require(users.first { $0.username == name })
        let before = store.count
        let permissions = try await resolver.load(user)
        #expect(store.count - before == reads)
        for _ in 1...1000 { #expect(permissions.has(view)) }
        #expect(permissions.hasAny(inModule: "payroll"))
        #expect(permissions.check("payroll.view_payslip").isMet)
        #expect(store.count - before == reads)
    }

    @Test func aSingleCheckReadsOnceAndWhatFlagsSettleReadsNothing() async throws {
        let (store, resolver, users) = try await site()
        var before = store.count
        #expect(try await resolver.hasPermission(view, users[0]))
        #expect(store.count - before == 1)
        before = store.count
        #expect(try await resolver.hasPermission(view, users[1]))
        var gone = users[0]
        gone.isActive = false
        #expect(try await !resolver.hasPermission(view, gone))
        #expect(try await !resolver.hasPermission(view, users[0], on: "an object"))
        #expect(try await !resolver.hasPermission(view, nil))
        #expect(store.count == before)
    }

    @Test func changesShowInPermissionsThatAreLoadedAfterwards() async throws {
        let (store, resolver, users) = try await site()
        let before = try await resolver.load(users[0])
        try await store.apply(
            [AccountPlan(subject: .none, changes: [.revokeFromGroup(view, group: "payroll")])],
            cause: .administrator("root"))
        #expect(before.has(view))
        #expect(try await !resolver.load(users[0]).has(view))
    }

    @Test func whoHasAPermissionIsOneRead() async throws {
        let (store, resolver, users) = try await site()
        let before = store.count
        #expect(try await resolver.users(PermissionHolderQuery(view)) == users)
        #expect(store.count - before == 1)
    }
}
