import AuthCore
import RemoteUserBackend
import Testing

/// The portal's groups, and the local ones.
@Suite struct GroupTests {
    private func site(_ configuration: RemoteUserConfiguration = RemoteUserConfiguration()) async throws -> Site {
        let site = try Site(configuration)
        for name in ["editors", "payroll", "Administrators"] {
            try await site.change(.none, .createGroup(name: name, link: nil))
        }
        return site
    }

    @Test func onlyGroupsThatThereAreCount() async throws {
        let site = try await site()
        try await site.logIn("ann", groups: "editors, nowhere, EDITORS")
        #expect(try await site.groups(of: "ann") == ["editors"])
        #expect(try await site.store.groups().count == 3)
    }

    @Test func groupsAreCreatedOnRequest() async throws {
        let site = try await site(RemoteUserConfiguration(groups: .created))
        try await site.logIn("ann", groups: "editors,new")
        try await site.logIn("bob", groups: "new")
        #expect(try await site.groups(of: "ann") == ["editors", "new"])
        #expect(try await site.groups(of: "bob") == ["new"])
    }

    @Test func groupsFollowThePortalAndStayWhereItSaysNothing() async throws {
        let site = try await site()
        try await site.logIn("ann", groups: "editors,payroll")
        try await site.logIn("ann")
        #expect(try await site.groups(of: "ann") == ["editors", "payroll"])
        try await site.logIn("ann", groups: "payroll")
        #expect(try await site.groups(of: "ann") == ["payroll"])
        try await site.logIn("ann", groups: "")
        #expect(try await site.groups(of: "ann") == [])
    }

    @Test func whatAnAdministratorGaveStays() async throws {
        let site = try await site()
        let user = try #require(try await site.logIn("ann").outcome.user)
        try await site.change(.account(user.id), .addMembership(group: "payroll", origin: nil))
        try await site.logIn("ann", groups: "payroll")
        try await site.logIn("ann", groups: "")
        #expect(try await site.groups(of: "ann") == ["payroll"])
    }

    @Test(arguments: ["Administrators", "administrators"])
    func anExcludedGroupGainsNobody(_ excluded: String) async throws {
        let site = try await site(RemoteUserConfiguration(groups: .created, excludedGroups: [excluded]))
        try await site.logIn("ann", groups: "Administrators,ADMINISTRATORS,editors")
        #expect(try await site.groups(of: "ann") == ["editors"])
        #expect(try await site.store.groups().count == 3)
    }

    @Test func anExcludedGroupLosesNobodyNeitherOneWhomThePortalHadPutThere() async throws {
        let site = try await site(RemoteUserConfiguration(excludedGroups: ["payroll"]))
        let user = try #require(try await site.logIn("ann", groups: "editors").outcome.user)
        try await site.change(.account(user.id), .addMembership(group: "payroll", origin: "portal"))
        try await site.logIn("ann", groups: "")
        #expect(try await site.groups(of: "ann") == ["payroll"])
    }

    @Test func withoutGroupsWhatThePortalGaveIsTakenBack() async throws {
        let site = try await site(RemoteUserConfiguration(groups: .none))
        let user = try #require(try await site.logIn("ann", groups: "editors").outcome.user)
        try await site.change(.account(user.id), .addMembership(group: "editors", origin: "portal"))
        try await site.logIn("ann", groups: "editors")
        #expect(try await site.groups(of: "ann") == [])
    }

    @Test func namesOfGroupsAreCleaned() async throws {
        let site = try await site(
            RemoteUserConfiguration(cleanGroupName: { $0.hasPrefix("app-") ? String($0.dropFirst(4)) : nil }))
        try await site.logIn("ann", groups: "app-editors,payroll,app-")
        #expect(try await site.groups(of: "ann") == ["editors"])
    }

    // MARK: Staff

    private func isStaff(_ rule: Rule, _ logins: String?...) async throws -> Bool? {
        let site = try await site(RemoteUserConfiguration(staff: rule))
        var user: User?
        for groups in logins { user = try await site.logIn("ann", groups: groups).outcome.user }
        return user?.isStaff
    }

    @Test func theRuleDecidesWhoIsStaffAtEachLogin() async throws {
        let rule = Rule.all([.leaf(.name("staff")), .not(.leaf(.name("guests")))])
        #expect(try await isStaff(rule, "staff") == true)
        #expect(try await isStaff(rule, "STAFF") == false)
        #expect(try await isStaff(rule, "staff,guests") == false)
        #expect(try await isStaff(rule, "staff", "editors") == false)
        #expect(try await isStaff(rule, "editors", "staff") == true)
        #expect(try await isStaff(rule, "staff", "") == false)
        #expect(try await isStaff(rule, "staff", nil) == true)
        #expect(try await isStaff(.not(.leaf(.name("guests"))), nil) == false)
    }

    @Test func withoutARuleThePortalHasNoSayInWhoIsStaff() async throws {
        let site = try await site()
        let user = try #require(try await site.logIn("ann").outcome.user)
        try await site.change(.account(user.id), .setFlag(.isStaff, from: false, to: true))
        #expect(try await site.logIn("ann", groups: "").outcome.user?.isStaff == true)
    }

    @Test(arguments: [
        Rule.Leaf.dn("cn=staff,dc=example"), .id("1"), .pattern("staff*"), .attribute("mail", equals: "a"),
    ])
    func aRuleThatHeadersCannotAnswerIsAMistake(_ leaf: Rule.Leaf) {
        let error = #expect(throws: RemoteUserConfigurationError.self) {
            try RemoteUserBackend(
                configuration: RemoteUserConfiguration(staff: .any([.leaf(.name("a")), .leaf(leaf)])))
        }
        #expect(error?.code == .staffRule)
    }
}
