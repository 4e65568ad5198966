import AuthCore
import LDAPClient
import TestSupport
import Testing

@testable import LDAPBackend

/// People in several parts of the tree are people of one directory.
@Suite struct SeveralBasesTests {
    private static let more = """
        dn: ou=staff,dc=example,dc=org
        objectClass: organizationalUnit
        ou: staff

        dn: ou=guests,dc=example,dc=org
        objectClass: organizationalUnit
        ou: guests

        dn: uid=alice,ou=staff,dc=example,dc=org
        objectClass: inetOrgPerson
        uid: alice
        cn: alice
        sn: alice
        userPassword: alice-secret

        dn: uid=bob,ou=guests,dc=example,dc=org
        objectClass: inetOrgPerson
        uid: bob
        cn: bob
        sn: bob
        userPassword: bob-secret

        dn: uid=twin,ou=staff,dc=example,dc=org
        objectClass: inetOrgPerson
        uid: twin
        cn: twin
        sn: twin
        userPassword: twin-secret

        dn: uid=twin,ou=guests,dc=example,dc=org
        objectClass: inetOrgPerson
        uid: twin
        cn: twin
        sn: twin
        userPassword: twin-secret


        """

    private func withBases(
        _ bases: [String], _ body: (Slapd, Company) async throws -> Void
    ) async throws {
        try await withSlapd(loading: .base(adding: Self.more)) { slapd async throws in
            try await Company.on(
                slapd,
                adjust: {
                    $0.users = UserSearch(
                        .search(
                            bases: try bases.map { try DistinguishedName("ou=\($0),dc=example,dc=org") },
                            filter: try FilterTemplate("(uid={username})")))
                }
            ) { try await body(slapd, $0) }
        }
    }

    @Test func peopleOfEachBaseComeInAndTwinsOfTwoDoNot() async throws {
        try await withBases(["staff", "guests"]) { _, company in
            #expect(await company.outcome("alice").user?.username == "alice")
            #expect(await company.outcome("bob").user?.username == "bob")
            #expect(await company.outcome("twin") == .denied(.ambiguousUser))
            #expect(await company.outcome("nobody") == .notFound)
        }
    }

    @Test func aBaseThatCannotBeReadIsAnOutageForThoseOfTheOthersToo() async throws {
        try await withBases(["staff", "absent"]) { _, company in
            // There might be a twin in it.
            guard case .unavailable = await company.outcome("alice") else {
                Issue.record("alice came in or was refused")
                return
            }
        }
    }

    @Test func aScanComesToTheEndOfEachBase() async throws {
        try await withBases(["staff", "guests"]) { slapd, company in
            var names: [String] = []
            let proof = try await company.backend.scanPeople { entry in
                if case .person(let person, _) = entry { names.append(person.username) }
            }
            #expect(proof == ScanProof(shortfall: nil, entries: 4))
            #expect(names.sorted() == ["alice", "bob", "twin", "twin"])
            var keys: [String: String] = [:]
            try await company.backend.scanPeopleKeys { keys[$0] = $1 }
            #expect(keys.count == 4)
            #expect(try await company.backend.peopleKeys(ofIDs: Array(keys.keys)) == keys)
            let found = try await company.backend.whereabouts(ofIDs: Array(keys.keys))
            #expect(found.values.allSatisfy { $0.isInScope })
            try await slapd.rename("uid=bob,ou=guests,dc=example,dc=org", to: "uid=bob", under: "dc=example,dc=org")
            let moved = try await company.backend.whereabouts(ofIDs: Array(keys.keys))
            #expect(moved.values.count { $0 == .elsewhere(dn: "uid=bob,dc=example,dc=org") } == 1)
        }
    }

    @Test func somebodyIsKnownByIDInAnyBase() async throws {
        try await withBases(["staff", "guests"]) { _, company in
            let user = try #require(await company.outcome("bob").user)
            let account = try #require(try await company.store.account(id: user.id))
            let link = try #require(account.link)
            #expect(try await company.backend.stillHolds("bob", link, AuthenticationContext()))
        }
    }
}
