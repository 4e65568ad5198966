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
            #expect(
                masked == """
                    ok  corp  resolve        TIME  127.0.0.1 at SERVER
                    ok  corp  connect        TIME  port PORT at SERVER
                    ok  corp  service bind   TIME  cn=bridge,ou=services,dc=example,dc=org at SERVER
                    ok  corp  search         TIME  (&(objectClass=inetOrgPerson)(|(uid=carol)(mail=carol))) below “ou=people,dc=example,dc=org” at SERVER: 1 entry
                    ok  corp  resolve        TIME  127.0.0.1 at SERVER
                    ok  corp  connect        TIME  port PORT at SERVER
                    ok  corp  bind           TIME  uid=carol,ou=hr,ou=people,dc=example,dc=org at SERVER
                    ok  corp  account state  TIME  nothing speaks against logging in
                    ok  corp  groups         TIME  (&(objectClass=groupOfNames)(member=uid=carol,ou=hr,ou=people,dc=example,dc=org)) below “ou=groups,dc=example,dc=org” at SERVER: 3 entries
                    ok  corp  groups         TIME  (&(objectClass=groupOfNames)(member=cn=everyone,ou=groups,dc=example,dc=org)) below “ou=groups,dc=example,dc=org” at SERVER: 0 entries
                    ok  corp  groups         TIME  (&(objectClass=groupOfNames)(member=cn=hr,ou=groups,dc=example,dc=org)) below “ou=groups,dc=example,dc=org” at SERVER: 1 entry
                    ok  corp  groups         TIME  (&(objectClass=groupOfNames)(member=cn=payroll,ou=groups,dc=example,dc=org)) below “ou=groups,dc=example,dc=org” at SERVER: 0 entries
                    ok  corp  groups         TIME  (&(objectClass=groupOfNames)(member=cn=staff,ou=groups,dc=example,dc=org)) below “ou=groups,dc=example,dc=org” at SERVER: 0 entries
                    ok  corp  rules          TIME  (&(cn=suspended)(&(objectClass=groupOfNames)(member=*))) below “ou=groups,dc=example,dc=org” at SERVER: 1 entry

                    Authenticated: carol, by corp.

                    Person
                      name        Carol Carter
                      e-mail      carol@example.org
                      entry       uid=carol,ou=hr,ou=people,dc=example,dc=org
                      id          6ad96979-33df-5dcb-ab5b-b995a48a4827
                      department  7000

                    Groups
                      everyone  direct
                      hr        direct
                      payroll   direct
                      staff     through hr

                    Permissions
                      none

                    The local account would be changed by a login
                      user.create     email=carol@example.org first_name=Carol last_name=Carter password=unusable username=carol
                      user.link       dn=uid=carol,ou=hr,ou=people,dc=example,dc=org external_id=6ad96979-33df-5dcb-ab5b-b995a48a4827 source=corp
                      user.profile    key=department to=7000
                      group.create    dn=cn=hr,ou=groups,dc=example,dc=org external_id=77d96bc4-6f50-51f2-97db-040dda2fba07 group=hr source=corp
                      group.create    dn=cn=payroll,ou=groups,dc=example,dc=org external_id=5122bdc8-ef71-5e50-9270-54a296347bd9 group=payroll source=corp
                      group.create    dn=cn=staff,ou=groups,dc=example,dc=org external_id=b8e50e6c-1c51-575a-a9f4-532318695c7a group=staff source=corp
                      membership.add  group=hr source=corp
                      membership.add  group=payroll source=corp
                      membership.add  group=staff source=corp

                    """)
        }
    }

    @Test func aBindTestNamesTheStepThatFails() async throws {
        try await Site.withCompany { site async throws in
            let attempt = try await site.read(AttemptRead.self, "bind-test", "bob", password: "not-the-password").value
            let failed = try #require(attempt.steps.first { !$0.ok })
            #expect(failed.name == "bind")
            #expect(failed.detail.hasPrefix("uid=bob,ou=sales,ou=people,dc=example,dc=org at ldap://"))
        }
    }
}
