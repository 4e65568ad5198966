import AuthCore
import Testing

@Suite struct ReconcileTests {
    static let view = Permission(appLabel: "payroll", codename: "view_payslip")
    static let link = ExternalLink(source: "corp", id: "id-1", dn: "uid=alice,dc=example")

    static func external(
        _ username: String = "alice", groups: [ExternalGroup] = [], grants: [Permission: String] = [:],
        groupsAreComplete: Bool = true, released: Set<String> = []
    ) -> ExternalAccount {
        ExternalAccount(
            link: link, username: username, fields: [.firstName: "Alice", .email: "alice@example.org"],
            profile: ["department": "42"], groups: groups, groupsAreComplete: groupsAreComplete, grants: grants,
            releasedIDs: released)
    }

    static func account(
        _ username: String = "alice", link: ExternalLink? = link, usable: Bool = false,
        memberships: Set<Membership> = [],
        grants: Set<Grant> = []
    ) -> LocalAccount {
        LocalAccount(
            user: User(id: User.ID(7), username: username, firstName: "Alice", email: "alice@example.org"),
            hasUsablePassword: usable, link: link, profile: ["department": "42"], memberships: memberships,
            grants: grants)
    }

    private func changes(
        _ external: ExternalAccount, _ local: LocalState, _ policy: MirrorPolicy = MirrorPolicy()
    ) throws -> [AccountChange] {
        guard case .changes(let changes, _) = reconcile(external, with: local, under: policy) else {
            Issue.record("refused: \(reconcile(external, with: local, under: policy))")
            return []
        }
        return changes
    }

    private func refusal(
        _ external: ExternalAccount, _ local: LocalState, _ policy: MirrorPolicy = MirrorPolicy()
    ) -> Refusal? {
        if case .refused(let refusal) = reconcile(external, with: local, under: policy) { refusal } else { nil }
    }

    // MARK: Identity

    @Test func somebodyNewIsCreatedWithAnUnusablePasswordAndLinked() throws {
        let made = try changes(Self.external(), LocalState())
        guard case .create(let account)? = made.first else {
            Issue.record("nobody was created: \(made)")
            return
        }
        #expect(account.username == "alice")
        #expect(!account.password.isUsable)
        #expect(account.password.encoded.count == 41)
        #expect(!account.isStaff && !account.isSuperuser)
        #expect(made.contains(.link(Self.link)))
    }

    @Test func nothingChangedIsNoChange() throws {
        #expect(try changes(Self.external(), LocalState(linked: Self.account())).isEmpty)
    }

    @Test func theLinkDecidesAndTheNameFollows() throws {
        let made = try changes(Self.external("alicia"), LocalState(linked: Self.account()))
        #expect(made == [.rename(from: "alice", to: "alicia")])
    }

    @Test func aMovedEntryKeepsTheAccount() throws {
        var moved = Self.external()
        moved.link.dn = "uid=alice,ou=elsewhere,dc=example"
        let made = try changes(moved, LocalState(linked: Self.account()))
        #expect(made == [.moveLink(from: Self.link.dn, to: moved.link.dn)])
    }

    @Test func aLocalAccountOfTheSameNameIsNeverEntered() {
        for usable in [true, false] {
            let local = LocalState(nameHolder: Self.account(link: nil, usable: usable))
            #expect(refusal(Self.external(), local)?.reason == .nameCollision)
        }
    }

    @Test func anAccountOfAnotherSourceIsNeverEntered() {
        let other = ExternalLink(source: "partners", id: "id-1")
        let local = LocalState(nameHolder: Self.account(link: other))
        #expect(refusal(Self.external(), local, MirrorPolicy(adopt: .unusable))?.reason == .nameCollision)
    }

