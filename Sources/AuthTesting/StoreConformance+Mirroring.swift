import AuthCore

extension StoreConformance {
    static let mirroringChecks: [Check] = [
        aFirstLoginCreatesALinkedAccount, aSecondLoginWritesNothing, whatChangedElsewhereChangesHere,
        aRenamedPersonKeepsTheAccount, namesAreSwappedThroughAnAsideName, asideNamesThatAreTakenAreCounted,
        unusableAccountsAreAdopted, oneExternalAccountHasOneLocalOne,
    ]

    @Sendable private static func aFirstLoginCreatesALinkedAccount(_ scenario: StoreScenario) async throws {
        let ann = Corp.person(
            "ann", fields: [.firstName: "Ann", .email: "ann@example.org"], profile: ["department": "IT", "room": nil])
        let applied = try await scenario.logIn(ann)
        let user = try require("A first login returns the account.", some: applied.user)
        let record = try await scenario.record(user.id)
        try require("The account is linked.", record.link, is: ann.link)
        try require("The account's owner is the source.", record.owner, is: .external(source: "corp"))
        try require("The password is unusable.", !record.password.isUsable)
        try require(
            "The fields are filled.", record.user,
            is: User(id: user.id, username: "ann", firstName: "Ann", email: "ann@example.org"))
        try require("The profile is filled.", try await scenario.store.profile(of: user.id), is: ["department": "IT"])
        let trail = try await scenario.store.auditEvents(limit: 100)
        try require(
            "The audit trail is the list of changes.", trail.reversed().map(\.event),
            is: applied.changes.map(\.auditEvent))
        try require(
            "The trail names the account and the cause.",
            trail.allSatisfy { $0.userID == user.id && $0.username == "ann" && $0.cause == .login(source: "corp") })
    }

    @Sendable private static func aSecondLoginWritesNothing(_ scenario: StoreScenario) async throws {
        let ann = Corp.person(
            "ann", fields: [.lastName: "Novák"], profile: ["room": "1"], groups: [Corp.group("staff")])
        let first = try await scenario.logIn(ann, under: Corp.mirrorAll)
        let user = try require("A first login returns the account.", some: first.user)
        let password = try await scenario.record(user.id).password
        let trail = try await scenario.store.auditEvents(limit: 100)
        let plan = try await scenario.plan(ann, under: Corp.mirrorAll)
        try require("Nothing changed elsewhere, nothing is planned.", plan.changes, is: [])
        let second = try await scenario.apply(plan)
        try require("An empty plan returns the account.", second.user, is: first.user)
        try require("An empty plan changes nothing.", second.changes, is: [])
        try require("An unusable password stays as it is.", try await scenario.record(user.id).password, is: password)
        try require("An empty plan leaves no trail.", try await scenario.store.auditEvents(limit: 100), is: trail)
    }

    @Sendable private static func whatChangedElsewhereChangesHere(_ scenario: StoreScenario) async throws {
        var ann = Corp.person("ann", fields: [.lastName: "Nova\u{301}k", .email: "a@b"], profile: ["room": "1"])
        let user = try require("A login returns the account.", some: try await scenario.logIn(ann).user)
        ann.fields = [.lastName: "Nov\u{E1}k", .email: ""]
        ann.profile = ["room": nil]
        ann.link.dn = "uid=ann,ou=elsewhere,dc=example,dc=org"
        try await scenario.logIn(ann)
        let record = try await scenario.record(user.id)
        try require(
            "A value is stored scalar by scalar.", Array(record.user.lastName.unicodeScalars),
            is: Array("Nov\u{E1}k".unicodeScalars))
        try require("A cleared field is empty.", record.user.email, is: "")
        try require("A moved entry's DN follows.", record.link, is: ann.link)
        try require("A cleared profile value is gone.", try await scenario.store.profile(of: user.id), is: [:])
    }

