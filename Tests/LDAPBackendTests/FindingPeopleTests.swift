import AuthCore
import LDAPBackend
import LDAPClient
import TestSupport
import Testing

@Suite struct FindingPeopleTests {
    @Test func everybodyOfTheCompanyLogsInAsThemselves() async throws {
        let slapd = try await SharedSlapd.company.server()
        let listing = try await slapd.search("(uid=*)", base: Company.people, attributes: ["uid"])
        let names = listing.split(separator: "\n").filter { $0.hasPrefix("uid: ") }.map { String($0.dropFirst(5)) }
        #expect(names.count > 290)
        let refused: Set = ["jsmith", "JSmith", "lockedlou", "resetrita", "expirededna", "nopassword"]
        try await Company.on(slapd) { company async throws in
            for name in names where !refused.contains(name) {
                #expect(await company.outcome(name).user?.username == name)
            }
            #expect(try await company.store.accounts().count == names.count - refused.count)
        }
    }

    @Test func theAccountIsWhatTheDirectorySays() async throws {
        try await Company.on(try await SharedSlapd.company.server()) { company async throws in
            let report = await company.logIn("zofie")
            let user = try #require(report.outcome.user)
            #expect(user.username == "zofie" && user.firstName == "Žofie" && user.lastName == "Nováková")
            #expect(user.email == "zofie@example.org")
            #expect(user.isActive && !user.isStaff && !user.isSuperuser)
            let record = try #require(try await company.store.account(id: user.id))
            #expect(!record.password.isUsable)
            #expect(record.link?.id == "69ae6dc4-d35f-5d76-932b-03ceb78696be")
            #expect(try await company.store.profile(of: user.id) == ["department": "2000"])
        }
    }

    @Test func aWrongPasswordAndAStrangerCreateNoAccount() async throws {
        try await Company.on(try await SharedSlapd.company.server()) { company async throws in
            #expect(await company.outcome("bob", "wrong") == .rejected(.wrongPassword))
            #expect(await company.outcome("nobody-here") == .notFound)
            #expect(await company.outcome("bob", "") == .rejected(.emptyPassword))
            #expect(try await company.store.accounts().isEmpty)
        }
    }

    @Test(arguments: [
        "*", "alice)(uid=*", "alice\\", "alice)(|(uid=*", "\\2a", "(", ")", "&", "uid=alice", "alice*", "a*",
        "alice,ou=people",
        "$(id)", "';--", "{username}", "%s%n",
    ])
    func hostileNamesMatchNobody(_ name: String) async throws {
        try await Company.on(try await SharedSlapd.company.server()) { company async throws in
            #expect(await company.outcome(name, "alice-secret") == .notFound)
        }
    }

    @Test func namesThatCannotBeAnybodysMatchNobody() async throws {
        try await Company.on(try await SharedSlapd.company.server()) { company async throws in
            for name in [
                LoginName(String(repeating: "a", count: 5000)), LoginName("alice\0"), LoginName("\0"), LoginName(""),
                LoginName(" "),
                LoginName(utf8: [0x61, 0x6C, 0x69, 0x63, 0x65, 0xFF]), LoginName(utf8: [0xC0, 0x80]),
            ] {
                let credentials = PasswordCredentials(username: name, password: Secret("alice-secret"))
                #expect(await company.chain.authenticate(credentials).outcome == .rejected(.malformedName))
                let direct = try await company.backend.authenticate(AuthenticationRequest(credentials: credentials))
                #expect(direct == .rejected(.malformedName))
            }
        }
    }

    @Test(arguments: ["ALICE", "Alice", "ａｌｉｃｅ", " alice ", "alice@example.org", "al\u{AD}ice"])
    func otherSpellingsOfANameAreTheSamePersonOrNobody(_ spelling: String) async throws {
        try await Company.on(try await SharedSlapd.company.server()) { company async throws in
            _ = await company.logIn("alice")
            let outcome = await company.outcome(spelling, "alice-secret")
            #expect(outcome.user?.username == "alice" || outcome == .notFound)
            #expect(try await company.store.accounts().count == 1)
        }
    }

