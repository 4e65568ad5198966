import AuthCore
import Foundation
import LDAPBackend
import LDAPClient
import TestSupport
import Testing

@Suite struct LoginTableTests {
    @Test(arguments: DirectoryKind.allCases, LoginRow.table)
    func eachDirectoryAnswersAsTheTableSays(_ kind: DirectoryKind, _ row: LoginRow) async throws {
        let person = try SmallCompany.person(row.person)
        let adjust = { (configuration: inout LDAPBackendConfiguration) in
            if let type = row.groupType, kind != .activeDirectory { configuration.groups?.type = type }
        }
        for (password, expected) in [(person.password, row.right[kind]), ("wrong \(person.password)", row.wrong[kind])]
        {
            // Accounts of its own for each attempt.
            try await Site.on(kind.sharedForChanges(), adjust: adjust) { site in
                let report = await site.logIn(row.typed ?? person.login(in: kind), password)
                try await expect(expected, report, of: person, at: site)
            }
        }
    }

    private func expect(
        _ expected: LoginRow.Answer, _ report: AuthenticationReport, of person: SmallCompany.Person, at site: Site
    ) async throws {
        let note = Comment(rawValue: "\(report.outcome): \(report.explanation ?? "")")
        let accounts = try await site.accounts.accounts()
        let outcome: AuthenticationOutcome
        switch expected {
        case .rejected(let reason): outcome = .rejected(reason)
        case .denied(let reason): outcome = .denied(reason)
        case .enters(let username, let groups):
            let account = try #require(accounts.first, note)
            #expect(report.outcome == .authenticated(account.user, backend: "corp"), note)
            #expect(accounts.count == 1)
            #expect(
                account.user
                    == User(
                        id: account.user.id, username: username, firstName: person.givenName, lastName: person.surname,
                        email: person.mail))
            #expect(account.owner == .external(source: "corp") && !account.password.isUsable)
            let external = try #require(report.external)
            #expect(account.link == external.link)
            #expect(try external.distinguishedName == DistinguishedName(site.server.dn(of: person)))
            #expect(Dictionary(uniqueKeysWithValues: external.groups.map { ($0.name, $0.path) }) == groups)
            #expect(external.groupsAreComplete)
            #expect(try await site.groups(of: account.user) == Set(groups.keys))
            return
        }
        #expect(report.outcome == outcome, note)
        #expect(accounts == [], note)
    }

    @Test(arguments: DirectoryKind.allCases)
    func namesAndPasswordsThatAreNobodysFindNobody(_ kind: DirectoryKind) async throws {
        try await Site.on(kind.sharedForChanges()) { site in
            for (name, password, expected) in LoginRow.nobody {
                let report = await site.logIn(name, password)
                #expect(report.outcome == expected, "\(name.debugDescription), \(password.debugDescription)")
            }
            #expect(try await site.accounts.accounts() == [])
            // It was none of their doing: the name and the password, as they are, let in.
            _ = try await site.enter("olga")
        }
    }

    /// RFC 4514 section 2.4 allows it, escaped. Whoever read the DN only up to there would take it for olga's. Active Directory refuses such a
    /// name, 389 Directory Server makes another one of it.
    @Test func aDNWithANULIsOnlyItsOwn() async throws {
        let server = try await DirectoryKind.openLDAP.sharedForChanges()
        let olga = try SmallCompany.person("olga")
        let dn = server.dn(of: olga).replacing("Orth,", with: #"Orth\00x,"#)
        try await server.add(
            ldif: """
                dn: \(dn)
                objectClass: inetOrgPerson
                cn:: \(Data("Olga Orth\0x".utf8).base64EncodedString())
                sn: Null
                uid: null
                userPassword: another Horse 8

                """)
        try await Site.on(server) { site in
            let (external, _) = try await site.enter("null", "another Horse 8")
            #expect(try external.distinguishedName == DistinguishedName(dn))
            #expect(try external.distinguishedName != DistinguishedName(server.dn(of: olga)))
            #expect(await site.logIn("null", olga.password).outcome == .rejected(.wrongPassword))
        }
    }
}
