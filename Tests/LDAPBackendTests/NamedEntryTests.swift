import AuthCore
import LDAPBackend
import LDAPClient
import TestSupport
import Testing

@Suite struct NamedEntryTests {
    private func look(
        _ name: String, adjust: (inout LDAPBackendConfiguration) throws -> Void = { _ in }
    ) async throws -> NamedEntry {
        var answer = NamedEntry.several([])
        try await Company.on(try await SharedSlapd.company.server(), adjust: adjust) {
            answer = try await $0.backend.entry(named: LoginName(name))
        }
        return answer
    }

    @Test func anEntryIsFoundByTheNameOneLogsInWith() async throws {
        let carol = ExternalLink(
            source: "corp", id: try await id("carol"), dn: "uid=carol,ou=hr,\(Company.people)")
        #expect(try await look("carol") == .one(carol, username: "carol"))
        #expect(try await look("CAROL@example.org") == .one(carol, username: "carol"))
        let template = try DNTemplate("uid={username},ou=hr,\(Company.people)")
        #expect(
            try await look("carol") { $0.users = UserSearch(.template(template)) } == .one(carol, username: "carol"))
    }

    private func id(_ uid: String) async throws -> String {
        try await SharedSlapd.company.server().entries("(uid=\(uid))", ["entryUUID"])[0]["entryUUID"]?.first ?? ""
    }

    @Test func nobodyAndSeveralAreSaidSo() async throws {
        #expect(
            try await look("jsmith")
                == .several(["uid=jsmith,ou=sales,\(Company.people)", "uid=JSmith,ou=production,\(Company.people)"]))
        #expect(try await look("nobody") == .none(explanation: "'corp' has no entry for 'nobody'."))
        let template = try DNTemplate("uid={username},ou=hr,\(Company.people)")
        #expect(
            try await look("alice") { $0.users = UserSearch(.template(template)) }
                == .none(explanation: "'corp' has no entry for 'alice'."))
        #expect(
            try await look("carol") { $0.attributes.username = "facsimileTelephoneNumber" }
                == .none(
                    explanation:
                        "The entry uid=carol,ou=hr,\(Company.people) has no single value of facsimileTelephoneNumber, which holds the username."
                ))
        #expect(try await look("") == .none(explanation: "Nobody has that name: the name is empty."))
    }

    @Test func itCostsNoBindAndAnOutageIsThrown() async throws {
        try await withSlapd(loading: .company) { slapd async throws in
            try await Company.on(slapd) { company async throws in
                _ = try await company.backend.entry(named: LoginName("alice"))
                let cost = try await slapd.counting {
                    _ = try await company.backend.entry(named: LoginName("alice"))
                }
                #expect(cost["Search"] == 1 && cost["Bind"] == 0)
                await slapd.stop()
                await #expect(throws: AuthenticationOutage.self) {
                    try await company.backend.entry(named: LoginName("alice"))
                }
            }
        }
    }
}