    @Test func caseTwinsAreAmbiguous() async throws {
        try await Company.on(try await SharedSlapd.company.server()) { company async throws in
            for name in ["jsmith", "JSmith", "JSMITH"] {
                let report = await company.logIn(name, "jsmith-secret", traced: true)
                #expect(report.outcome == .denied(.ambiguousUser))
                #expect(report.explanation?.contains("ou=production") == true)
            }
            #expect(try await company.store.accounts().isEmpty)
        }
    }

    @Test func aTemplateFindsPeopleWithoutASearch() async throws {
        let template = try DNTemplate("uid={username},ou=engineering,ou=people,dc=example,dc=org")
        try await Company.on(
            try await SharedSlapd.company.server(), adjust: { $0.users = UserSearch(.template(template)) }
        ) { company async throws in
            #expect(await company.outcome("zofie").user?.firstName == "Žofie")
            #expect(await company.outcome("zofie", "wrong") == .rejected(.wrongPassword))
            #expect(await company.outcome("bob") == .rejected(.wrongPassword))
            #expect(await company.outcome("alice,ou=engineering", "alice-secret") == .rejected(.wrongPassword))
        }
    }

    @Test func aTemplateKeepsTheNameInOneValue() throws {
        let template = try DNTemplate("uid={username},dc=example")
        #expect(try DistinguishedName(template.dn(for: "a,dc=evil+cn=x")).relativeNames.count == 2)
        #expect(throws: LDAPError.self) { try DNTemplate("uid=alice,dc=example") }
        #expect(throws: LDAPError.self) { try DNTemplate("uid={username},cn={username}") }
        #expect(throws: LDAPError.self) { try DNTemplate("{username}") }
    }

    @Test func anAddressOfTwoIsTakenTheSameEveryTime() async throws {
        try await Company.on(try await SharedSlapd.company.server()) { company async throws in
            #expect(await company.outcome("twomails").user?.email == "mia.twice@example.org")
            #expect(await company.logIn("twomails").changes.isEmpty)
        }
    }

    @Test func accountsThatTheDirectoryHoldsBackAreDenied() async throws {
        try await Company.on(try await SharedSlapd.company.server()) { company async throws in
            #expect(await company.outcome("lockedlou") == .denied(.accountLocked))
            #expect(await company.outcome("resetrita") == .denied(.mustChangePassword))
            #expect(await company.outcome("expirededna") == .denied(.passwordExpired))
            #expect(await company.outcome("nopassword") == .rejected(.wrongPassword))
            #expect(try await company.store.accounts().isEmpty)
        }
    }

    @Test func aLookSaysWhyNobodyWasFound() async throws {
        func cause(_ name: String, base: String = Company.people, filter: String) async throws -> String {
            var cause = ""
            try await Company.on(
                try await SharedSlapd.company.server(),
                adjust: {
                    $0.users.method = .search(
                        base: try DistinguishedName(base), filter: try FilterTemplate(filter))
                }
            ) { company async throws in
                let report = await company.logIn(name, traced: true)
                #expect(report.outcome == .notFound)
                #expect(report.explanation == "'corp' has no entry for '\(name)'.")
                let found = await company.backend.diagnose(report, of: LoginName(name), AuthenticationContext())
                #expect(found.count == 1 && found.first?.step == .search)
                cause = found.first?.cause ?? ""
            }
            return cause
        }
        let excluding = "(&(objectClass=inetOrgPerson)(uid={username})(departmentNumber=9))"
        let excluded = "excludes: (departmentNumber=9), and the entry has departmentNumber: 7000"
        #expect(try await cause("carol", filter: excluding).contains(excluded))
        let sales = "ou=sales,ou=people,dc=example,dc=org"
        #expect(try await cause("carol", base: sales, filter: "(uid={username})").contains("not below users: base"))
        #expect(try await cause("carol@example.org", filter: "(uid={username})").contains("is the mail of uid=carol"))
        #expect(
            try await cause("nobody-here", filter: "(uid={username})").hasPrefix("No entry has 'nobody-here' as uid"))
    }
}
