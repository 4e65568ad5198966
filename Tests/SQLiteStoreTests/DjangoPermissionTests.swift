import AuthCore
import AuthTesting
import Foundation
import LocalBackend
import SQLiteStore
import Testing

/// Kinds of users, ways to be given something, and questions: every answer as Django gives it, on a database that Django made, on one of
/// ours and in memory. `scripts/golden-permissions` asked Django.
@Suite struct DjangoPermissionTests {
    /// The source that the second backend of the script is.
    private struct SecondSource: PermissionSource {
        let name = "second"
        static let denied: Set = [Permission(appLabel: "payroll", codename: "change_payslip")]

        func permissions(of user: User) async throws -> PermissionAnswer { PermissionAnswer(denied: Self.denied) }

        func permissions(of user: User, on object: any Sendable) async throws -> PermissionAnswer {
            var answer = PermissionAnswer(denied: Self.denied)
            if object as? String == "article-1" {
                answer.granted[Permission(appLabel: "news", codename: "publish")] = []
            }
            return answer
        }

        func anonymousPermissions() async throws -> PermissionAnswer {
            PermissionAnswer(granting: [Permission(appLabel: "news", codename: "read")])
        }

        func anonymousPermissions(on object: any Sendable) async throws -> PermissionAnswer {
            object as? String == "article-1" ? try await anonymousPermissions() : PermissionAnswer()
        }
    }

    /// Runs a test with each store that holds the users.
    private func withStores(
        _ golden: GoldenPermissions, _ body: (String, any AccountStore) async throws -> Void
    ) async throws {
        try await withDjangoDatabase { file in
            try file.execute(djangoPermissionRows)
            try await body("Django's database", try file.open())
        }
        try await withDatabaseFile { file in
            let store = try file.open()
            try await golden.fill(store)
            try await body("a database of ours", store)
        }
        let store = InMemoryAccountStore()
        try await golden.fill(store)
        try await body("memory", store)
    }

    private func expect(
        _ expected: GoldenPermissions.Answers, of user: User?, from resolver: PermissionResolver,
        _ golden: GoldenPermissions, without lost: Set<String> = [], _ comment: Comment
    ) async throws {
        let permissions = try await resolver.load(user)
        func lists(_ names: [String]) -> Set<String> {
            Set(names == ["*"] ? golden.everything : names).subtracting(lost)
        }
        #expect(Set(permissions.all.map(\.description)) == lists(expected.all), comment)
        #expect(Set(permissions.direct.map(\.description)) == lists(expected.direct), comment)
        #expect(Set(permissions.throughGroups.map(\.description)) == lists(expected.groups), comment)
        #expect(golden.modules.filter { permissions.hasAny(inModule: $0) } == expected.modules, comment)
        for label in golden.modules {
            #expect(
                try await resolver.hasPermissions(inModule: label, user) == expected.modules.contains(label), comment)
        }
        for (object, names) in expected.has {
            let object: String? = object == "None" ? nil : object
            let held = Set(names).subtracting(lost)
            let loaded = try await resolver.load(user, on: object)
            for name in golden.permissions {
                let permission = try #require(Permission(name))
                #expect(loaded.has(permission) == held.contains(name), "\(comment), \(name) on \(object ?? "nothing")")
                #expect(loaded.decide(permission).isGranted == held.contains(name), comment)
                #expect(
                    try await resolver.hasPermission(permission, user, on: object) == held.contains(name), comment)
            }
        }
        for (list, isMet) in zip(golden.lists, expected.lists) {
            let isMet = isMet && lost.isDisjoint(with: list)
            #expect(permissions.hasAll(try list.map { try #require(Permission($0)) }) == isMet, "\(comment), \(list)")
        }
    }

    @Test func everyAnswerIsDjangos() async throws {
        let golden = try GoldenPermissions()
        try await withStores(golden) { place, store in
            let resolver = PermissionResolver(sources: [LocalBackend(store: store)])
            for (username, expected) in try #require(golden.chains["model"]) {
                let user = try await golden.user(username, in: store)
                try await expect(expected, of: user, from: resolver, golden, "\(username) in \(place)")
            }
        }
    }

    @Test func severalBackendsAnswerAsDjangosDoButADenialWinsFromAnyPlace() async throws {
        let golden = try GoldenPermissions()
        try await withStores(golden) { place, store in
            let local = LocalBackend(store: store)
            let second = SecondSource()
            let denied = Set(SecondSource.denied.map(\.description))
            for (chain, sources) in [
                ("second, model", [second, local] as [any PermissionSource]), ("model, second", [local, second]),
            ] {
                let resolver = PermissionResolver(sources: sources)
                for (username, expected) in try #require(golden.chains[chain]) {
                    let user = try await golden.user(username, in: store)
                    try await expect(
                        expected, of: user, from: resolver, golden, without: user?.isSuperuser == true ? [] : denied,
                        "\(username), \(chain) in \(place)")
                }
            }
            // In Django the backend that grants first is not contradicted.
            let held = { (chain: String) in golden.chains[chain]?["plain.group"]?.has["None"] ?? [] }
            #expect(held("model, second").contains("payroll.change_payslip"))
            #expect(!held("second, model").contains("payroll.change_payslip"))
        }
    }

    @Test func whoHasAPermissionIsWhoHasItInDjango() async throws {
        let golden = try GoldenPermissions()
        try await withStores(golden) { place, store in
            let resolver = PermissionResolver(sources: [LocalBackend(store: store)])
            for question in golden.holders {
                let query = PermissionHolderQuery(
                    try #require(Permission(question.permission)), isActive: question.isActive,
                    includesSuperusers: question.includesSuperusers, object: question.object)
                for source in [nil, "local"] {
                    let users = try await resolver.users(query, from: source).map(\.username)
                    #expect(users == question.users, "\(query) in \(place)")
                }
            }
        }
    }

    @Test func theLocalBackendConformsAsASource() async throws {
        let golden = try GoldenPermissions()
        try await withStores(golden) { _, store in
            let users = try await store.accounts().map(\.user)
            try await PermissionSourceConformance(LocalBackend(store: store), users: users).run()
        }
    }

    @Test func theModelsOfAnApplicationAreRegisteredAsDjangoRegistersThem() async throws {
        let golden = try GoldenPermissions()
        for model in golden.models {
            #expect(
                Set(model.registered.permissions.map { [$0.permission.codename, $0.name] }) == Set(model.rows),
                "\(model.name)")
        }
        // Django has made them all, under the same content types.
        try await withDjangoDatabase { file in
            try file.execute(djangoPermissionRows)
            let store = try file.open()
            let version = try file.version()
            let added = try await store.register(golden.models.map(\.registered), cause: .administrator("app"))
            #expect(added.isEmpty)
            #expect(try file.version() == version)
        }
        try await withDatabaseFile { file in
            let store = try file.open()
            try await store.register(golden.models.map(\.registered), cause: .administrator("app"))
            let rows = """
                SELECT app_label || '.' || model || '.' || codename || '.' || name FROM auth_permission p
                JOIN django_content_type c ON c.id = p.content_type_id WHERE app_label IN ('payroll', 'pay', 'news')
                ORDER BY 1
                """
            let ours = try file.texts(rows)
            try await withDjangoDatabase { other in
                try other.execute(djangoPermissionRows)
                // One permission string is one permission here.
                #expect(try ours == other.texts(rows).filter { $0 != "news.draft.publish.Can publish drafts" })
            }
        }
    }
}
