import AuthCore
import LDAPBackend
import TestSupport
import Testing

/// Who has a name is the directory's word, and where it says nothing the name stays where it is.
@Suite struct NameOwnershipTests {
    private static let impostor = """
        dn: cn=impostor,ou=sales,ou=people,dc=example,dc=org
        objectClass: inetOrgPerson
        uid: carol
        cn: impostor
        sn: impostor
        mail: impostor@example.org
        userPassword: another-secret

        """

    @Test func aNameThatCannotBeReadStaysWithItsOwner() async throws {
        let store = InMemoryAccountStore()
        var carol: User?
        try await Company.on(try await SharedSlapd.company.server(), store: store) { company async throws in
            carol = await company.outcome("carol").user
        }
        var options = Slapd.Options()
        options.database = [
            "access to dn.exact=\"uid=carol,ou=hr,ou=people,dc=example,dc=org\" attrs=uid by * none"
        ]
        try await withSlapd(loading: .company(adding: Self.impostor), options: options) { slapd async throws in
            try await Company.on(slapd, store: store) { company async throws in
                #expect(await company.outcome("impostor@example.org", "another-secret") == .denied(.nameCollision))
            }
        }
        #expect(try await store.accounts().map(\.user) == [carol])
    }

    @Test func anotherSpellingOfANameIsTheName() async throws {
        try await withSlapd(loading: .company) { slapd async throws in
            try await Company.on(slapd) { company async throws in
                let carol = try #require(await company.outcome("carol").user)
                try await slapd.rename("uid=carol,ou=hr,ou=people,dc=example,dc=org", to: "uid=CAROL")
                try await slapd.add(ldif: Self.impostor)
                #expect(await company.outcome("impostor@example.org", "another-secret") == .denied(.nameCollision))
                #expect(try await company.store.accounts().map(\.user) == [carol])
            }
        }
    }
}
