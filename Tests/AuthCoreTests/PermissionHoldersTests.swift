import AuthCore
import Testing

@Suite struct PermissionHoldersTests {
    private let query = PermissionHolderQuery(Payroll.view)
    private let bob = User(id: User.ID(4), username: "bob")

    @Test func sourcesAddUpWithoutThoseWhomOneDenies() async throws {
        let first = ScriptedPermissions("a", holders: PermissionHolders(users: [Payroll.ann, Payroll.root]))
        let second = ScriptedPermissions("b", holders: PermissionHolders(users: [Payroll.ann, bob]))
        let denials: Set = [Payroll.ann.id, Payroll.root.id]
        let third = ScriptedPermissions("c", holders: PermissionHolders(denied: denials))
        #expect(
            try await PermissionResolver(sources: [second, first]).users(query) == [Payroll.ann, bob, Payroll.root])
        // Nothing is denied to a superuser.
        let resolver = PermissionResolver(sources: [third, first, second])
        #expect(try await resolver.users(query) == [bob, Payroll.root])
        #expect(try await resolver.users(query, from: "a") == [Payroll.ann, Payroll.root])
    }

    @Test func aListThatMightBeShortIsNotGiven() async throws {
        let listing = ScriptedPermissions("a", holders: PermissionHolders(users: [bob]))
        let resolver = PermissionResolver(sources: [listing, GeneralPermissions(granted: [Payroll.view])])
        await #expect { try await resolver.users(query) } throws: {
            ($0 as? PermissionListingError)?.code == .sourceCannotList && "\($0)".contains("'general'")
        }
        await #expect { try await resolver.users(query, from: "general") } throws: {
            ($0 as? PermissionListingError)?.code == .sourceCannotList
        }
        await #expect { try await resolver.users(query, from: "elsewhere") } throws: {
            ($0 as? PermissionListingError)?.code == .noSuchSource && "\($0)".contains("a, general")
        }
        #expect(try await resolver.users(query, from: "a") == [bob])
    }
}
