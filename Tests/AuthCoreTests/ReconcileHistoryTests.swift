import AuthCore
import Testing

/// Random histories of a small directory, mirrored login by login.
@Suite struct ReconcileHistoryTests {
    /// SplitMix64: the same histories at every run.
    private struct Random: RandomNumberGenerator {
        var state: UInt64
        mutating func next() -> UInt64 {
            state &+= 0x9E37_79B9_7F4A_7C15
            var value = state
            value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
            value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
            return value ^ (value >> 31)
        }
    }

    private static let names = [
        "ann", "Ann", "ANN", "bob", "Zoe\u{308}", "Zo\u{EB}", "local", String(repeating: "x", count: 150),
    ]
    private static let groupNames = [
        "team", "Team", "e\u{301}quipe", "\u{E9}quipe", "ops", "", String(repeating: "g", count: 151),
    ]
    private static let permissions = ["a.view_x", "a.edit_x", "b.view_y"].compactMap(Permission.init)

    private func person(_ random: inout Random) -> ExternalAccount {
        let groups = (1...4).filter { _ in Bool.random(using: &random) }.map { id in
            ExternalGroup(
                id: "g\(id)", name: Self.groupNames.randomElement(using: &random) ?? "",
                dn: Bool.random(using: &random) ? "cn=\(id)" : nil)
        }
        var grants: [Permission: String] = [:]
        for permission in Self.permissions where Bool.random(using: &random) { grants[permission] = "rule" }
        let released = (1...4).filter { _ in Bool.random(using: &random) }.map { "id-\($0)" }
        return ExternalAccount(
            link: ExternalLink(source: "corp", id: "id-\(Int.random(in: 1...4, using: &random))", dn: "uid=x"),
            username: Self.names.randomElement(using: &random) ?? "",
            fields: [.email: ["", "a@b", "c@d"].randomElement(using: &random) ?? ""],
            profile: ["room": ["1", "2", nil].randomElement(using: &random) ?? nil], groups: groups,
            groupsAreComplete: Int.random(in: 0..<4, using: &random) > 0, grants: grants, releasedIDs: Set(released))
    }

    private func policy(_ random: inout Random) -> MirrorPolicy {
        MirrorPolicy(
            adopt: MirrorPolicy.Adoption.allCases.randomElement(using: &random) ?? .never,
            groups: [.none, .all, .only(["team", "ops"]), .except(["TEAM"])].randomElement(using: &random) ?? .none)
    }

    /// A store with a local superuser, an account that was brought along, a local group and a local membership and grant.
    private func preparedStore() async throws -> (InMemoryAccountStore, User.ID) {
        let store = InMemoryAccountStore()
        var plans = Self.permissions.dropLast().map {
            AccountPlan(subject: .none, changes: [.registerPermission(RegisteredPermission(permission: $0, name: "x"))])
        }
        let root = NewAccount(username: "local", password: EncodedPassword(encoded: "hash"), isSuperuser: true)
        plans.append(AccountPlan(subject: .none, changes: [.create(root)]))
        plans.append(
            AccountPlan(subject: .none, changes: [.create(NewAccount(username: "bob", password: .unusable()))]))
        let applied = try await store.apply(plans, cause: .administrator("test"))
        let bob = try #require(applied.last?.user)
        try await store.apply(
            [
                AccountPlan(
                    subject: .account(bob.id),
                    changes: [
                        .createGroup(name: "ops", link: nil), .addMembership(group: "ops", origin: nil),
                        .grant(Self.permissions[0], origin: nil, rule: nil),
                    ])
            ], cause: .administrator("test"))
        return (store, bob.id)
    }

    @Test func everyPlanCanBeAppliedOnceAndLeavesNothingToDo() async throws {
        var random = Random(state: 42)
        for history in 0..<400 {
            let (store, bob) = try await preparedStore()
            for step in 0..<12 {
                let person = person(&random)
                let policy = policy(&random)
                let basis = try await store.localState(for: person)
                guard case .changes(let changes, _) = reconcile(person, with: basis, under: policy) else { continue }
                let plan = AccountPlan(subject: .external(person, basis: basis, policy: policy), changes: changes)
                let applied = try await store.apply([plan], cause: .login(source: "corp"))
                #expect(applied.first?.refusal == nil)

                let after = try await store.localState(for: person)
                let again = reconcile(person, with: after, under: policy)
                guard case .changes(let rest, _) = again else {
                    Issue.record("history \(history), step \(step): refused after it was applied: \(again)")
                    continue
                }
                #expect(rest.isEmpty, "history \(history), step \(step)")
                #expect(try await store.groups(of: bob).map(\.name).contains("ops"), "a local membership was lost")
                #expect(
                    try await store.permissions(of: bob)[Self.permissions[0]]?.contains(.direct(source: nil, rule: nil))
                        == true)
                let root = try #require(try await store.accounts().first { $0.user.username == "local" })
                #expect(root.user.isSuperuser && root.link == nil, "a local superuser was entered")
            }
        }
    }
}
