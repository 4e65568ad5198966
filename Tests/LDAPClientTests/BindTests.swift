import LDAPClient
import TestSupport
import Testing

@Suite struct BindTests {
    private let alice = "uid=alice,\(people)"

    @Test func rightPasswordIsProvedAndWrongOneIsAnAnswer() async throws {
        try await withSlapd(loading: .base(adding: person("alice"))) { slapd in
            try await withClient(.of(slapd)) { client in
                let right = try await client.verifyPassword(dn: alice, password: Array("correct horse".utf8))
                #expect(right.isSuccess)
                #expect(right.passwordPolicy == PasswordPolicyResponse())
                let wrong = try await client.verifyPassword(dn: alice, password: Array("wrong".utf8))
                #expect(wrong.resultCode == 49)
                #expect(!wrong.isSuccess)
                let stranger = try await client.verifyPassword(dn: "uid=nobody,\(people)", password: [1])
                #expect(stranger.resultCode == 49)
            }
        }
    }

    @Test func lockedAccountSaysSoEvenForTheRightPassword() async throws {
        try await withSlapd(loading: .base(adding: person("alice"))) { slapd in
            try await withClient(.of(slapd)) { client in
                for _ in 0..<5 { _ = try await client.verifyPassword(dn: alice, password: Array("wrong".utf8)) }
                let answer = try await client.verifyPassword(dn: alice, password: Array("correct horse".utf8))
                #expect(answer.resultCode == 49)
                #expect(answer.passwordPolicy?.error == .accountLocked)
            }
        }
    }

    @Test func passwordThatMustBeChangedIsASuccessWithAReason() async throws {
        let ldif = person("alice", "pwdReset: TRUE")
        try await withSlapd(loading: .base(adding: ldif)) { slapd in
            try await withClient(.of(slapd)) { client in
                let answer = try await client.verifyPassword(dn: alice, password: Array("correct horse".utf8))
                #expect(answer.isSuccess)
                #expect(answer.passwordPolicy?.error == .changeAfterReset)
            }
        }
    }

    @Test(arguments: [
        ("uid=alice", [UInt8]()), ("uid=alice", [0]), ("uid=alice", Array("a\0b".utf8)), ("", [1]), ("uid=a\0", [1]),
    ])
    func impossibleBindIsRefusedBeforeAnyPacketIsSent(_ dn: String, _ password: [UInt8]) async throws {
        try await withToyServer(.countsOnly) { server in
            try await withClient(.anonymous(server.uri)) { client in
                let error = try await failure { () async throws(LDAPError) in
                    try await client.verifyPassword(dn: dn, password: password)
                }
                #expect(error.code == .invalidArgument)
                #expect(error.step == .bind)
            }
            #expect(server.connectionCount == 0)
        }
    }

    @Test func refusedServiceAccountIsToldFromARefusedPerson() async throws {
        try await withSlapd(loading: .base) { slapd in
            var configuration = try LDAPClientConfiguration.of(slapd)
            configuration.serviceAccount = ServiceAccount(dn: try DistinguishedName(slapd.serviceDN)) { [0x78] }
            try await withClient(configuration) { client in
                let error = try await failure { () async throws(LDAPError) in
                    try await client.search(try SearchRequest(base: DistinguishedName(people), attributes: .none))
                }
                #expect(error.step == .serviceBind)
                #expect(error.code == .invalidCredentials)
                #expect(error.description.contains("service account cn=bridge"))
            }
        }
    }

    @Test func connectionsAreKeptForTheNextBindAndNeverUsedForSearches() async throws {
        try await withSlapd(loading: .base(adding: person("alice"))) { slapd in
            try await withClient(.of(slapd)) { client in
                let counters = try await slapd.counting {
                    for _ in 0..<10 {
                        let answer = try await client.verifyPassword(dn: alice, password: Array("correct horse".utf8))
                        #expect(answer.isSuccess)
                        let found = try await client.search(
                            SearchRequest(
                                base: DistinguishedName(people), filter: .equal("uid", "alice"), attributes: .none))
                        #expect(found.entries.count == 1)
                    }
                }
                #expect(counters.connections == 2)
            }
        }
    }
}
