import AuthCore
import Testing

/// Groups that have no other identity than their names.
@Suite struct GroupTieTests {
    private static let editors = Group(id: Group.ID(1), name: "editors")
    private static let staff = Group(
        id: Group.ID(2), name: "staff", link: ExternalLink(source: "corp", id: "id-of-staff"))

    private func external(_ names: [String], leftAlone: Set<String> = []) -> ExternalAccount {
        var account = ExternalAccount(
            link: ExternalLink(source: "portal", id: "ann"), username: "ann",
            groups: names.map { ExternalGroup(id: $0, name: $0) })
        account.groupsLeftAlone = leftAlone
        return account
    }

    private func local(_ groups: [Group], memberships: Set<Membership> = []) -> LocalState {
        LocalState(
            linked: LocalAccount(
                user: User(id: User.ID(7), username: "ann"), hasUsablePassword: false,
                link: ExternalLink(source: "portal", id: "ann"), memberships: memberships),
            groupsByName: Dictionary(uniqueKeysWithValues: groups.map { ($0.name, $0) }))
    }

    private func changes(
        _ external: ExternalAccount, _ local: LocalState, _ groups: MirrorPolicy.GroupMirroring = .all,
        creates: Bool = false
    ) -> [AccountChange] {
        let policy = MirrorPolicy(groups: groups, groupTie: .name(creates: creates))
        guard case .changes(let changes, _) = reconcile(external, with: local, under: policy) else { return [] }
        return changes
    }

    @Test func peopleComeIntoTheGroupsThatThereAreWhereverTheseAreFrom() {
        let made = changes(external(["editors", "staff", "nowhere"]), local([Self.editors, Self.staff]))
        #expect(
            made == [
                .addMembership(group: "editors", origin: "portal"), .addMembership(group: "staff", origin: "portal"),
            ])
    }

    @Test func aGroupThatThereIsNotIsCreatedOnRequestOnceAndTiedToNothing() {
        let made = changes(external(["new", "new"]), local([]), creates: true)
        #expect(made == [.createGroup(name: "new", link: nil), .addMembership(group: "new", origin: "portal")])
    }

    @Test func aGroupWhoseNameDoesNotFitIsNotCreated() {
        let name = String(repeating: "x", count: Group.maximumNameLength + 1)
        #expect(changes(external([name]), local([]), creates: true) == [])
    }

    @Test func aMembershipThatTheSourceNoLongerNamesIsTakenBack() {
        let given = Membership(group: Group.ID(1), origin: "portal")
        #expect(
            changes(external([]), local([Self.editors], memberships: [given]))
                == [.removeMembership(group: Group.ID(1), origin: "portal")])
        let local = local([Self.editors], memberships: [Membership(group: Group.ID(1))])
        #expect(changes(external([]), local) == [])
        #expect(changes(external(["editors"]), local) == [])
    }

    @Test func aGroupThatIsLeftAloneLosesNobodyAndGainsNobody() {
        let given = Membership(group: Group.ID(1), origin: "portal")
        let leftAlone = external([], leftAlone: ["editors"])
        #expect(changes(leftAlone, local([Self.editors], memberships: [given]), .except(["editors"])) == [])
        let named = external(["editors"], leftAlone: ["editors"])
        #expect(changes(named, local([Self.editors]), .except(["editors"])) == [])
    }
}
