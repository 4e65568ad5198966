import Foundation
import TestSupport
import Testing

@testable import LDAPClient

/// LDIF of this repository and of OpenLDAP's own programs.
@Suite struct LDIFServerTests {
    private func entries(_ text: String) throws -> [DistinguishedName: [String: Set<LDAPValue>]] {
        var result: [DistinguishedName: [String: Set<LDAPValue>]] = [:]
        for record in try LDIFReader.records(in: text.utf8) {
            guard case .entry(let entry) = record else { throw TestSupportError("a change among entries") }
            result[try entry.distinguishedName] = values(entry)
        }
        return result
    }

    private func values(_ entry: LDAPEntry) -> [String: Set<LDAPValue>] {
        Dictionary(uniqueKeysWithValues: entry.attributes.map { ($0.name.lowercased(), Set($0.values)) })
    }

    private func file(_ name: String) throws -> String {
        try String(contentsOfFile: "\(repositoryRoot)/ldif/\(name)", encoding: .utf8)
    }

    @Test func theFilesOfTheRepositoryHoldWhatSlapdMadeOfThem() async throws {
        let written = try entries(file("base.ldif")).merging(entries(file("company.ldif"))) { $1 }
        let dumped = try await entries(SharedSlapd.company.server().dump())
        #expect(written.count > 300)
        #expect(Set(written.keys) == Set(dumped.keys))
        for (dn, attributes) in written {
            let stored = try #require(dumped[dn])
            for (name, values) in attributes { #expect(stored[name] == values, "\(dn) \(name)") }
        }
    }

    @Test func ldapsearchWritesWhatTheClientReads() async throws {
        // One of its own: what others do at the same time changes operational attributes.
        try await withSlapd(loading: .company) { slapd async throws in try await compare(slapd) }
    }

    private func compare(_ slapd: Slapd) async throws {
        let text = try await runSuccessfully(
            "ldapsearch",
            [
                "-x", "-LLL", "-H", slapd.uri, "-D", slapd.serviceDN, "-w", slapd.servicePassword, "-b", slapd.suffix,
                "(objectClass=*)", "*", "+",
            ], environment: ["LDAPNOINIT": "1"]
        ).output
        try await withClient(.of(slapd)) { client in
            let result = try await client.search(
                SearchRequest(base: DistinguishedName(slapd.suffix), attributes: .named(["*", "+"])))
            #expect(result.completeness == .complete)
            var found: [DistinguishedName: [String: Set<LDAPValue>]] = [:]
            for entry in result.entries { found[try entry.distinguishedName] = values(entry) }
            #expect(try entries(text) == found)
            // And what the client writes is read back as what it is.
            var writer = LDIFWriter()
            var own: [UInt8] = []
            for entry in result.entries { own += try writer.write(.entry(entry)) }
            #expect(try LDIFReader.records(in: own) == result.entries.map { .entry($0) })
        }
    }

    @Test func whatTheClientWritesIsLoadedBySlapaddAndLdapadd() async throws {
        var writer = LDIFWriter(writesVersion: false)
        var text: [UInt8] = []
        let nasty = LDAPEntry(
            dn: "cn=Müller\\, \\\"x\\\" \\+1,ou=people,dc=example,dc=org",
            attributes: [
                .init(name: "objectClass", values: [LDAPValue("inetOrgPerson")]),
                .init(name: "cn", values: [LDAPValue("Müller, \"x\" +1")]),
                .init(name: "sn", values: [LDAPValue(" : <")]),
                .init(name: "description", values: [LDAPValue(String(repeating: "Ä ", count: 200))]),
                .init(name: "jpegPhoto", values: [LDAPValue((0...255).map { UInt8($0) })]),
            ])
        for record in try LDIFReader.records(in: file("base.ldif").utf8) { text += try writer.write(record) }
        text += try writer.write(.entry(nasty))
        let ldif = String(decoding: text, as: UTF8.self)
        try await withSlapd(loading: .ldif(ldif)) { slapd in
            let dumped = try await entries(slapd.dump())
            let stored = try #require(dumped[try nasty.distinguishedName])
            for (name, values) in values(nasty) { #expect(stored[name] == values) }
            try await slapd.delete(nasty.dn)
            writer = LDIFWriter()
            try await slapd.add(ldif: String(decoding: writer.write(.entry(nasty)), as: UTF8.self))
            #expect(try await entries(slapd.dump())[nasty.distinguishedName]?["sn"] == [LDAPValue(" : <")])
        }
    }

    @Test func changesThatTheClientAppliesAreThoseOfLdapmodify() async throws {
        let changes = """
            dn: uid=bob,\(people)
            changetype: add
            objectClass: inetOrgPerson
            uid: bob
            cn: Bob
            sn:: QmF1ZXI=
            description: one
            description: two

            dn: uid=bob,\(people)
            changetype: modify
            delete: description
            description: one
            -
            add: mail
            mail: bob@example.org
            mail: b@example.org
            -
            replace: sn
            sn: M
             üller
            -

            dn: uid=bob,\(people)
            changetype: modrdn
            newrdn: uid=robert
            deleteoldrdn: 0
            newsuperior: ou=groups,dc=example,dc=org

            dn: uid=alice,\(people)
            changetype: delete

            """
        func visible(_ slapd: Slapd) async throws -> [DistinguishedName: [String: Set<LDAPValue>]] {
            try await entries(slapd.search("(objectClass=*)"))
        }
        try await withSlapd(loading: .base(adding: person("alice"))) { theirs in
            try await theirs.modify(ldif: changes)
            try await withSlapd(loading: .base(adding: person("alice"))) { ours in
                let connection = try await LDAPConnection.connect(to: LDAPURL(ours.uri))
                _ = try await connection.bind(dn: ours.adminDN, password: Array(ours.adminPassword.utf8))
                for record in try LDIFReader.records(in: changes.utf8) {
                    guard case .change(let change) = record else { throw TestSupportError("an entry among changes") }
                    try await connection.apply(change.change, to: change.dn, controls: change.controls)
                }
                await connection.close()
                #expect(try await visible(ours) == visible(theirs))
                #expect(try await visible(ours).count > 8)
            }
        }
    }
}
