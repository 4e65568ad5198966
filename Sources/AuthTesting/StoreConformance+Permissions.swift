import AuthCore

extension StoreConformance {
    static let permissionChecks: [Check] = [
        permissionsAreRegisteredOnce, grantsFollowTheRules, unregisteredPermissionsAreNotGranted,
        groupsWithoutPermissionsAreGroups, holdersAreThoseWhoHold, aPermissionKeepsItsModel,
    ]

    @Sendable private static func permissionsAreRegisteredOnce(_ scenario: StoreScenario) async throws {
        let other = Permission(appLabel: "auth", codename: "publish")
        try await scenario.register(Corp.viewPayslip)
        try await scenario.register(other)
        let again = AccountChange.registerPermission(
            RegisteredPermission(permission: Corp.viewPayslip, name: "Another name"))
        let applied = try await scenario.store.apply(
            [AccountPlan(subject: .none, changes: [again])], cause: StoreScenario.administrator)
        try require("A registered permission is not registered again.", applied.map(\.changes), is: [[]])
        try require(
            "Permissions are listed in order.", try await scenario.store.registeredPermissions(),
            is: [
                RegisteredPermission(permission: other, name: "May"),
                RegisteredPermission(permission: Corp.viewPayslip, name: "May"),
            ])
    }

    @Sendable private static func grantsFollowTheRules(_ scenario: StoreScenario) async throws {
        try await scenario.register(Corp.viewPayslip)
        var ann = Corp.person("ann", grants: [Corp.viewPayslip: "group payroll"])
        let user = try require("A login returns the account.", some: try await scenario.logIn(ann).user)
        try require(
            "A granted permission names its rule.", try await scenario.store.permissions(of: user.id),
            is: [Corp.viewPayslip: [.direct(source: "corp", rule: "group payroll")]])
        let twice = try await scenario.change(user.id, .grant(Corp.viewPayslip, origin: nil, rule: nil))
        try require("A permission one has is not given again.", twice.changes, is: [])
        ann.grants = [:]
        try await scenario.logIn(ann)
        try require(
            "What the rules no longer give is taken back.", try await scenario.store.permissions(of: user.id), is: [:])
        try await scenario.change(user.id, .grant(Corp.viewPayslip, origin: nil, rule: nil))
        try await scenario.logIn(ann)
        try require(
            "What an administrator gave stays.", try await scenario.store.permissions(of: user.id),
            is: [Corp.viewPayslip: [.direct(source: nil, rule: nil)]])
        let wrongOrigin = try await scenario.change(user.id, .revoke(Corp.viewPayslip, origin: "corp"))
        try require("A source takes back nothing it did not give.", wrongOrigin.changes, is: [])
        try await scenario.change(user.id, .revoke(Corp.viewPayslip, origin: nil))
        try require(
            "An administrator takes back what one gave.", try await scenario.store.permissions(of: user.id), is: [:])
    }

    @Sendable private static func unregisteredPermissionsAreNotGranted(_ scenario: StoreScenario) async throws {
        let user = try await scenario.create("ann").id
        try await scenario.requireRefusal("A permission that is not registered is refused.", .permissionNotRegistered) {
            try await scenario.change(user, .grant(Corp.viewPayslip, origin: nil, rule: nil))
        }
        let ann = Corp.person("bob", grants: [Corp.viewPayslip: "group payroll"])
        let state = try await scenario.store.localState(for: ann)
        try require("The local state knows what is registered.", state.registeredPermissions, is: [])
        try await scenario.register(Corp.viewPayslip)
        try require(
            "The local state learns what is registered.",
            try await scenario.store.localState(for: ann).registeredPermissions, is: [Corp.viewPayslip])
    }

    @Sendable private static func groupsWithoutPermissionsAreGroups(_ scenario: StoreScenario) async throws {
        try await scenario.logIn(Corp.person("ann", groups: [Corp.group("staff")]), under: Corp.mirrorAll)
        try require(
            "Groups are told from names of no group.",
            try await scenario.store.permissions(ofGroups: ["staff", "nobody"]), is: ["staff": []])
    }

    @Sendable private static func holdersAreThoseWhoHold(_ scenario: StoreScenario) async throws {
        let store = scenario.store
        try await scenario.register(Corp.viewPayslip)
        let plain = try await scenario.create("plain").id
        try await scenario.create("nobody")
        let root = try await scenario.create("root").id
        let away = try await scenario.create("away").id
        try await scenario.logIn(Corp.person("member", groups: [Corp.group("payroll")]), under: Corp.mirrorAll)
        try await scenario.change(plain, .grant(Corp.viewPayslip, origin: nil, rule: nil))
        try await scenario.change(root, .setFlag(.isSuperuser, from: false, to: true))
        try await scenario.change(
            away, .addMembership(group: "payroll", origin: nil), .setFlag(.isActive, from: true, to: false))
        let toGroup = AccountChange.grantToGroup(Corp.viewPayslip, group: "payroll")
        try await store.apply([AccountPlan(subject: .none, changes: [toGroup])], cause: StoreScenario.administrator)
        for (isActive, includingSuperusers, expected) in [
            (true, true, ["member", "plain", "root"]), (true, false, ["member", "plain"]),
            (false, true, ["away"]), (nil, true, ["away", "member", "plain", "root"]),
            (nil, false, ["away", "member", "plain"]),
        ] as [(Bool?, Bool, [String])] {
            let found = try await store.holders(
                of: Corp.viewPayslip, isActive: isActive, includingSuperusers: includingSuperusers)
            try require("Who holds a permission is listed in order.", found.map(\.username), is: expected)
        }
        let unknown = Permission(appLabel: "payroll", codename: "VIEW_payslip")
        let holders = try await store.holders(of: unknown, isActive: nil, includingSuperusers: false)
        try require("Nobody holds a permission of another spelling.", holders, is: [])
    }

    @Sendable private static func aPermissionKeepsItsModel(_ scenario: StoreScenario) async throws {
        let registered = RegisteredPermission(permission: Corp.viewPayslip, name: "May", model: "payrun")
        let plan = AccountPlan(subject: .none, changes: [.registerPermission(registered)])
        try await scenario.store.apply([plan], cause: StoreScenario.administrator)
        try require(
            "A permission keeps its model.", try await scenario.store.registeredPermissions(), is: [registered])
        let other = RegisteredPermission(permission: Corp.viewPayslip, name: "May", model: "payslip")
        let applied = try await scenario.store.apply(
            [AccountPlan(subject: .none, changes: [.registerPermission(other)])], cause: StoreScenario.administrator)
        try require("One permission belongs to one model.", applied.map(\.changes), is: [[]])
    }
}
