import Foundation
import TestSupport
import Testing

@Suite struct BindTestTests {
    @Test func aBindTestMakesNoDatabase() async throws {
        try await Site.withCompany { site async throws in
            let before = try site.files()
            for (user, password) in [
                ("alice", "alice-secret"), ("cyril", "not-the-password"), ("nobody", "nobody-secret"),
            ] {
                _ = try await site.bindTest(user, password)
            }
            #expect(try site.files() == before)
        }
    }

    @Test func aBindTestLeavesTheDatabaseAsItIs() async throws {
        try await Site.withCompany { site async throws in
            _ = try await site.logIn("alice", "alice-secret")
            let before = try site.files()
            #expect(try await site.bindTest("alice", "alice-secret").id == 1)
            #expect(try await site.bindTest("zofie", "zofie-secret").id == nil)
            #expect(try await site.bindTest("cyril", "not-the-password").status == 3)
            let after = try site.files()
            #expect(after["accounts.db"] == before["accounts.db"])
            // SQLite makes the files beside it to read it; what is written to the database would go here.
            #expect(after["accounts.db-wal", default: Data()].isEmpty)
        }
    }

    @Test func aBindTestTellsPeopleEveryStep() async throws {
        try await Site.withCompany {
            $0.users.append("deny: suspended")
        } _: { site async throws in
            let result = try await site.run("bind-test", "carol", password: "carol-secret")
            #expect(result.status == 0)
            #expect(result.errors == "")
            let masked = result.output
                .replacing(#/at ldap://127\.0\.0\.1:[0-9]+/#, with: "at SERVER")
                .replacing(#/port [0-9]+/#, with: "port PORT").replacing(#/[0-9]+\.[0-9] ms +/#, with: "TIME  ")
                .replacing(#/[0-9]+\.[0-9] ms\.\n/#, with: "TIME.\n")
            #expect(
                masked == """
                    ok  corp  connect        TIME  port PORT at SERVER
                    ok  corp  service bind   TIME  cn=bridge,ou=services,dc=example,dc=org at SERVER
                    ok  corp  search         TIME  (&(objectClass=inetOrgPerson)(|(uid=carol)(mail=carol))) below “ou=people,dc=example,dc=org” at SERVER: 1 entry
                    ok  corp  lockout        TIME  root DSE at SERVER
                    ok  corp  connect        TIME  port PORT at SERVER
                    ok  corp  bind           TIME  uid=carol,ou=hr,ou=people,dc=example,dc=org at SERVER
                    ok  corp  account state  TIME  nothing speaks against logging in
                    ok  corp  groups         TIME  (&(objectClass=groupOfNames)(member=uid=carol,ou=hr,ou=people,dc=example,dc=org)) below “ou=groups,dc=example,dc=org” at SERVER: 3 entries; and 4 more
                    ok  corp  rules          TIME  (&(cn=suspended)(&(objectClass=groupOfNames)(member=*))) below “ou=groups,dc=example,dc=org” at SERVER: 1 entry

                    Authenticated: carol, by corp.

                    Person
                      entry                               uid=carol,ou=hr,ou=people,dc=example,dc=org
                      username     from uid               carol
                      external_id  from entryUUID         6ad96979-33df-5dcb-ab5b-b995a48a4827
                      first_name   from givenName         Carol
                      last_name    from sn                Carter
                      email        from mail              carol@example.org
                      department   from departmentNumber  7000

                    Groups
                      everyone  direct
                      hr        direct
                      payroll   direct
                      staff     through hr

                    Permissions
                      none

                    A login would change the local account
                      + account             carol, without a password of its own
                      + first_name          Carol
                      + last_name           Carter
                      + email               carol@example.org
                      + link                to uid=carol,ou=hr,ou=people,dc=example,dc=org of corp
                      + profile department  7000
                      + group               hr (new here)
                      + group               payroll (new here)
                      + group               staff (new here)

                    Cost: 1 bind as the person, 8 searches, TIME.

                    """)
        }
    }

    @Test func aBindTestNamesTheStepThatFails() async throws {
        try await Site.withCompany { site async throws in
            let attempt = try await site.read(AttemptRead.self, "bind-test", "bob", password: "not-the-password").value
            let failed = try #require(attempt.steps.first { !$0.ok })
            #expect(failed.name == "bind")
            #expect(failed.detail.hasPrefix("uid=bob,ou=sales,ou=people,dc=example,dc=org at ldap://"))
            #expect(attempt.diagnoses.map(\.step) == ["bind"])
        }
    }

    /// However widely it looks, it binds as the person once at most: a second time would count twice towards a lockout.
    @Test(arguments: [
        ("bob", "bob-secret", [], 1), ("bob", "not-the-password", [], 1), ("nobody", "x-secret", [], 0),
        ("bob", "bob-secret", ["require: {attribute: l, equals: Brno}"], 1),
        ("bob", "bob-secret", ["attributes: {username: employeeNumber}"], 1),
        ("bob@example.org", "bob-secret", ["realm: {suffixes: [example.com]}"], 0),
    ])
    func oneBindAndWhatItCosts(_ user: String, _ password: String, _ lines: [String], _ binds: Int) async throws {
        try await withSlapd(loading: .base(adding: person("bob"))) { slapd async throws in
            var settings = Settings(server: slapd.uri)
            settings.users = lines
            try await Site.with(settings) { site async throws in
                var cost: AttemptRead.Cost?
                let counted = try await slapd.counting {
                    cost = try await site.read(AttemptRead.self, "bind-test", user, password: password).value.cost
                }
                #expect(cost?.binds == binds)
                #expect(try slapd.log().matches(of: #/BIND dn="uid=[^"]*" method=128/#).count == binds)
                // What the report says it has cost is what the server has counted.
                #expect(counted["Bind"] == cost.map { $0.binds + $0.serviceBinds })
                #expect(counted["Search"] == cost.map { $0.searches + $0.diagnosisSearches })
            }
        }
    }

    /// A photo is told by what it is. Whoever wants it whole reads it with `user show --json`.
    @Test func aPhotoIsToldByWhatItIs() async throws {
        let photo = Data([0xFF, 0xD8, 0xFF, 0xE0] + [UInt8](repeating: 7, count: 20_000))
        let base64 = photo.base64EncodedString()
        let entry = person("eve", lines: ["title: \(String(repeating: "long ", count: 100))end"]) + person("fay")
        let withPhoto = entry.replacing("uid: eve\n", with: "uid: eve\njpegPhoto:: \(base64)\n")
        try await withSlapd(loading: .base(adding: withPhoto)) { slapd async throws in
            var settings = Settings(server: slapd.uri)
            settings.users = []
            try await Site.with(settings) { site async throws in
                try site.configure(
                    settings.text.replacing(
                        "{department: departmentNumber}",
                        with: "{photo: {attribute: jpegPhoto, type: binary}, title: title}"))
                let words = #/<JPEG image, 20 kB, sha256 [0-9a-f]{16}…>/#
                for command in ["bind-test", "login", "bind-test"] {
                    for arguments in [[command, "eve"], [command, "eve", "--json"]] {
                        let result = try await site.run(arguments, password: "eve-secret")
                        #expect(result.status == 0)
                        #expect(result.output.contains(words))
                        #expect(!result.output.contains(base64.prefix(200)))
                        #expect(result.output.utf8.count < 20_000)
                    }
                }
                let shown = try await site.run("user", "show", "eve")
                #expect(shown.output.contains(words) && !shown.output.contains(base64.prefix(200)))
                #expect(shown.output.contains("… (503 bytes)"))
                let whole = try await site.read(UserShowRead.self, "user", "show", "eve").value
                #expect(whole.account.user.profile["photo"] == base64)
            }
        }
    }

    @Test func everyAttributeHasItsSource() async throws {
        try await Site.withCompany {
            $0.users += ["attributes: {first_name: \"{givenName}\", last_name: pager}"]
            $0.directory += ["flags: {is_staff: {dn: \"cn=engineering,ou=groups,dc=example,dc=org\"}}"]
        } _: { site async throws in
            let attributes = try await site.read(
                AttemptRead.self, "bind-test", "alice", password: "alice-secret"
            ).value.attributes
            let told = attributes.map { "\($0.name)=\($0.value ?? "-") \($0.source) \($0.note ?? "")" }
            #expect(
                told == [
                    "username=alice uid ", "external_id=58610761-df62-5912-8a04-524427e3b8e6 entryUUID ",
                    "first_name=Alice {givenName} ", "last_name=- pager the entry has none",
                    "email=alice@example.org mail ", "department=2000 departmentNumber ",
                    "is_staff=true rule: group cn=engineering,ou=groups,dc=example,dc=org ",
                ])
        }
    }

    @Test func permissionsNameTheirRules() async throws {
        try await Site.withCompany {
            $0.addCompanyRules()
        } _: { site async throws in
            _ = try await site.run("permission", "register", "payroll.view_payslip")
            let attempt = try await site.read(
                AttemptRead.self, "bind-test", "alice", password: "alice-secret"
            ).value
            #expect(attempt.grounds == ["payroll.view_payslip": ["by the rule of corp: group 'payroll'"]])
        }
    }
}
