import AuthCore
import LDAPBackend
import LDAPClient
import TestSupport
import Testing

/// What every directory has to get right over more than one login: one row of the table, whose columns are the directories.
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
        Scenario("the id is the same at each login, and finds the entry; the account is the same") {
            site async throws in
            let (first, user) = try await site.enter("anna")
            let (second, again) = try await site.enter("ANNA", SmallCompany.person("anna").password)
            #expect(second.link == first.link && again == user)
            #expect(try await site.backend.stillHolds("anna", first.link, AuthenticationContext()))
            #expect(try await !site.backend.stillHolds("ruth", first.link, AuthenticationContext()))
            #expect(try await site.backend.peopleKeys(ofIDs: [first.link.id]).keys.sorted() == [first.link.id])
        },
        Scenario("logging in again changes nothing") { site async throws in
            let (_, user) = try await site.enter("žofie")
            let again = await site.logIn("žofie", try SmallCompany.person("žofie").password)
            #expect(again.outcome == .authenticated(user, backend: "corp"))
            #expect(again.changes == [])
        },
        Scenario("a group of 5,000 is found at a login and read whole by a scan") { site async throws in
            let (name, size) = SmallCompany.crowd
            let (external, user) = try await site.enter("anna")
            #expect(external.groups.first { $0.name == name }?.path == .direct)
            #expect(external.groupsAreComplete)
            #expect(try await site.groups(of: user).contains(name))
            var members: [String: Int] = [:]
            let proof = try await site.backend.scanGroups { members[$0.name] = Set($0.members).count }
            // In Active Directory a group also has those as members whose primary group it is.
            #expect(members[name] == (site.server.kind == .activeDirectory ? size + 1 : size))
            #expect(proof.isComplete)
        },
    ]

    /// Those that change the directory, each a person of its own.
    static let changing = [
        Scenario("the service account may not write, and wrong passwords do not lock it") { site async throws in
            let service = site.server.serviceDN
            for _ in 0..<6 {
                let answer = try await site.client.verifyPassword(dn: service, password: Array("wrong".utf8))
                #expect(!answer.isSuccess)
            }
            let password = Array(site.server.servicePassword.utf8)
            #expect(try await site.client.verifyPassword(dn: service, password: password).isSuccess)
            let olga = try DistinguishedName(site.server.dn(of: SmallCompany.person("olga")))
            let error = await #expect(throws: LDAPError.self) {
                try await site.client.apply(.modify([.replace("description", ["new"])]), to: olga)
            }
            #expect(error?.code == .insufficientAccess)
        },
        Scenario("who is renamed keeps the account, which takes the new name") { site async throws in
            let (before, user) = try await site.enter("rena")
            let rena = try SmallCompany.person("rena")
            try await site.server.setLogin("rena.reich", of: rena)
            try await site.server.rename(site.server.dn(of: rena), to: "cn=Rena Reich")
            let (after, renamed) = try await site.enter("rena.reich", rena.password)
            #expect(after.link.id == before.link.id && after.link.dn != before.link.dn)
            #expect(renamed.id == user.id && renamed.username == "rena.reich")
            #expect(after.groups == before.groups)
            #expect(try await site.groups(of: renamed) == ["engineers", "staff", "everyone"])
            let accounts = try await site.accounts.accounts()
            #expect(accounts.map(\.user) == [renamed] && accounts.map(\.link) == [after.link])
            #expect(await site.logIn("rena", rena.password).outcome == .notFound)
            #expect(try await !site.backend.stillHolds("rena", before.link, AuthenticationContext()))
        },
        Scenario("who is moved keeps the account") { site async throws in
            let (before, user) = try await site.enter("milo")
            let berlin = "ou=berlin,\(site.server.peopleDN)"
            try await site.server.rename(#require(before.link.dn), to: "cn=Milo Moor", under: berlin)
            let (after, moved) = try await site.enter("milo")
            #expect(after.link.id == before.link.id && moved == user)
            #expect(try after.distinguishedName == DistinguishedName("cn=Milo Moor,\(berlin)"))
            #expect(after.groups == before.groups)
            #expect(try await site.groups(of: moved) == ["engineers", "staff", "everyone"])
            #expect(try await site.accounts.accounts().map(\.link) == [after.link])
        },
        Scenario("who is deleted and made again is somebody else: a new account, in no group; the old one makes room") {
            site async throws in
            let (before, user) = try await site.enter("nora")
            let nora = try SmallCompany.person("nora")
            try await site.server.delete(#require(before.link.dn))
            #expect(await site.logIn("nora", nora.password).outcome == .notFound)
            #expect(try await site.accounts.accounts().map(\.user) == [user])
            try await site.server.add(nora)
            let (after, new) = try await site.enter("nora")
            #expect(after.link.id != before.link.id)
            #expect(try after.distinguishedName == DistinguishedName(site.server.dn(of: nora)))
            #expect(new.id != user.id && new.username == "nora")
            #expect(after.groups.isEmpty)
            #expect(try await site.groups(of: new) == [])
            let old = try #require(try await site.accounts.account(id: user.id))
            #expect(old.user.username.hasPrefix("nora+former-") && old.link == before.link)
            #expect(try await site.groups(of: old.user) == ["engineers", "staff", "everyone"])
            #expect(await site.logIn(old.user.username, nora.password).outcome == .notFound)
        },
        Scenario("whoever takes over the name of somebody who was renamed gets an account of their own") {
            site async throws in
            let (before, user) = try await site.enter("theo")
            let theo = try SmallCompany.person("theo")
            try await site.server.setLogin("theo.thal", of: theo)
            let tess = try SmallCompany.person("tess")
            try await site.server.setLogin("theo", of: tess)
            let (external, new) = try await site.enter("theo", tess.password)
            #expect(external.link.id != before.link.id && new.id != user.id && new.username == "theo")
            let (_, renamed) = try await site.enter("theo.thal", theo.password)
            #expect(renamed.id == user.id && renamed.username == "theo.thal")
        },
        Scenario("who is disabled after having come in stays out; the account waits for the next sync") {
            site async throws in
            let (_, user) = try await site.enter("uwe")
            let uwe = try SmallCompany.person("uwe")
            try await site.server.disable(uwe)
            let reason: DenialReason = site.server.kind == .openLDAP ? .accountLocked : .accountDisabled
            #expect(await site.logIn("uwe", uwe.password).outcome == .denied(reason))
            #expect(try await site.accounts.accounts().map(\.user) == [user])
            var refusals: [String: DenialReason] = [:]
            _ = try await site.backend.scanPeople {
                guard case .person(let person, _) = $0, case .refused(let reason, _) = person.standing else { return }
                refusals[person.username] = reason
            }
            #expect(refusals["uwe"] == reason && refusals["olga"] == nil)
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
        try await Site.on(kind.sharedForChanges(), scenario.check)
    }
}
