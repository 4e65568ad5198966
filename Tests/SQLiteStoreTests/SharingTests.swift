import AuthCore
import Foundation
import GRDB
import SQLiteStore
import TestSupport
import Testing

/// What Django, or an administrator with plain SQLite, does to the tables beside us.
struct SharingTests {
    private let publish = Permission(appLabel: "news", codename: "publish_article")
    private let bridgeRows = """
        SELECT (SELECT count(*) FROM bridge_user_link) + (SELECT count(*) FROM bridge_membership_origin)
            + (SELECT count(*) FROM bridge_grant_origin) + (SELECT count(*) FROM bridge_profile)
            + (SELECT count(*) FROM bridge_folded_name) + (SELECT count(*) FROM bridge_break_glass)
        """

    private func withAnn(_ body: (DatabaseFile, SQLiteAccountStore, ExternalAccount) async throws -> Void) async throws
    {
        try await withDatabaseFile { file in
            let store = try file.open()
            let register = AccountChange.registerPermission(
                RegisteredPermission(permission: publish, name: "Can publish"))
            try await store.apply([AccountPlan(subject: .none, changes: [register])], cause: .administrator("root"))
            let ann = corpPerson(
                "ann", groups: [ExternalGroup(id: "g1", name: "staff")], grants: [publish: "group staff"])
            let user = try #require(try await store.logIn(ann)?.user).id
            try await store.apply(
                [AccountPlan(subject: .account(user), changes: [.setBreakGlass(true)])], cause: .administrator("root"))
            #expect(try file.count(bridgeRows) == 6)
            try await body(file, store, ann)
        }
    }

    @Test func whatDjangoDeletesTakesOurRowsAlong() async throws {
        try await withAnn { file, store, ann in
            try file.execute(
                """
                DELETE FROM auth_user_groups; DELETE FROM auth_user_user_permissions; DELETE FROM auth_user;
                DELETE FROM auth_group;
                """)
            #expect(try file.count(bridgeRows) == 0)
            #expect(try file.count("SELECT count(*) FROM bridge_group_link") == 0)
            #expect(try file.count("SELECT count(*) FROM bridge_audit WHERE event = 'user.create'") == 1)
            #expect(try await store.logIn(ann)?.user?.username == "ann")
        }
    }

    @Test func rowsLeftBehindByAToolWithoutForeignKeysTieNobody() async throws {
        try await withAnn { file, store, ann in
            try await file.other.writeWithoutTransaction { database in
                try database.execute(
                    sql: """
                        PRAGMA foreign_keys = OFF;
                        DELETE FROM auth_user_groups; DELETE FROM auth_user_user_permissions; DELETE FROM auth_user;
                        DELETE FROM auth_group;
                        PRAGMA foreign_keys = ON;
                        """)
            }
            #expect(try file.count(bridgeRows) == 6)
            let applied = try #require(try await store.logIn(ann))
            #expect(applied.refusal == nil)
            #expect(try await store.account(id: #require(applied.user).id)?.link == ann.link)
            #expect(try await store.groups(of: #require(applied.user).id).map(\.name) == ["staff"])
        }
    }

    @Test func aMembershipGivenByDjangoStays() async throws {
        try await withAnn { file, store, ann in
            try file.execute(
                """
                INSERT INTO auth_group (name) VALUES ('editors');
                INSERT INTO auth_user_groups (user_id, group_id) SELECT u.id, g.id FROM auth_user u, auth_group g
                    WHERE g.name = 'editors';
                """)
            var ann = ann
            ann.groups = []
            ann.grants = [:]
            let applied = try #require(try await store.logIn(ann))
            let user = try #require(applied.user)
            #expect(applied.changes.map(\.auditEvent) == ["membership.remove", "permission.revoke"])
            #expect(try await store.groups(of: user.id).map(\.name) == ["editors"])
        }
    }

    @Test func aLocalGroupIsNeverTakenOverForItsName() async throws {
        try await withDatabaseFile { file in
            let store = try file.open()
            try file.execute("INSERT INTO auth_group (name) VALUES ('staff')")
            let ann = corpPerson("ann", groups: [ExternalGroup(id: "g1", name: "staff")])
            let user = try #require(try await store.logIn(ann, under: MirrorPolicy(groups: .only(["staff"])))?.user)
            #expect(try await store.groups(of: user.id) == [])
        }
    }

    @Test func permissionsThroughGroupsNameTheGroup() async throws {
        try await withAnn { file, store, ann in
            try file.execute(
                "INSERT INTO auth_group_permissions (group_id, permission_id) SELECT g.id, p.id FROM auth_group g, auth_permission p"
            )
            let user = try #require(try await store.localState(for: ann).linked?.user)
            #expect(
                try await store.permissions(of: user.id)
                    == [publish: [.direct(source: "corp", rule: "group staff"), .group("staff", source: "corp")]])
            #expect(try await store.permissions(ofGroups: ["staff"]) == ["staff": [publish]])
        }
    }

    @Test func aPermissionOfAnotherModelIsThePermission() async throws {
        try await withDatabaseFile { file in
            let store = try file.open()
            try file.execute(
                """
                INSERT INTO django_content_type (app_label, model) VALUES ('news', 'story');
                INSERT INTO auth_permission (name, content_type_id, codename) VALUES ('Can publish', 1, 'publish_article');
                """)
            let register = AccountChange.registerPermission(RegisteredPermission(permission: publish, name: "Other"))
            let applied = try await store.apply(
                [AccountPlan(subject: .none, changes: [register])], cause: .administrator("root"))
            #expect(applied.first?.changes == [])
            #expect(try await store.registeredPermissions().map(\.name) == ["Can publish"])
            let ann = corpPerson("ann", grants: [publish: "everybody"])
            let user = try #require(try await store.logIn(ann)?.user)
            #expect(try await store.permissions(of: user.id).keys.contains(publish))
        }
    }

    @Test func permissionsGetTheContentTypeOfTheirModel() async throws {
        try await withAnn { file, _, _ in
            let types = try file.texts("SELECT app_label || '.' || model FROM django_content_type")
            #expect(types == ["news.article"])
        }
    }

    @Test func anErrorOfTheDatabaseTellsNoValue() async throws {
        try await withAnn { file, store, _ in
            try file.execute(
                "CREATE TRIGGER frozen BEFORE UPDATE ON auth_user BEGIN SELECT RAISE(ABORT, 'frozen'); END")
            let ann = try #require(try await store.accounts().first).user.id
            let change = AccountChange.setPassword(EncodedPassword(encoded: "a-new-hash"))
            let outage = await #expect(throws: AuthenticationOutage.self) {
                try await store.apply(
                    [AccountPlan(subject: .account(ann), changes: [change])], cause: .administrator("root"))
            }
            #expect(outage?.message.contains("frozen") == true)
            #expect(outage?.message.contains("a-new-hash") == false)
        }
    }

    @Test func anInactiveAccountIsRefused() async throws {
        try await withAnn { file, store, ann in
            try file.execute("UPDATE auth_user SET is_active = 0")
            #expect(try await store.logIn(ann)?.refusal?.verdict == .denied(.accountDisabled))
        }
    }

    @Test func valuesOfAnotherTypeAreAnOutage() async throws {
        try await withAnn { file, store, _ in
            try file.execute("UPDATE auth_user SET is_active = x'ff'")
            await #expect(throws: AuthenticationOutage.self) { try await store.resolve(LoginName("ann")) }
        }
    }
}