    @Test func adoptionTakesOnlyAccountsThatNobodyOwnsAndThatHoldNoPower() throws {
        let policy = MirrorPolicy(adopt: .unusable)
        let free = Self.account(link: nil)
        #expect(try changes(Self.external(), LocalState(nameHolder: free), policy) == [.link(Self.link)])

        var staff = free
        staff.user.isStaff = true
        var root = free
        root.user.isSuperuser = true
        for holder in [staff, root, Self.account(link: nil, usable: true)] {
            #expect(refusal(Self.external(), LocalState(nameHolder: holder), policy)?.reason == .nameCollision)
        }
    }

    @Test func aNameIsFreedOnlyOnTheSourcesWord() throws {
        let former = ExternalLink(source: "corp", id: "0a1b2c3d-4e5f-6789")
        let local = LocalState(nameHolder: Self.account(link: former))
        let contested = refusal(Self.external(), local)
        #expect(contested?.reason == .nameCollision)
        #expect(contested?.contestedBy == former)

        let made = try changes(Self.external(released: [former.id]), local)
        #expect(made.first == .renameAside(User.ID(7), from: "alice", to: "alice+former-0a1b2c3d4e5f"))
        #expect(made.contains { if case .create = $0 { true } else { false } })
    }

    @Test func newPeopleCanBeRefused() {
        #expect(refusal(Self.external(), LocalState(), MirrorPolicy(newUsers: .refuse))?.reason == .newUsersNotAllowed)
    }

    @Test func anInactiveAccountIsRefused() {
        var inactive = Self.account()
        inactive.user.isActive = false
        #expect(refusal(Self.external(), LocalState(linked: inactive))?.reason == .accountDisabled)
    }

    // MARK: Fields