    @Sendable private static func aRenamedPersonKeepsTheAccount(_ scenario: StoreScenario) async throws {
        let before = try await scenario.logIn(Corp.person("ann", id: "1")).user
        let after = try await scenario.logIn(Corp.person("ANN.Smith", id: "1")).user
        try require("A renamed person keeps the account.", after?.id, is: before?.id)
        try require("A renamed person has the new name.", after?.username, is: "ANN.Smith")
        let recased = try await scenario.logIn(Corp.person("ann.smith", id: "1")).user
        try require("A name may change only in case.", recased?.username, is: "ann.smith")
    }

    @Sendable private static func namesAreSwappedThroughAnAsideName(_ scenario: StoreScenario) async throws {
        let anna = try await scenario.logIn(Corp.person("anna", id: "1")).user
        let bob = try await scenario.logIn(Corp.person("bob", id: "2")).user
        let newBob = try await scenario.plan(Corp.person("bob", id: "1", released: ["2"]))
        let aside = try await scenario.apply(newBob)
        try require("The released name passes on.", aside.user?.username, is: "bob")
        try require("The account that took the name is the same.", aside.user?.id, is: anna?.id)
        let former = try await scenario.record(try require("bob logged in.", some: bob).id).user.username
        try require("The former holder made room.", former != "bob" && former != "anna", found: former)
        let trail = try await scenario.store.auditEvents(limit: 100)
        try require(
            "The trail names who made room.", trail.first { $0.event == "user.rename-aside" }?.userID, is: bob?.id)
        let swapped = try await scenario.logIn(Corp.person("anna", id: "2", released: ["1"])).user
        try require("The former holder gets the other name.", swapped?.username, is: "anna")
        try require("The former holder's account is the same.", swapped?.id, is: bob?.id)
    }

    @Sendable private static func asideNamesThatAreTakenAreCounted(_ scenario: StoreScenario) async throws {
        let bob = try await scenario.create("bob").id
        let aside = String(repeating: "a", count: 150)
        try await scenario.create(aside)
        let applied = try await scenario.change(bob, .renameAside(bob, from: "bob", to: aside))
        let name = try await scenario.record(bob).user.username
        try require("An aside name that is taken gets a number and fits.", name, is: String(aside.prefix(148)) + "-2")
        try require(
            "The change says which name it became.", applied.changes, is: [.renameAside(bob, from: "bob", to: name)])
        let again = try await scenario.change(bob, .renameAside(bob, from: "bob", to: "x"))
        try require("Nobody is moved aside who no longer has the name.", again.changes, is: [])
        try await scenario.requireRefusal("An unknown account cannot make room.", .noSuchAccount) {
            try await scenario.change(bob, .renameAside(User.ID(4711), from: "b", to: "c"))
        }
    }

    @Sendable private static func unusableAccountsAreAdopted(_ scenario: StoreScenario) async throws {
        let brought = try await scenario.create("Ann", password: EncodedPassword.unusable().encoded)
        let applied = try await scenario.logIn(Corp.person("ann"), under: MirrorPolicy(adopt: .unusable))
        try require("An account that nobody owns is adopted.", applied.user?.id, is: brought.id)
        try require(
            "An adopted account belongs to the source.", try await scenario.record(brought.id).owner,
            is: .external(source: "corp"))
    }

    @Sendable private static func oneExternalAccountHasOneLocalOne(_ scenario: StoreScenario) async throws {
        let ann = Corp.person("ann")
        try await scenario.logIn(ann)
        let local = try await scenario.create("local").id
        try await scenario.requireRefusal("A tie that another account has is refused.", .linkTaken) {
            try await scenario.change(local, .link(ann.link))
        }
        try await scenario.change(local, .link(ExternalLink(source: "corp", id: "other")))
        try require(
            "An administrator links an account.", try await scenario.record(local).owner, is: .external(source: "corp"))
        try await scenario.change(local, .link(ExternalLink(source: "sales", id: "id-ann")))
        try require("An account has one tie.", try await scenario.record(local).owner, is: .external(source: "sales"))
    }
}
