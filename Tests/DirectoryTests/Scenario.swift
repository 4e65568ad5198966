import AuthCore
import LDAPBackend
import LDAPClient
import TestSupport
import Testing

/// What every directory has to get right: one row of the table, whose columns are the directories.
struct Scenario: Sendable, CustomTestStringConvertible {
    let claim: String
    let check: @Sendable (Site) async throws -> Void

    init(_ claim: String, _ check: @escaping @Sendable (Site) async throws -> Void) {
        self.claim = claim
        self.check = check
    }

    var testDescription: String { claim }
}

extension Scenario {
    /// Those that only read.
    static let reading = [
        Scenario("the right password lets in, with what the entry says") { site async throws in
            let anna = try await site.account("anna")
            #expect(anna.username == "anna")
            #expect(anna.fields == [.firstName: "Anna", .lastName: "Arendt", .email: "anna.arendt@example.org"])
            #expect(try anna.distinguishedName == DistinguishedName(site.server.dn(of: SmallCompany.person("anna"))))
        },
        Scenario("the id is the same at each login, and finds the entry") { site async throws in
            let anna = try await site.account("anna")
            #expect(try await site.account("ANNA", SmallCompany.person("anna").password).link == anna.link)
            #expect(try await site.backend.stillHolds("anna", anna.link, AuthenticationContext()))
            #expect(try await !site.backend.stillHolds("ruth", anna.link, AuthenticationContext()))
            #expect(try await site.backend.peopleKeys(ofIDs: [anna.link.id]).keys.sorted() == [anna.link.id])
        },
        Scenario("a wrong password is refused, an unknown name is not found") { site async throws in
            #expect(try await site.logIn("ruth", "wrong") == .rejected(.wrongPassword))
            #expect(try await site.logIn("nobody", "wrong") == .notFound)
        },
        Scenario("names and passwords that are not ASCII, in either form of Unicode") { site async throws in
            let žofie = try SmallCompany.person("žofie")
            let account = try await site.account("z\u{30c}ofie", žofie.password)
            #expect(account.username == "žofie")
            #expect(account.fields[.lastName] == "Öztürk")
            #expect(account.groups.map(\.name).contains("engineers"))
        },
        Scenario("names that need escaping in filters and in DNs") { site async throws in
            let account = try await site.account("o'neil(ops)#1")
            #expect(account.username == "o'neil(ops)#1")
            #expect(account.groups.map(\.name).sorted() == ["everyone", "staff"])
            for name in ["o'neil*", "*", "o'neil(ops)#1)(uid=*", #"o'neil\28ops\29#1"#] {
                #expect(try await site.logIn(name, "wrong") == .notFound, "\(name)")
            }
        },
        Scenario("groups in groups count, and say how they were reached") { site async throws in
            let groups = try await site.account("ruth").groups
            #expect(groups.map(\.name).sorted() == ["engineers", "everyone", "staff"])
            #expect(groups.first { $0.name == "engineers" }?.path == .direct)
            #expect(Set(groups.map(\.id)).count == 3)
        },
        Scenario("a group of 5,000 is found at a login and read whole by a scan") { site async throws in
            let (name, size) = SmallCompany.crowd
            #expect(try await site.account("anna").groups.map(\.name).contains(name))
            var members: [String: Int] = [:]
            let proof = try await site.backend.scanGroups { members[$0.name] = Set($0.members).count }
            #expect(members[name] == size)
            #expect(proof.isComplete)
        },
        Scenario("nobody comes in against whom something speaks, whatever the password") { site async throws in
            for person in SmallCompany.people where person.state != .usual {
                for password in [person.password, "wrong"] {
                    // That a directory's refusal is not understood is no reason to let somebody in either.
                    let verdict = try? await site.logIn(person.login, password)
                    if case .authenticated? = verdict { Issue.record("\(person.login), \(person.state), came in") }
                }
            }
        },
    ]

    /// Those that change the directory.
    static let changing = [
        Scenario("the service account may not write, and wrong passwords do not lock it") { site async throws in
            let service = site.server.serviceDN
            for _ in 0..<6 {
                let answer = try await site.client.verifyPassword(dn: service, password: Array("wrong".utf8))
                #expect(!answer.isSuccess)
            }
            let password = Array(site.server.servicePassword.utf8)
            #expect(try await site.client.verifyPassword(dn: service, password: password).isSuccess)
            let ruth = try DistinguishedName(site.server.dn(of: SmallCompany.person("ruth")))
            let error = await #expect(throws: LDAPError.self) {
                try await site.client.apply(.modify([.replace("description", ["new"])]), to: ruth)
            }
            #expect(error?.code == .insufficientAccess)
        },
        Scenario("who is renamed stays who they are") { site async throws in
            let before = try await site.account("ruth")
            let ruth = try SmallCompany.person("ruth")
            try await site.server.setLogin("ruth.reich", of: ruth)
            try await site.server.rename(site.server.dn(of: ruth), to: "cn=Ruth Reich")
            let after = try await site.account("ruth.reich", ruth.password)
            #expect(after.link.id == before.link.id && after.link.dn != before.link.dn)
            #expect(after.groups == before.groups)
            #expect(try await site.logIn("ruth", ruth.password) == .notFound)
            #expect(try await !site.backend.stillHolds("ruth", before.link, AuthenticationContext()))
        },
        Scenario("who is moved stays who they are") { site async throws in
            let before = try await site.account("ruth")
            let berlin = "ou=berlin,\(site.server.peopleDN)"
            try await site.server.rename(#require(before.link.dn), to: "cn=Ruth Roth", under: berlin)
            let after = try await site.account("ruth")
            #expect(after.link.id == before.link.id)
            #expect(try after.distinguishedName == DistinguishedName("cn=Ruth Roth,\(berlin)"))
            #expect(after.groups == before.groups)
        },
        Scenario("who is deleted and made again is somebody else, in no group") { site async throws in
            let before = try await site.account("ruth")
            let ruth = try SmallCompany.person("ruth")
            try await site.server.delete(#require(before.link.dn))
            #expect(try await site.logIn("ruth", ruth.password) == .notFound)
            try await site.server.add(ruth)
            let after = try await site.account("ruth")
            #expect(after.link.id != before.link.id)
            #expect(try after.distinguishedName == DistinguishedName(site.server.dn(of: ruth)))
            #expect(after.groups.isEmpty)
        },
    ]
}

@Suite struct ScenarioTests {
    @Test(arguments: DirectoryKind.allCases, Scenario.reading)
    func eachDirectoryGetsItRight(_ kind: DirectoryKind, _ scenario: Scenario) async throws {
        try await Site.on(kind.shared(), scenario.check)
    }

    @Test(arguments: DirectoryKind.allCases, Scenario.changing)
    func eachDirectoryGetsItRightAfterAChange(_ kind: DirectoryKind, _ scenario: Scenario) async throws {
        try await withDirectory(kind) { server in try await Site.on(server, scenario.check) }
    }
}
