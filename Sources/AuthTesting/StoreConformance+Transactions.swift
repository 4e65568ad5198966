import AuthCore

extension StoreConformance {
    static let transactionChecks: [Check] = [
        aStalePlanIsReconciledAgain, aStalePlanMayBeRefused, aStaleEmptyPlanIsReconciledAgain, plansAreAllOrNothing,
        parallelFirstLoginsMakeOneAccount,
    ]

    @Sendable private static func aStalePlanIsReconciledAgain(_ scenario: StoreScenario) async throws {
        let ann = Corp.person("ann", groups: [Corp.group("staff")])
        let plan = try await scenario.plan(ann, under: Corp.mirrorAll)
        let first = try await scenario.apply(plan)
        let trail = try await scenario.store.auditEvents(limit: 100)
        let second = try await scenario.apply(plan)
        try require("A plan applied twice finds the account made.", second.user, is: first.user)
        try require("A plan applied twice changes nothing.", second.changes, is: [])
        try require(
            "What was not changed leaves no trail.", try await scenario.store.auditEvents(limit: 100), is: trail)
        let bob = try await scenario.plan(Corp.person("bob"))
        let both = try await scenario.store.apply([bob, bob], cause: .login(source: "corp"))
        try require("The same plan twice in one list is one account.", both.first?.user, is: both.last?.user)
    }

    @Sendable private static func aStalePlanMayBeRefused(_ scenario: StoreScenario) async throws {
        let plan = try await scenario.plan(Corp.person("ann"))
        let local = try await scenario.create("Ann")
        let applied = try await scenario.apply(plan)
        try require("A name taken meanwhile is a collision.", applied.refusal?.verdict, is: .denied(.nameCollision))
        try require("A refused plan changes nothing.", applied.changes, is: [])
        try require("A refused plan makes no account.", try await scenario.store.accounts().map(\.user), is: [local])
        let list = try await scenario.store.apply(
            [plan, try await scenario.plan(Corp.person("bob"))], cause: .login(source: "corp"))
        try require(
            "A refused plan does not hold up the others.", list.map { $0.user?.username }, is: [nil, "bob"])
    }

    @Sendable private static func aStaleEmptyPlanIsReconciledAgain(_ scenario: StoreScenario) async throws {
        let ann = Corp.person("ann", fields: [.email: "a@b"])
        let user = try require("A login returns the account.", some: try await scenario.logIn(ann).user)
        let plan = try await scenario.plan(ann)
        try await scenario.change(user.id, .setField(.email, from: "a@b", to: "x@y"))
        let applied = try await scenario.apply(plan)
        try require("A plan that became stale is reconciled again, an empty one too.", applied.user?.email, is: "a@b")
    }

    @Sendable private static func plansAreAllOrNothing(_ scenario: StoreScenario) async throws {
        try await scenario.register(Corp.viewPayslip)
        try await scenario.create("ann")
        let good: [AccountChange] = [
            .create(NewAccount(username: "bob", password: .unusable())), .setProfile(key: "room", from: nil, to: "1"),
            .createGroup(name: "staff", link: ExternalLink(source: "corp", id: "1")),
            .addMembership(group: "staff", origin: nil), .grant(Corp.viewPayslip, origin: nil, rule: nil),
        ]
        let bad = AccountChange.create(NewAccount(username: "ANN", password: .unusable()))
        try await scenario.requireRefusal("One bad plan undoes all plans of the list.", .usernameTaken) {
            try await scenario.store.apply(
                [AccountPlan(subject: .none, changes: good), AccountPlan(subject: .none, changes: [bad])],
                cause: StoreScenario.administrator)
        }
        try require(
            "An undone group is gone.", try await scenario.store.permissions(ofGroups: ["staff"]), is: [:])
        try await scenario.store.apply(
            [AccountPlan(subject: .none, changes: good)], cause: StoreScenario.administrator)
        try require("What was undone can be done.", try await scenario.resolve("bob") != nil)
    }

    @Sendable private static func parallelFirstLoginsMakeOneAccount(_ scenario: StoreScenario) async throws {
        let ann = Corp.person("ann", groups: [Corp.group("staff")])
        let plan = try await scenario.plan(ann, under: Corp.mirrorAll)
        let users = try await withThrowingTaskGroup(of: User.ID?.self) { group in
            for _ in 0..<50 { group.addTask { try await scenario.apply(plan).user?.id } }
            var users: Set<User.ID?> = []
            for try await user in group { users.insert(user) }
            return users
        }
        try require("All parallel first logins come to one account.", users.count == 1 && !users.contains(nil))
        try require("There is one account.", try await scenario.store.accounts().count, is: 1)
        let trail = try await scenario.store.auditEvents(limit: 1000)
        try require("The account was created once.", trail.count { $0.event == "user.create" }, is: 1)
    }
}
