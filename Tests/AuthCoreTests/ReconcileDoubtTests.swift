import AuthCore
import Testing

/// What the source says is not always what should happen to somebody.
@Suite struct ReconcileDoubtTests {
    private typealias Office = ReconcileTests
    private let view = Office.view

    private func reconciled(
        _ external: ExternalAccount, _ account: LocalAccount, registered: Set<Permission> = []
    ) -> (changes: [AccountChange], warnings: [String])? {
        let local = LocalState(linked: account, registeredPermissions: registered)
        guard
            case .changes(let changes, let warnings) = reconcile(
                external, with: local, under: MirrorPolicy(groups: .all))
        else { return nil }
        return (changes, warnings)
    }

    // MARK: Break-glass accounts

    @Test func aBreakGlassAccountKeepsItsNameAndWhatItHas() throws {
        var account = Office.account(
            usable: true, memberships: [Membership(group: Group.ID(1), origin: "corp")],
            grants: [Grant(permission: view, origin: "corp")])
        account.user.isSuperuser = true
        var external = Office.external("alicia")
        external.flags = [.isSuperuser: false]
        // Without the mark all of it follows the directory.
        let plain = try #require(reconciled(external, account))
        #expect(
            plain.changes == [
                .rename(from: "alice", to: "alicia"), .setFlag(.isSuperuser, from: true, to: false),
                .removeMembership(group: Group.ID(1), origin: "corp"), .revoke(view, origin: "corp"),
            ])
        account.isBreakGlass = true
        let kept = try #require(reconciled(external, account))
        #expect(kept.changes == [])
        #expect(
            kept.warnings == [
                "'alice' is a break-glass account and keeps its name and what it has, although 'corp' says otherwise."
            ])
    }

    @Test func aBreakGlassAccountGetsWhatTheDirectoryGives() throws {
        var account = Office.account(usable: true)
        account.isBreakGlass = true
        var external = Office.external(
            groups: [ExternalGroup(id: "g-1", name: "staff")], grants: [view: "group 'staff'"])
        external.flags = [.isStaff: true]
        external.fields[.email] = "new@example.org"
        let made = try #require(reconciled(external, account, registered: [view]))
        #expect(
            made.changes == [
                .setField(.email, from: "alice@example.org", to: "new@example.org"),
                .setFlag(.isStaff, from: false, to: true),
                .createGroup(name: "staff", link: ExternalLink(source: "corp", id: "g-1")),
                .addMembership(group: "staff", origin: "corp"),
                .grant(view, origin: "corp", rule: "group 'staff'"),
            ])
        #expect(made.warnings == [])
    }

    // MARK: Values

    @Test func aProfileValueOfMoreThanAMebibyteIsLeftAsItWas() throws {
        var external = Office.external()
        external.profile["department"] = String(repeating: "\u{E9}", count: 524_288)
        #expect(try #require(reconciled(external, Office.account())).changes.count == 1)
        external.profile["department"] = String(repeating: "\u{E9}", count: 524_288) + "x"
        let made = try #require(reconciled(external, Office.account()))
        #expect(made.changes == [])
        #expect(made.warnings == ["department has 1048577 bytes, at most 1048576 are kept; it was left as it was."])
    }

    // MARK: Permissions

    @Test func aGrantThatCannotBeDecidedIsNeitherGivenNorTakenBack() throws {
        let edit = Permission(appLabel: "payroll", codename: "change_payslip")
        var external = Office.external()
        external.undecidedGrants = [view]
        let holding = Office.account(grants: [
            Grant(permission: view, origin: "corp"), Grant(permission: edit, origin: "corp"),
        ])
        #expect(try #require(reconciled(external, holding)).changes == [.revoke(edit, origin: "corp")])
        #expect(try #require(reconciled(external, Office.account(), registered: [view, edit])).changes == [])
    }

    // MARK: Groups

    /// The mirror of a group that is gone gets out of the way of one that is new.
    private func aside(_ name: String, beside others: [String]) -> String? {
        let id = "0a1b2c3d-4e5f-4000-8000-000000000000"
        let former = Group(id: Group.ID(1), name: name, link: ExternalLink(source: "corp", id: id))
        var named = [name: former]
        for (number, other) in zip(2..., others) { named[other] = Group(id: Group.ID(Int64(number)), name: other) }
        let mirroring = GroupMirroring(
            of: [ExternalGroup(id: "new", name: name)], in: "corp", linked: [id: former], named: named, released: [id])
        for case .renameGroup(former.id, from: name, to: let aside) in mirroring.changes { return aside }
        return nil
    }

    @Test func aGroupGetsOutOfTheWayUnderTheFirstNameThatNobodyHas() {
        let name = "payroll+former-0a1b2c3d4e5f"
        #expect(aside("payroll", beside: []) == name)
        #expect(aside("payroll", beside: [name]) == "\(name)-2")
        #expect(aside("payroll", beside: [name, "\(name)-2"]) == "\(name)-3")
        #expect(aside("payroll", beside: ["\(name)-2"]) == name)
    }

    @Test func aNameThatCountsUpStillFits() {
        let long = String(repeating: "x", count: Group.maximumNameLength)
        let first = aside(long, beside: [])
        let second = first.flatMap { aside(long, beside: [$0]) }
        #expect(first?.count == Group.maximumNameLength && second?.count == Group.maximumNameLength)
        #expect(first != second && second?.hasSuffix("-2") == true)
    }
}
