import AuthCore
import AuthTesting
import Testing

struct StoreConformanceTests {
    @Test func theInMemoryStoreConforms() async throws {
        try await StoreConformance { InMemoryAccountStore() }.run()
    }

    @Test func groupsHoldPermissionsInMemory() async throws {
        let store = InMemoryAccountStore()
        let publish = Permission(appLabel: "news", codename: "publish")
        let group = try store.addGroup("editors")
        #expect(throws: AccountStoreError.self) { try store.grant(publish, toGroup: "editors") }
        let applied = try await store.apply(
            [
                AccountPlan(
                    subject: .none,
                    changes: [
                        .registerPermission(RegisteredPermission(permission: publish, name: "Can publish")),
                        .create(NewAccount(username: "ann", password: .unusable())),
                        .addMembership(group: "editors", origin: nil),
                    ])
            ], cause: .administrator("root"))
        try store.grant(publish, toGroup: "editors")
        let ann = try #require(applied.first?.user)
        #expect(try await store.permissions(of: ann.id) == [publish: [.group("editors")]])
        #expect(try await store.permissions(ofGroups: ["editors"]) == ["editors": [publish]])
        #expect(try await store.groups(of: ann.id) == [group])
        try store.setActive(false, ann.id)
        #expect(try await store.account(id: ann.id)?.user.isActive == false)
    }
}
