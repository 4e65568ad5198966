import AuthCore
import LDAPClient
import TestSupport
import Testing

@testable import LDAPBackend

@Suite struct LoginRealmTests {
    private static let realm = LoginRealm(domains: ["CORP"], suffixes: ["corp.example.org"])

    @Test(
        arguments: [
            ("alice", "alice"), ("CORP\\alice", "alice"), ("corp\\alice", "alice"),
            ("corp.example.org\\alice", "alice"),
            ("alice@corp.example.org", "alice"), ("Alice@CORP.example.ORG", "Alice"),
            ("alice@example.org", "alice@example.org"),
            ("a@b@corp.example.org", "a@b"), ("OTHER\\alice", nil), ("\\alice", nil), ("CORP\\", nil),
            ("@corp.example.org", nil), ("CORP\\alice@example.org", "alice@example.org"),
            ("CORP\\OTHER\\alice", "OTHER\\alice"),
        ] as [(String, String?)])
    func theDomainIsTakenOff(_ typed: String, _ name: String?) {
        #expect(Self.realm.name(in: typed) == name)
    }

    @Test func aNameWithoutARealmBelongsToNobodyWhereOneIsRequired() {
        let realm = LoginRealm(domains: ["CORP"], suffixes: ["corp.example.org"], isRequired: true)
        #expect(realm.name(in: "alice") == nil)
        #expect(realm.name(in: "alice@example.org") == nil)
        #expect(realm.name(in: "corp\\alice") == "alice")
        #expect(realm.name(in: "alice@corp.example.org") == "alice")
    }

    @Test func theAccountHasTheNameOfTheDirectoryHoweverItWasTyped() async throws {
        try await Company.on(try await SharedSlapd.company.server(), adjust: { $0.users.realm = Self.realm }) {
            company async throws in
            for typed in ["CORP\\alice", "corp\\ALICE", "alice@corp.example.org", "alice@example.org", "alice"] {
                #expect(await company.outcome(typed, "alice-secret").user?.username == "alice", "\(typed)")
            }
            for typed in ["OTHER\\alice", "\\alice", "CORP\\"] {
                #expect(await company.outcome(typed, "alice-secret") == .notFound, "\(typed)")
            }
            #expect(try await company.store.accounts().count == 1)
        }
    }

    @Test func aNameOfAnotherRealmIsNotLookedUpHere() async throws {
        try await withSlapd(loading: .company) { slapd async throws in
            try await Company.on(slapd, adjust: { $0.users.realm = Self.realm }) { company async throws in
                _ = await company.outcome("alice", "alice-secret")
                let cost = try await slapd.counting {
                    #expect(await company.outcome("OTHER\\alice", "alice-secret") == .notFound)
                }
                #expect(cost["Search"] == 0 && cost["Bind"] == 0)
            }
        }
    }

    @Test func theNameAsItWasTypedCanBeSoughtToo() async throws {
        try await Company.on(
            try await SharedSlapd.company.server(),
            adjust: {
                $0.users = UserSearch(
                    .search(
                        base: try DistinguishedName(Company.people),
                        filter: try FilterTemplate("(|(uid={username})(mail={login}))")),
                    realm: LoginRealm(suffixes: ["example.org"]))
            }
        ) { company async throws in
            #expect(await company.outcome("alice@example.org", "alice-secret").user?.username == "alice")
        }
    }
}
