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

    /// It is there for the day on which the directory is away or wrong, under the name it has.
    @Test func aBreakGlassAccountGivesItsNameToNobody() throws {
        var holder = Self.account("alice", link: ExternalLink(source: "corp", id: "id-0"), usable: true)
        let external = Self.external("alice", released: ["id-0"])
        #expect(refusal(external, LocalState(nameHolders: [holder])) == nil)
        holder.isBreakGlass = true
        #expect(refusal(external, LocalState(nameHolders: [holder]))?.verdict == .denied(.nameCollision))
        holder.hasUsablePassword = false
        #expect(refusal(external, LocalState(nameHolders: [holder])) == nil)
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
            let local = LocalState(nameHolders: [Self.account(link: nil, usable: usable)])
            #expect(refusal(Self.external(), local)?.verdict == .denied(.nameCollision))
        }
    }

    @Test func anAccountOfAnotherSourceIsNeverEntered() {
        let other = ExternalLink(source: "partners", id: "id-1")
        let local = LocalState(nameHolders: [Self.account(link: other)])
        #expect(refusal(Self.external(), local, MirrorPolicy(adopt: .unusable))?.verdict == .denied(.nameCollision))
    }

    @Test func adoptionTakesOnlyAccountsThatNobodyOwnsAndThatHoldNoPower() throws {
        let policy = MirrorPolicy(adopt: .unusable)
        let free = Self.account(link: nil)
        #expect(try changes(Self.external(), LocalState(nameHolders: [free]), policy) == [.link(Self.link)])

        var staff = free
        staff.user.isStaff = true
        var root = free
        root.user.isSuperuser = true
        for holder in [staff, root, Self.account(link: nil, usable: true)] {
            #expect(
                refusal(Self.external(), LocalState(nameHolders: [holder]), policy)?.verdict == .denied(.nameCollision))
        }
    }

    @Test func ofTwinsNoneIsAdopted() {
        let twins = LocalState(nameHolders: [Self.account("Alice", link: nil), Self.account("ALICE", link: nil)])
        #expect(refusal(Self.external(), twins, MirrorPolicy(adopt: .unusable))?.verdict == .denied(.ambiguousUser))
    }

    @Test func anAdoptedAccountGetsTheDirectorysSpellingAtOnce() throws {
        let local = LocalState(nameHolders: [Self.account("Alice", link: nil)])
        #expect(
            try changes(Self.external(), local, MirrorPolicy(adopt: .unusable))
                == [.link(Self.link), .rename(from: "Alice", to: "alice")])
    }

    @Test func aTwinThatIsLocalKeepsAReleasedNameFromBeingTaken() {
        let former = ExternalLink(source: "corp", id: "old")
        let local = LocalState(nameHolders: [
            Self.account(link: former), Self.account("ALICE", link: nil, usable: true),
        ])
        #expect(refusal(Self.external(released: ["old"]), local)?.verdict == .denied(.nameCollision))
    }

    @Test(arguments: ["", "a\u{301}\u{301}", "x-\u{0660}", String(repeating: "e\u{301}", count: 300)])
    func anyIDMakesANameThatFits(_ id: String) throws {
        let holder = Self.account(String(repeating: "é", count: 150), link: ExternalLink(source: "corp", id: id))
        var external = Self.external(released: [id])
        external.username = holder.user.username
        let made = try changes(external, LocalState(nameHolders: [holder]))
        guard case .renameAside(_, _, let to)? = made.first else {
            Issue.record("no room was made: \(made)")
            return
        }
        #expect(to.unicodeScalars.count <= 150 && to.contains("+former-"))
    }

    @Test(arguments: ["", "\u{AD}", "a\nb", String(repeating: "x", count: 151)])
    func aNameThatCannotBeAnybodysIsRejected(_ username: String) {
        #expect(refusal(Self.external(username), LocalState())?.verdict == .rejected(.malformedName))
    }

    @Test func aNameIsFreedOnlyOnTheSourcesWord() throws {
        let former = ExternalLink(source: "corp", id: "0a1b2c3d-4e5f-6789")
        let local = LocalState(nameHolders: [Self.account(link: former)])
        let contested = refusal(Self.external(), local)
        #expect(contested?.verdict == .denied(.nameCollision))
        #expect(contested?.contestedBy == former)

        let made = try changes(Self.external(released: [former.id]), local)
        #expect(made.first == .renameAside(User.ID(7), from: "alice", to: "alice+former-0a1b2c3d4e5f"))
        #expect(made.contains { if case .create = $0 { true } else { false } })
    }

    @Test func newPeopleCanBeRefused() {
        #expect(
            refusal(Self.external(), LocalState(), MirrorPolicy(newUsers: .refuse))?.verdict
                == .denied(.newUsersNotAllowed))
    }

    @Test func anInactiveAccountIsRefused() {
        var inactive = Self.account()
        inactive.user.isActive = false
        #expect(refusal(Self.external(), LocalState(linked: inactive))?.verdict == .denied(.accountDisabled))
        inactive.link = nil
        let adopting = MirrorPolicy(adopt: .unusable)
        #expect(
            refusal(Self.external(), LocalState(nameHolders: [inactive]), adopting)?.verdict
                == .denied(.accountDisabled))
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

    @Test func flagsFollowTheSourceInBothDirectionsAndOthersAreLeftAlone() throws {
        var account = Self.external()
        account.flags = [.isStaff: true, .isSuperuser: false]
        var local = Self.account()
        local.user.isSuperuser = true
        #expect(
            try changes(account, LocalState(linked: local)) == [
                .setFlag(.isStaff, from: false, to: true), .setFlag(.isSuperuser, from: true, to: false),
            ])
        account.flags = [:]
        #expect(try changes(account, LocalState(linked: local)).isEmpty)
        account.flags = [.isStaff: true]
        #expect(try changes(account, LocalState()).contains(.setFlag(.isStaff, from: false, to: true)))
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

    @Test func aLocalGroupIsNeverTakenOverForItsName() throws {
        let existing = Group(id: Group.ID(5), name: "staff")
        let local = LocalState(linked: Self.account(), groupsByName: ["staff": existing])
        for policy in [MirrorPolicy.GroupMirroring.all, .only(["staff"])] {
            #expect(try changes(Self.external(groups: [staff]), local, MirrorPolicy(groups: policy)).isEmpty)
        }
    }

    @Test func aMirrorWhoseNewNameIsTakenOrUnreadableKeepsItsName() throws {
        let mirror = Group(
            id: Group.ID(1), name: "employees", link: ExternalLink(source: "corp", id: "g-1", dn: "cn=staff"))
        let account = Self.account(memberships: [Membership(group: Group.ID(1), origin: "corp")])
        let taken = LocalState(
            linked: account, linkedGroups: ["g-1": mirror],
            groupsByName: ["staff": Group(id: Group.ID(5), name: "staff")])
        #expect(try changes(Self.external(groups: [staff]), taken, MirrorPolicy(groups: .all)).isEmpty)
        let nameless = ExternalGroup(id: "g-1", name: "", dn: "cn=staff")
        let local = LocalState(linked: account, linkedGroups: ["g-1": mirror])
        #expect(try changes(Self.external(groups: [nameless]), local, MirrorPolicy(groups: .all)).isEmpty)
    }

    @Test func namesPassFromGroupToGroupInOnePlan() throws {
        func mirror(_ id: Int64, _ name: String) -> Group {
            Group(id: Group.ID(id), name: name, link: ExternalLink(source: "corp", id: "g-\(id)", dn: nil))
        }
        let account = Self.account(memberships: [
            Membership(group: Group.ID(1), origin: "corp"), Membership(group: Group.ID(2), origin: "corp"),
        ])
        let local = LocalState(
            linked: account, linkedGroups: ["g-1": mirror(1, "b"), "g-2": mirror(2, "c")],
            groupsByName: ["b": mirror(1, "b"), "c": mirror(2, "c")])
        // 1 is now called c, 2 is now called d, and a new group is called b.
        let now = Self.external(groups: [
            ExternalGroup(id: "g-1", name: "c"), ExternalGroup(id: "g-2", name: "d"),
            ExternalGroup(id: "g-3", name: "b"),
        ])
        #expect(
            try changes(now, local, MirrorPolicy(groups: .all)) == [
                .renameGroup(Group.ID(2), from: "c", to: "d"), .renameGroup(Group.ID(1), from: "b", to: "c"),
                .createGroup(name: "b", link: ExternalLink(source: "corp", id: "g-3")),
                .addMembership(group: "b", origin: "corp"),
            ])
    }

    @Test func ofTwoMirrorsThatWouldGetOneNameNeitherGetsIt() throws {
        let first = Group(id: Group.ID(1), name: "a", link: ExternalLink(source: "corp", id: "g-1"))
        let second = Group(id: Group.ID(2), name: "b", link: ExternalLink(source: "corp", id: "g-2"))
        let local = LocalState(
            linked: Self.account(memberships: [
                Membership(group: Group.ID(1), origin: "corp"), Membership(group: Group.ID(2), origin: "corp"),
            ]), linkedGroups: ["g-1": first, "g-2": second])
        let now = Self.external(groups: [
            ExternalGroup(id: "g-1", name: "team"), ExternalGroup(id: "g-2", name: "team"),
        ])
        #expect(try changes(now, local, MirrorPolicy(groups: .all)) == [])
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
        #expect(try changes(Self.external(groupsAreComplete: false), holding).isEmpty)
    }

    @Test func whatWasGrantedHereStaysAndIsNotClaimed() throws {
        let local = LocalState(
            linked: Self.account(grants: [Grant(permission: Self.view)]), registeredPermissions: [Self.view])
        #expect(try changes(Self.external(), local).isEmpty)
        #expect(try changes(Self.external(grants: [Self.view: "rule"]), local).isEmpty)
    }
}
