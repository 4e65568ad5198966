import AuthCore

extension StoreConformance {
    static let accountChecks: [Check] = [
        anEmptyStoreKnowsNobody, namesResolveFolded, twinsAreRefused, anAccountKeepsItsIDUnderAnotherName,
        valuesThatDoNotFitAreRefused, unknownIDsAreRefused, changesThatNeedAnAccountAreRefusedWithoutOne,
        profilesAreSetAndCleared, passwordsAreSet, flagsAreSet, tiesAreCut, breakGlassMarksAreSet,
        anAccountMayWaitFromTheBeginning,
    ]

    @Sendable private static func anEmptyStoreKnowsNobody(_ scenario: StoreScenario) async throws {
        let store = scenario.store
        try require("An empty store resolves no name.", try await store.resolve(LoginName("ann")), is: .none)
        try require("An empty store has no account.", try await store.accounts(), is: [])
        try require("An unknown id is no account.", try await store.account(id: User.ID(1)), is: nil)
        try require("An empty store has no permission.", try await store.registeredPermissions(), is: [])
        try require("An empty store has no history.", try await store.auditEvents(limit: 10), is: [])
        try require("An unknown user has no groups.", try await store.groups(of: User.ID(1)), is: [])
        try require("An unknown user has no permissions.", try await store.permissions(of: User.ID(1)), is: [:])
        try require("An unknown user has no profile.", try await store.profile(of: User.ID(1)), is: [:])
    }

    @Sendable private static func namesResolveFolded(_ scenario: StoreScenario) async throws {
        let ann = try await scenario.create("Žofie").id
        for spelling in ["Žofie", "žofie", "ŽOFIE", "Z\u{30C}ofie", "Ｚ\u{30C}ofie", " žofie "] {
            try require(
                "A name resolves in all its spellings (\(spelling)).", try await scenario.resolve(spelling), is: ann)
        }
        for stranger in ["zofie", "žofi", "žo fie", "", "žofie\u{0}", String(repeating: "a", count: 2000)] {
            try require(
                "Another name does not resolve (\(stranger.prefix(20))).", try await scenario.resolve(stranger), is: nil
            )
        }
        let record = try await scenario.record(ann)
        try require("An account with a usable password and no link is local.", record.owner, is: .local)
        try require("A new account is active and nothing more.", record.user, is: User(id: ann, username: "Žofie"))
        try require("A new account never logged in.", record.lastLogin, is: nil)
        let nobody = try await scenario.create("brought-along", password: EncodedPassword.unusable().encoded)
        try require(
            "An account without link and password is nobody's.", try await scenario.record(nobody.id).owner, is: .nobody
        )
        try require(
            "Accounts are listed by username.", try await scenario.store.accounts().map(\.user.username),
            is: ["brought-along", "Žofie"])
    }

    @Sendable private static func twinsAreRefused(_ scenario: StoreScenario) async throws {
        try await scenario.create("alice")
        let bob = try await scenario.create("bob").id
        for twin in ["alice", "Alice", "ａｌｉｃｅ"] {
            try await scenario.requireRefusal("A twin of a name is refused (\(twin)).", .usernameTaken) {
                try await scenario.create(twin)
            }
            try await scenario.requireRefusal("A rename to a twin is refused (\(twin)).", .usernameTaken) {
                try await scenario.change(bob, .rename(from: "bob", to: twin))
            }
        }
    }

    @Sendable private static func anAccountKeepsItsIDUnderAnotherName(_ scenario: StoreScenario) async throws {
        let user = try await scenario.create("anna").id
        let renamed = try await scenario.change(user, .rename(from: "anna", to: "Anna"))
        try require("An account's own name may change its case.", renamed.user?.username, is: "Anna")
        try await scenario.change(user, .rename(from: "Anna", to: "bea"))
        try require("A renamed account is found under its new name.", try await scenario.resolve("BEA"), is: user)
        try require("A renamed account is not found under its old name.", try await scenario.resolve("anna"), is: nil)
        let again = try await scenario.change(user, .rename(from: "Anna", to: "bea"))
        try require("A change that is so already is no change.", again.changes, is: [])
    }

