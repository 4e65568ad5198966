import AuthCore

extension StoreConformance {
    static let groupChecks: [Check] = [
        groupsAreMirrored, mirroringTakesOnlyWhatItGave, groupsAreTiedByID, twoPeopleOfANewGroupShareOne,
        groupsContradictingTheStoreAreRefused, localGroupsHoldPermissions, groupsAreTiedByNameAlone,
    ]

    @Sendable private static func groupsAreMirrored(_ scenario: StoreScenario) async throws {
        let ann = Corp.person("ann", groups: [Corp.group("staff"), Corp.group("admins")])
        let user = try require(
            "A login returns the account.", some: try await scenario.logIn(ann, under: Corp.mirrorAll).user)
        let groups = try await scenario.store.groups(of: user.id)
        try require("Groups are mirrored and listed by name.", groups.map(\.name), is: ["admins", "staff"])
        try require("Mirrored groups are tied.", groups.first?.link?.id, is: "group-admins")
        let state = try await scenario.store.localState(for: ann)
        try require(
            "A mirrored membership knows its source.", state.linked?.memberships,
            is: Set(groups.map { Membership(group: $0.id, origin: "corp") }))
        try require("Groups are found by id.", state.linkedGroups["group-staff"]?.name, is: "staff")
        try require("Groups are found by name.", state.groupsByName["staff"]?.link?.id, is: "group-staff")
    }

    @Sendable private static func mirroringTakesOnlyWhatItGave(_ scenario: StoreScenario) async throws {
        let groups = [Corp.group("one"), Corp.group("two"), Corp.group("three")]
        try await scenario.logIn(Corp.person("other", groups: groups), under: Corp.mirrorAll)
        var ann = Corp.person("ann", groups: [groups[0]])
        let user = try require(
            "A login returns the account.", some: try await scenario.logIn(ann, under: Corp.mirrorAll).user)
        try await scenario.change(user.id, .addMembership(group: "two", origin: nil))
        ann.groups = [groups[1], groups[2]]
        try await scenario.logIn(ann, under: Corp.mirrorAll)
        try require(
            "What mirroring gave and the source no longer says is taken.",
            try await scenario.store.groups(of: user.id).map(\.name), is: ["three", "two"])
        ann.groups = []
        ann.groupsAreComplete = false
        try await scenario.logIn(ann, under: Corp.mirrorAll)
        try require(
            "An incomplete list of groups takes nothing.",
            try await scenario.store.groups(of: user.id).map(\.name), is: ["three", "two"])
        ann.groupsAreComplete = true
        try await scenario.logIn(ann, under: Corp.mirrorAll)
        let left = try await scenario.store.groups(of: user.id)
        try require("What an administrator gave stays.", left.map(\.name), is: ["two"])
        let wrongOrigin = try await scenario.change(user.id, .removeMembership(group: left[0].id, origin: "corp"))
        try require("A source takes no membership it did not give.", wrongOrigin.changes, is: [])
        try await scenario.change(user.id, .removeMembership(group: left[0].id, origin: nil))
        try require("An administrator takes what one gave.", try await scenario.store.groups(of: user.id), is: [])
    }

    @Sendable private static func groupsAreTiedByID(_ scenario: StoreScenario) async throws {
        var ann = Corp.person("ann", groups: [Corp.group("staff", id: "g1")])
        let user = try require(
            "A login returns the account.", some: try await scenario.logIn(ann, under: Corp.mirrorAll).user)
        let before = try await scenario.store.groups(of: user.id)
        ann.groups = [Corp.group("employees", id: "g1")]
        try await scenario.logIn(ann, under: Corp.mirrorAll)
        let after = try await scenario.store.groups(of: user.id)
        try require("A renamed group is the same group.", after.map(\.id), is: before.map(\.id))
        try require("A renamed group has the new name.", after.map(\.name), is: ["employees"])
        try require("A moved group's DN follows.", after.first?.link?.dn, is: ann.groups[0].dn)
    }

    @Sendable private static func twoPeopleOfANewGroupShareOne(_ scenario: StoreScenario) async throws {
        let staff = Corp.group("staff")
        var plans: [AccountPlan] = []
        for name in ["ann", "bob"] {
            plans.append(try await scenario.plan(Corp.person(name, groups: [staff]), under: Corp.mirrorAll))
        }
        let applied = try await scenario.store.apply(plans, cause: .login(source: "corp"))
        var groups: [[Group]] = []
        for plan in applied {
            let user = try require("Each person has an account.", some: plan.user)
            groups.append(try await scenario.store.groups(of: user.id))
        }
        try require("Both are in one group.", groups[0] == groups[1] && groups[0].count == 1, found: "\(groups)")
        try require(
            "The second plan found the group made.",
            !applied[1].changes.contains { if case .createGroup = $0 { true } else { false } })
    }