    @Test func valuesFollowTheSourceAlsoWhenTheyVanish() throws {
        var account = Self.external()
        account.fields[.email] = ""
        account.fields[.lastName] = "Archer"
        account.profile = ["department": nil, "room": "B12"]
        #expect(
            try changes(account, LocalState(linked: Self.account())) == [
                .setField(.lastName, from: "", to: "Archer"), .setField(.email, from: "alice@example.org", to: ""),
                .setProfile(key: "department", from: "42", to: nil), .setProfile(key: "room", from: nil, to: "B12"),
            ])
    }

    @Test func aValueThatDoesNotFitIsLeftAloneWithAWarning() {
        var account = Self.external()
        account.fields[.lastName] = String(repeating: "x", count: 151)
        guard
            case .changes(let made, let warnings) = reconcile(
                account, with: LocalState(linked: Self.account()), under: MirrorPolicy())
        else {
            Issue.record("refused")
            return
        }
        #expect(made.isEmpty)
        #expect(warnings.count == 1)
    }

    @Test func aChangeOfUnicodeFormIsAChange() throws {
        var account = Self.external()
        account.fields[.firstName] = "Zo\u{EB}"
        var local = Self.account()
        local.user.firstName = "Zoe\u{308}"
        #expect(try changes(account, LocalState(linked: local)).count == 1)
    }

    // MARK: Groups

    private let staff = ExternalGroup(id: "g-1", name: "staff", dn: "cn=staff")

    @Test func groupsAreMirroredOnlyWhereThePolicySaysSo() throws {
        let account = Self.external(groups: [staff])
        let local = LocalState(linked: Self.account())
        #expect(try changes(account, local).isEmpty)
        let expected: [AccountChange] = [
            .createGroup(name: "staff", link: ExternalLink(source: "corp", id: "g-1", dn: "cn=staff")),
            .addMembership(group: "staff", origin: "corp"),
        ]
        #expect(try changes(account, local, MirrorPolicy(groups: .all)) == expected)
        #expect(try changes(account, local, MirrorPolicy(groups: .only(["staff"]))) == expected)
        #expect(try changes(account, local, MirrorPolicy(groups: .except(["staff"]))).isEmpty)
    }

    @Test func mirroringTakesAwayOnlyWhatItGave() throws {
        let given = Membership(group: Group.ID(1), origin: "corp")
        let local = Membership(group: Group.ID(2), origin: nil)
        let other = Membership(group: Group.ID(3), origin: "partners")
        let account = Self.account(memberships: [given, local, other])
        let made = try changes(Self.external(), LocalState(linked: account), MirrorPolicy(groups: .all))
        #expect(made == [.removeMembership(group: Group.ID(1), origin: "corp")])
    }

    @Test func anIncompleteAnswerAddsAndNeverRemoves() throws {
        let account = Self.account(memberships: [Membership(group: Group.ID(1), origin: "corp")])
        let made = try changes(
            Self.external(groups: [staff], groupsAreComplete: false), LocalState(linked: account),
            MirrorPolicy(groups: .all))
        #expect(made.count == 2)
        #expect(!made.contains { if case .removeMembership = $0 { true } else { false } })
    }

    @Test func aRenamedGroupKeepsItsMirror() throws {
        let mirror = Group(
            id: Group.ID(1), name: "employees", link: ExternalLink(source: "corp", id: "g-1", dn: "cn=staff"))
        let account = Self.account(memberships: [Membership(group: Group.ID(1), origin: "corp")])
        let local = LocalState(linked: account, linkedGroups: ["g-1": mirror])
        #expect(
            try changes(Self.external(groups: [staff]), local, MirrorPolicy(groups: .all))
                == [.renameGroup(Group.ID(1), from: "employees", to: "staff")])
    }

    @Test func aLocalGroupIsSharedOnlyWhereItIsNamed() throws {
        let existing = Group(id: Group.ID(5), name: "staff")
        let local = LocalState(linked: Self.account(), groupsByName: ["staff": existing])
        #expect(try changes(Self.external(groups: [staff]), local, MirrorPolicy(groups: .all)).isEmpty)
        #expect(
            try changes(Self.external(groups: [staff]), local, MirrorPolicy(groups: .only(["staff"]))) == [
                .linkGroup(name: "staff", link: ExternalLink(source: "corp", id: "g-1", dn: "cn=staff")),
                .addMembership(group: "staff", origin: "corp"),
            ])
    }

    @Test func ofTwoGroupsWithOneNameTheKnownOneKeepsIt() throws {
        let mirror = Group(
            id: Group.ID(1), name: "staff", link: ExternalLink(source: "corp", id: "g-9", dn: "cn=staff"))
        let account = Self.account(memberships: [Membership(group: Group.ID(1), origin: "corp")])
        let twin = ExternalGroup(id: "g-9", name: "staff", dn: "cn=staff")
        let local = LocalState(linked: account, linkedGroups: ["g-9": mirror], groupsByName: ["staff": mirror])
        #expect(try changes(Self.external(groups: [staff, twin]), local, MirrorPolicy(groups: .all)).isEmpty)
    }

    // MARK: Grants

    @Test func rulesGiveRegisteredPermissionsAndTakeThemBack() throws {
        let account = Self.external(grants: [Self.view: "group 'payroll'"])
        let fresh = LocalState(linked: Self.account(), registeredPermissions: [Self.view])
        #expect(try changes(account, fresh) == [.grant(Self.view, origin: "corp", rule: "group 'payroll'")])
        #expect(
            try changes(account, LocalState(linked: Self.account())).isEmpty, "an unregistered permission was granted")

        let holding = LocalState(linked: Self.account(grants: [Grant(permission: Self.view, origin: "corp")]))
        #expect(try changes(Self.external(), holding) == [.revoke(Self.view, origin: "corp")])
    }

    @Test func whatWasGrantedHereStaysAndIsNotClaimed() throws {
        let local = LocalState(
            linked: Self.account(grants: [Grant(permission: Self.view)]), registeredPermissions: [Self.view])
        #expect(try changes(Self.external(), local).isEmpty)
        #expect(try changes(Self.external(grants: [Self.view: "rule"]), local).isEmpty)
    }
}