    @Sendable private static func valuesThatDoNotFitAreRefused(_ scenario: StoreScenario) async throws {
        let user = try await scenario.create("ann").id
        let long = String(repeating: "x", count: 255)
        let unfit: [AccountChange] = [
            .create(NewAccount(username: String(long.prefix(151)), password: .unusable())),
            .rename(from: "ann", to: String(long.prefix(151))), .setField(.email, from: "", to: long),
            .setField(.firstName, from: "", to: String(long.prefix(151))),
            .setPassword(EncodedPassword(encoded: String(long.prefix(129)))),
            .createGroup(name: String(long.prefix(151)), link: ExternalLink(source: "corp", id: "1")),
            .registerPermission(
                RegisteredPermission(
                    permission: Permission(appLabel: String(long.prefix(101)), codename: "x"), name: "")),
        ]
        for change in unfit {
            try await scenario.requireRefusal(
                "A value longer than its column is refused (\(change.auditEvent)).", .valueTooLong
            ) { try await scenario.change(user, change) }
        }
        let fitting = String(repeating: "ž", count: 150)
        let applied = try await scenario.change(user, .setField(.lastName, from: "", to: fitting))
        try require("150 characters fit, whatever bytes they take.", applied.user?.lastName, is: fitting)
        for name in ["", "a\u{0}b"] {
            try await scenario.requireRefusal("An impossible username is refused.", .invalidPlan) {
                try await scenario.change(user, .rename(from: "ann", to: name))
            }
        }
    }

    @Sendable private static func unknownIDsAreRefused(_ scenario: StoreScenario) async throws {
        let user = try await scenario.create("ann").id
        try await scenario.requireRefusal("A plan for an unknown account is refused.", .noSuchAccount) {
            try await scenario.change(User.ID(4711), .setField(.email, from: "", to: "a@b"))
        }
        let unknownGroup: [AccountChange] = [
            .addMembership(group: "nobody", origin: nil), .removeMembership(group: Group.ID(4711), origin: nil),
            .renameGroup(Group.ID(4711), from: "a", to: "b"), .moveGroupLink(Group.ID(4711), from: nil, to: "cn=b"),
        ]
        for change in unknownGroup {
            try await scenario.requireRefusal("An unknown group is refused (\(change.auditEvent)).", .noSuchGroup) {
                try await scenario.change(user, change)
            }
        }
    }

    @Sendable private static func changesThatNeedAnAccountAreRefusedWithoutOne(_ scenario: StoreScenario) async throws {
        try await scenario.requireRefusal("A change without an account is refused.", .invalidPlan) {
            let plan = AccountPlan(subject: .none, changes: [.setField(.email, from: "", to: "a@b")])
            try await scenario.store.apply([plan], cause: StoreScenario.administrator)
        }
    }

    @Sendable private static func profilesAreSetAndCleared(_ scenario: StoreScenario) async throws {
        let user = try await scenario.create("ann").id
        try await scenario.change(
            user, .setProfile(key: "department", from: nil, to: "IT"), .setProfile(key: "room", from: nil, to: ""))
        try require(
            "A profile is kept, empty values too.", try await scenario.store.profile(of: user),
            is: ["department": "IT", "room": ""])
        let same = try await scenario.change(user, .setProfile(key: "department", from: nil, to: "IT"))
        try require("The same profile value again is no change.", same.changes, is: [])
        try await scenario.change(user, .setProfile(key: "department", from: "IT", to: nil))
        try require("A profile value is cleared.", try await scenario.store.profile(of: user), is: ["room": ""])
    }

    @Sendable private static func anAccountMayWaitFromTheBeginning(_ scenario: StoreScenario) async throws {
        let waits = Deactivation(source: "corp", reason: .denied(.pendingApproval))
        let new = NewAccount(username: "ann", password: .unusable(), deactivation: waits)
        let made = try await scenario.store.apply(
            [AccountPlan(subject: .none, changes: [.create(new)])], cause: StoreScenario.administrator)
        let user = try require("Creating gives an account.", some: made.first?.user)
        try require("An account that waits is not active.", user.isActive, is: false)
        try require(
            "Why it waits is kept.", try await scenario.store.account(id: user.id)?.deactivation, is: waits)
        try await scenario.change(user.id, .setFlag(.isActive, from: false, to: true))
        let record = try await scenario.store.account(id: user.id)
        try require("Activating it takes the note away.", record?.deactivation, is: nil)
        try require("It is active then.", record?.user.isActive, is: true)
    }