    @Sendable private static func groupsContradictingTheStoreAreRefused(_ scenario: StoreScenario) async throws {
        let ann = Corp.person("ann", groups: [Corp.group("one"), Corp.group("two")])
        let user = try require(
            "A login returns the account.", some: try await scenario.logIn(ann, under: Corp.mirrorAll).user)
        let groups = try await scenario.store.groups(of: user.id)
        let elsewhere = ExternalLink(source: "corp", id: "group-three")
        try await scenario.requireRefusal("A group of a taken name is refused.", .invalidPlan) {
            try await scenario.change(user.id, .createGroup(name: "one", link: elsewhere))
        }
        try await scenario.requireRefusal("A rename to a taken name is refused.", .invalidPlan) {
            try await scenario.change(user.id, .renameGroup(groups[0].id, from: "one", to: "two"))
        }
        try await scenario.requireRefusal("A tie that another group has is refused.", .linkTaken) {
            try await scenario.change(
                user.id, .createGroup(name: "three", link: ExternalLink(source: "corp", id: "group-one")))
        }
    }

    @Sendable private static func localGroupsHoldPermissions(_ scenario: StoreScenario) async throws {
        let view = Corp.viewPayslip
        try await scenario.register(view)
        let ann = try await scenario.create("ann")
        try await scenario.change(
            ann.id, .createGroup(name: "payroll", link: nil), .addMembership(group: "payroll", origin: nil))
        let group = try require("A group that was made is listed.", some: try await scenario.store.groups().first)
        try require("A local group is tied to nothing.", group.link, is: nil)
        try require("Members are listed.", try await scenario.store.members(of: group.id).map(\.username), is: ["ann"])
        try await scenario.requireRefusal("A group is not made twice.", .invalidPlan) {
            try await scenario.change(ann.id, .createGroup(name: "payroll", link: nil))
        }
        try await scenario.requireRefusal("What is not registered is not granted to a group.", .permissionNotRegistered)
        {
            try await scenario.change(
                ann.id, .grantToGroup(Permission(appLabel: "payroll", codename: "pay"), group: "payroll"))
        }
        for expected in [1, 0] {
            let applied = try await scenario.change(ann.id, .grantToGroup(view, group: "payroll"))
            try require("A permission is granted to a group once.", applied.changes.count, is: expected)
        }
        try require(
            "A permission comes through the group.", try await scenario.store.permissions(of: ann.id),
            is: [view: [.group("payroll")]])
        try require(
            "A group's permissions are known.", try await scenario.store.permissions(ofGroups: ["payroll"]),
            is: ["payroll": [view]])
        let bob = Corp.person("bob", groups: [Corp.group("staff")])
        let mirrored = try await scenario.logIn(bob, under: Corp.mirrorAll).user
        let user = try require("A login returns the account.", some: mirrored)
        try await scenario.change(
            user.id, .addMembership(group: "payroll", origin: nil), .grantToGroup(view, group: "staff"))
        try require(
            "A permission through a group says who put the person there.",
            try await scenario.store.permissions(of: user.id),
            is: [view: [.group("payroll", source: nil), .group("staff", source: "corp")]])
        try await scenario.change(ann.id, .revokeFromGroup(view, group: "payroll"))
        try require("What is revoked is gone.", try await scenario.store.permissions(of: ann.id), is: [:])
    }

    @Sendable private static func groupsAreTiedByNameAlone(_ scenario: StoreScenario) async throws {
        let policy = MirrorPolicy(groups: .except(["kept"]), groupTie: .name(creates: true))
        for name in ["kept", "old"] {
            try await scenario.store.apply(
                [AccountPlan(subject: .none, changes: [.createGroup(name: name, link: nil)])],
                cause: StoreScenario.administrator)
        }
        var ann = Corp.person("ann", groups: [Corp.group("old"), Corp.group("new")])
        ann.groupsLeftAlone = ["kept"]
        let user = try require("A login returns the account.", some: try await scenario.logIn(ann, under: policy).user)
        var groups = try await scenario.store.groups(of: user.id)
        try require("A group of the name is used, or made.", groups.map(\.name), is: ["new", "old"])
        try require("Such a group is tied to nothing.", groups.map(\.link), is: [nil, nil])
        try await scenario.change(user.id, .addMembership(group: "kept", origin: "corp"))
        ann.groups = []
        try await scenario.logIn(ann, under: policy)
        groups = try await scenario.store.groups(of: user.id)
        try require("A group that is left alone keeps its members.", groups.map(\.name), is: ["kept"])
    }
}
