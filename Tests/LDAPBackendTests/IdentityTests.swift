import AuthCore
import LDAPBackend
import TestSupport
import Testing

@Suite struct IdentityTests {
    private static let carol = "uid=carol,ou=hr,ou=people,dc=example,dc=org"

    private static func newEntry(uid: String, dn: String) -> String {
        """
        dn: \(dn)
        objectClass: inetOrgPerson
        uid: \(uid)
        cn: New Person
        sn: Person
        userPassword: another-secret

        """
    }

    @Test func renamingAndMovingAnEntryKeepsTheAccount() async throws {
        try await withSlapd(loading: .company) { slapd async throws in
            try await Company.on(slapd) { company async throws in
                let before = try #require(await company.outcome("carol").user)
                try await slapd.rename(Self.carol, to: "uid=caroline", under: "ou=sales,ou=people,dc=example,dc=org")
                let after = try #require(await company.outcome("caroline", "carol-secret").user)
                #expect(after.id == before.id && after.username == "caroline")
                #expect(
                    try await company.store.account(id: after.id)?.link?.dn
                        == "uid=caroline,ou=sales,ou=people,dc=example,dc=org")
                #expect(await company.outcome("carol", "carol-secret") == .notFound)
                #expect(try await company.store.accounts().count == 1)
            }
        }
    }

    @Test func anEntryMadeAgainIsANewPersonWhoInheritsNothing() async throws {
        try await withSlapd(loading: .company) { slapd async throws in
            try await Company.on(slapd) { company async throws in
                let before = try #require(await company.outcome("carol").user)
                try await slapd.delete(Self.carol)
                try await slapd.add(ldif: Self.newEntry(uid: "carol", dn: Self.carol))
                let after = try #require(await company.outcome("carol", "another-secret").user)
                #expect(after.id != before.id && after.username == "carol")
                #expect(try await company.store.groups(of: after.id).isEmpty)
                let former = try #require(try await company.store.account(id: before.id))
                #expect(former.user.username.hasPrefix("carol+former-"))
            }
        }
    }

    @Test func namesThatWereSwappedSwapHereToo() async throws {
        try await withSlapd(loading: .company) { slapd async throws in
            try await Company.on(slapd) { company async throws in
                let carol = try #require(await company.outcome("carol").user)
                let bob = try #require(await company.outcome("bob").user)
                try await slapd.rename(Self.carol, to: "uid=tmp")
                try await slapd.rename("uid=bob,ou=sales,ou=people,dc=example,dc=org", to: "uid=carol")
                try await slapd.rename("uid=tmp,ou=hr,ou=people,dc=example,dc=org", to: "uid=bob")
                let nowBob = try #require(await company.outcome("bob", "carol-secret").user)
                let nowCarol = try #require(await company.outcome("carol", "bob-secret").user)
                #expect(nowBob.id == carol.id && nowBob.username == "bob")
                #expect(nowCarol.id == bob.id && nowCarol.username == "carol")
            }
        }
    }

    @Test func aSecondEntryOfTheSameNameTakesNothing() async throws {
        try await withSlapd(loading: .company) { slapd async throws in
            try await Company.on(slapd) { company async throws in
                let carol = try #require(await company.outcome("carol").user)
                try await slapd.add(
                    ldif: Self.newEntry(uid: "carol", dn: "cn=impostor,ou=sales,ou=people,dc=example,dc=org")
                        .replacing("sn: Person", with: "sn: Person\nmail: impostor@example.org"))
                #expect(await company.outcome("carol", "another-secret") == .denied(.ambiguousUser))
                #expect(await company.outcome("impostor@example.org", "another-secret") == .denied(.nameCollision))
                #expect(try await company.store.accounts().map(\.user.id) == [carol.id])
            }
        }
    }

    @Test func aLocalAccountIsNotEnteredThroughAnEntryOfItsName() async throws {
        try await Company.on(try await SharedSlapd.company.server()) { company async throws in
            let local = NewAccount(username: "admin", password: EncodedPassword(encoded: "hash"), isSuperuser: true)
            try await company.store.apply(
                [AccountPlan(subject: .none, changes: [.create(local)])], cause: .administrator("test"))
            #expect(await company.outcome("admin@example.org", "admin-secret") == .denied(.nameCollision))
            let examined = await company.chain.examine(PasswordCredentials(username: "admin", password: "admin-secret"))
            #expect(examined.outcome == .denied(.nameCollision))
            #expect(try await company.store.accounts().allSatisfy { $0.link == nil })
        }
    }

    @Test func anAccountThatWasBroughtAlongIsAdopted() async throws {
        let policy = MirrorPolicy(adopt: .unusable)
        try await Company.on(try await SharedSlapd.company.server(), adjust: { $0.mirrorPolicy = policy }) {
            company async throws in
            let local = NewAccount(username: "carol", password: .unusable())
            let made = try await company.store.apply(
                [AccountPlan(subject: .none, changes: [.create(local)])], cause: .administrator("test"))
            #expect(await company.outcome("carol").user?.id == made[0].user?.id)
        }
    }
}