    @Sendable private static func passwordsAreSet(_ scenario: StoreScenario) async throws {
        let user = try await scenario.create("ann").id
        try await scenario.change(user, .setPassword(EncodedPassword(encoded: "scrypt$new")))
        try require(
            "The password column is kept as given.", try await scenario.record(user).password.encoded, is: "scrypt$new")
        let history = try await scenario.store.auditEvents(limit: 10)
        try require(
            "No hash reaches the audit trail.",
            !history.contains { $0.details.values.contains { $0.contains("scrypt") } })
    }

    @Sendable private static func flagsAreSet(_ scenario: StoreScenario) async throws {
        let ann = try await scenario.create("ann").id
        for flag in UserFlag.allCases {
            let before = try await scenario.record(ann).user[flag]
            try await scenario.change(ann, .setFlag(flag, from: before, to: !before))
            try require("A flag is set (\(flag.rawValue)).", try await scenario.record(ann).user[flag], is: !before)
            let again = try await scenario.change(ann, .setFlag(flag, from: before, to: !before))
            try require("A flag that is so already is no change.", again.changes, is: [])
        }
    }

    @Sendable private static func tiesAreCut(_ scenario: StoreScenario) async throws {
        let ann = Corp.person("ann")
        let user = try require("A login returns the account.", some: try await scenario.logIn(ann).user)
        let other = ExternalLink(source: "corp", id: "another")
        try require(
            "Only the tie that is named is cut.", try await scenario.change(user.id, .unlink(other)).changes, is: [])
        try await scenario.change(user.id, .unlink(ann.link))
        try require("A tie that was cut is gone.", try await scenario.record(user.id).link, is: nil)
        try require("Nobody is found by it.", try await scenario.store.localState(for: ann).linked, is: nil)
    }

    @Sendable private static func breakGlassMarksAreSet(_ scenario: StoreScenario) async throws {
        let ann = Corp.person("ann")
        let user = try require("A login returns the account.", some: try await scenario.logIn(ann).user)
        try require("No account is marked by itself.", try await scenario.record(user.id).isBreakGlass, is: false)
        try await scenario.change(user.id, .setPassword(EncodedPassword(encoded: "hash")))
        try require(
            "A password alone changes no owner.", try await scenario.record(user.id).owner,
            is: .external(source: "corp"))
        for expected in [1, 0] {
            let applied = try await scenario.change(user.id, .setBreakGlass(true))
            try require("A mark is set once.", applied.changes.count, is: expected)
        }
        let marked = try await scenario.record(user.id)
        try require("A marked account with a password is local.", marked.owner, is: .local)
        try require("A marked account stays linked.", marked.link, is: ann.link)
        let state = try await scenario.store.localState(for: ann)
        try require("The local state knows the mark.", state.linked?.isBreakGlass, is: true)
        let listed = try await scenario.store.accounts().map(\.isBreakGlass)
        try require("Lists know the mark.", listed, is: [true])
        try require(
            "The trail knows the mark.", try await scenario.store.auditEvents(limit: 1).map(\.event),
            is: ["user.break-glass"])
        for expected in [1, 0] {
            let applied = try await scenario.change(user.id, .setBreakGlass(false))
            try require("A mark is taken away once.", applied.changes.count, is: expected)
        }
        try require(
            "Without the mark the source owns the account.", try await scenario.record(user.id).owner,
            is: .external(source: "corp"))
        try await scenario.change(user.id, .setBreakGlass(true), .unlink(ann.link), .link(ann.link))
        try require("A mark goes with the tie.", try await scenario.record(user.id).isBreakGlass, is: false)
        let local = try await scenario.create("local").id
        try await scenario.requireRefusal("An account without a tie is not marked.", .invalidPlan) {
            try await scenario.change(local, .setBreakGlass(true))
        }
    }
}
