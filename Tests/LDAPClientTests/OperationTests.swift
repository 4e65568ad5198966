import LDAPClient
import Logging
import TestSupport
import Testing

/// Compare, the writes and the extended operations against slapd.
@Suite struct OperationTests {
    /// Runs a closure with a connection that may do everything.
    private func withAdministrator(
        _ ldif: String = person("alice"), options: Slapd.Options = Slapd.Options(),
        _ body: (LDAPConnection, Slapd) async throws -> Void
    ) async throws {
        try await withSlapd(loading: .base(adding: ldif), options: options) { slapd in
            let connection = try await LDAPConnection.connect(to: LDAPURL(slapd.uri))
            let bound = try await connection.bind(dn: slapd.adminDN, password: Array(slapd.adminPassword.utf8))
            #expect(bound.isSuccess)
            try await body(connection, slapd)
            await connection.close()
        }
    }

    private let alice = "uid=alice,\(people)"

    private func rdn(_ text: String) throws -> RelativeDistinguishedName {
        try #require(DistinguishedName(text).relativeNames.first)
    }

    private func values(_ attribute: String, of dn: DistinguishedName, on connection: LDAPConnection) async throws
        -> [String]
    {
        let result = try await connection.search(
            SearchRequest(base: dn, scope: .base, attributes: .named([attribute])))
        return result.entries.flatMap { $0.strings(attribute) }
    }

    @Test func valuesAreComparedByTheServersRules() async throws {
        try await withSlapd(loading: .base(adding: person("alice"))) { slapd in
            try await withClient(.of(slapd)) { client in
                let dn = try DistinguishedName(alice)
                #expect(try await client.compare(dn, attribute: "cn", value: LDAPValue("ALICE")))
                #expect(try await !client.compare(dn, attribute: "CN", value: LDAPValue("bob")))
                let gone = try await failure { () async throws(LDAPError) in
                    try await client.compare(
                        DistinguishedName("uid=nobody,\(people)"), attribute: "cn", value: LDAPValue("x"))
                }
                #expect(gone.code == .noSuchObject)
                #expect(gone.step == .compare)
                let unknown = try await failure { () async throws(LDAPError) in
                    try await client.compare(dn, attribute: "noSuchThing", value: LDAPValue(""))
                }
                #expect(unknown.code == .undefinedAttributeType)
            }
        }
    }

    @Test func anEntryIsAddedModifiedRenamedMovedAndDeleted() async throws {
        try await withAdministrator { connection, slapd in
            let dn = try DistinguishedName("uid=bob\\, the \\\"builder\\\",\(people)")
            let photo = (0...255).map { UInt8($0) }
            try await connection.add(
                dn,
                attributes: [
                    .init(name: "objectClass", values: [LDAPValue("inetOrgPerson")]),
                    .init(name: "uid", values: [LDAPValue("bob, the \"builder\"")]),
                    .init(name: "cn", values: [LDAPValue("Bob")]), .init(name: "sn", values: [LDAPValue("Bauer")]),
                    .init(name: "jpegPhoto", values: [LDAPValue(photo)]),
                ])
            try await connection.modify(
                dn,
                [
                    .add("mail", ["bob@example.org", "b@example.org"]), .replace("sn", ["Müller"]),
                    .replace("description", []), .add("telephoneNumber", ["1"]), .delete("telephoneNumber"),
                ])
            try await connection.modify(dn, [.delete("mail", ["b@example.org"])])
            let result = try await connection.search(
                SearchRequest(base: dn, scope: .base, attributes: .allUserAttributes))
            let entry = try #require(result.entries.first)
            #expect(entry["jpegPhoto"].first?.bytes == photo)
            #expect(entry.strings("sn") == ["Müller"])
            #expect(entry.strings("mail") == ["bob@example.org"])
            #expect(entry["telephoneNumber"].isEmpty)

            let renamed = try DistinguishedName("uid=robert,\(people)")
            try await connection.modifyDN(dn, newRDN: rdn("uid=robert"))
            #expect(try await values("uid", of: renamed, on: connection) == ["robert"])
            let moved = try DistinguishedName("uid=rob,ou=groups,\(slapd.suffix)")
            try await connection.modifyDN(
                renamed, newRDN: rdn("uid=rob"), deleteOldRDN: false,
                newSuperior: DistinguishedName("ou=groups,\(slapd.suffix)"))
            #expect(try await Set(values("uid", of: moved, on: connection)) == ["rob", "robert"])
            try await connection.delete(moved)
            let gone = try await failure { () async throws(LDAPError) in try await connection.delete(moved) }
            #expect(gone.code == .noSuchObject)
            #expect(gone.step == .write)
        }
    }

    @Test func numbersAreIncremented() async throws {
        let ldif = """
            dn: cn=next,ou=groups,dc=example,dc=org
            objectClass: posixGroup
            cn: next
            gidNumber: 1000

            """
        try await withAdministrator(ldif) { connection, slapd in
            let dn = try DistinguishedName("cn=next,ou=groups,\(slapd.suffix)")
            let response = try await connection.modify(
                dn, [.increment("gidNumber", by: 5)],
                controls: [
                    PreReadControl.request(.named(["gidNumber"])), PostReadControl.request(.named(["gidNumber"])),
                ])
            #expect(try response.controls.first(PreReadControl.self)?.entry.strings("gidNumber") == ["1000"])
            #expect(try response.controls.first(PostReadControl.self)?.entry.strings("gidNumber") == ["1005"])
            try await connection.modify(dn, [.increment("gidNumber", by: -6)])
            #expect(try await values("gidNumber", of: dn, on: connection) == ["999"])
        }
    }

    @Test(arguments: [
        Filter.equal("cn", "alice"), .present("sn"), .substrings("cn", initial: "al", any: ["i"], final: "e"),
        .and([.not(.equal("cn", "bob")), .or([.equal("cn", "x"), .approximate("cn", "alice")])]),
        .extensible("cn", rule: "caseIgnoreMatch", "ALICE"), .greaterOrEqual("createTimestamp", "20000101000000Z"),
        .lessOrEqual("createTimestamp", "29990101000000Z"),
    ])
    func aChangeTakesPlaceOnlyWhereItsAssertionHolds(_ filter: Filter) async throws {
        try await withAdministrator { connection, _ in
            let dn = try DistinguishedName(alice)
            try await connection.modify(
                dn, [.replace("description", ["changed"])], controls: [AssertionControl.request(filter)])
            let error = try await failure { () async throws(LDAPError) in
                try await connection.modify(
                    dn, [.replace("description", ["again"])], controls: [AssertionControl.request(.not(filter))])
            }
            #expect(error.code == .assertionFailed)
            #expect(try await values("description", of: dn, on: connection) == ["changed"])
        }
    }

    @Test func whatTheServerRefusesIsNamed() async throws {
        try await withAdministrator { connection, slapd in
            let dn = try DistinguishedName(alice)
            let cases: [(DirectoryChange, String, LDAPError.Code)] = [
                (.add([.init(name: "objectClass", values: [LDAPValue("person")])]), alice, .objectClassViolation),
                (.modify([.add("cn", ["alice"])]), alice, .attributeOrValueExists),
                (.modify([.delete("mail")]), alice, .noSuchAttribute),
                (.modify([.add("nonsense", ["x"])]), alice, .undefinedAttributeType),
                (.modify([.delete("sn")]), alice, .objectClassViolation),
                (.modify([.replace("uid", ["x"])]), alice, .namingViolation),
                (.modify([.add("manager", ["no DN"])]), alice, .invalidAttributeSyntax),
                (.delete, people, .notAllowedOnNonLeaf),
                (.modifyDN(newRDN: try rdn("ou=groups")), "ou=services,\(slapd.suffix)", .entryAlreadyExists),
            ]
            for (change, target, code) in cases {
                let error = try await failure { () async throws(LDAPError) in
                    try await connection.apply(change, to: DistinguishedName(target))
                }
                #expect(error.code == code || error.code == .entryAlreadyExists, "\(change): \(error)")
                #expect(error.description.contains("(result "))
            }
            #expect(try await values("cn", of: dn, on: connection) == ["alice"])
        }
    }

    @Test func impossibleRequestsAreRefusedBeforeAnythingIsSent() async throws {
        try await withToyServer(.countsOnly) { server in
            let connection = try await LDAPConnection.connect(to: LDAPURL(server.uri))
            let dn = try DistinguishedName("cn=x")
            let changes: [DirectoryChange] = [
                .add([]), .add([.init(name: "cn", values: [])]), .add([.init(name: "c\0n", values: [LDAPValue("x")])]),
                .modify([]), .modify([.add("cn", [])]), .modify([Modification(.increment, "n")]),
                .modify([.replace("", [])]), .modify([.replace("a b", [])]), .modify([.replace("cn\0", [])]),
            ]
            for change in changes {
                let error = try await failure { () async throws(LDAPError) in
                    try await connection.apply(change, to: dn)
                }
                #expect(error.code == .invalidArgument)
                #expect(!error.requestWasSent)
            }
            for call in 0..<7 {
                let error = try await failure { () async throws(LDAPError) in
                    switch call {
                    case 0: try await connection.delete(DistinguishedName([]))
                    case 1: try await connection.delete(dn, controls: [LDAPControl(oid: "1.2\0.3")])
                    case 2: try await connection.extendedOperation("whoami")
                    case 3: try await connection.extendedOperation("1.3.6.1.4.1.1466.20037")
                    case 4: _ = try await connection.compare(dn, attribute: "c n", value: LDAPValue("x"))
                    case 5: _ = try await connection.modifyPassword(newPassword: [])
                    default: _ = try await connection.modifyPassword(newPassword: [0x78, 0])
                    }
                }
                #expect(error.code == .invalidArgument)
            }
            #expect(server.receivedBytes.isEmpty)
            await connection.close()
        }
    }

    @Test func theServerSaysWhoTheConnectionBelongsTo() async throws {
        try await withAdministrator { connection, slapd in
            #expect(try await connection.whoAmI() == "dn:\(slapd.adminDN)")
            let anonymous = try await LDAPConnection.connect(to: LDAPURL(slapd.uri))
            #expect(try await anonymous.whoAmI() == "")
            await anonymous.close()
            try await withClient(.of(slapd)) { client in
                let identity = try await client.whoAmI()
                #expect(identity == "dn:\(slapd.serviceDN)")
            }
        }
    }

    /// People may change their own passwords.
    private var ownPasswords: Slapd.Options {
        var options = Slapd.Options()
        options.database = ["access to attrs=userPassword by self =wx by anonymous auth by * none"]
        return options
    }

    @Test func passwordsAreChangedAndMadeUp() async throws {
        try await withAdministrator(options: ownPasswords) { connection, slapd in
            try await withClient(.of(slapd)) { client in
                _ = try await connection.modifyPassword(of: alice, newPassword: Array("pass wörd".utf8))
                #expect(try await client.verifyPassword(dn: alice, password: Array("pass wörd".utf8)).isSuccess)
                let made = try await connection.modifyPassword(of: alice)
                let password = try #require(made.generatedPassword)
                #expect(password.count >= 6)
                #expect(!"\(made)".contains(String(decoding: password, as: UTF8.self)))
                #expect(try await client.verifyPassword(dn: alice, password: password).isSuccess)

                let own = try await LDAPConnection.connect(to: LDAPURL(slapd.uri))
                #expect(try await own.bind(dn: alice, password: password).isSuccess)
                let wrong = try await failure { () async throws(LDAPError) in
                    try await own.modifyPassword(oldPassword: [0x78], newPassword: Array("another one".utf8))
                }
                #expect(wrong.code == .unwillingToPerform)
                _ = try await own.modifyPassword(oldPassword: password, newPassword: Array("another one".utf8))
                #expect(try await client.verifyPassword(dn: alice, password: Array("another one".utf8)).isSuccess)
                await own.close()
            }
        }
    }

    @Test func thePolicysReasonAgainstAPasswordIsTold() async throws {
        try await withAdministrator(options: ownPasswords) { _, slapd in
            try await slapd.modify(
                ldif: """
                    dn: cn=default,ou=policies,\(slapd.suffix)
                    changetype: modify
                    replace: pwdInHistory
                    pwdInHistory: 3
                    -
                    replace: pwdAllowUserChange
                    pwdAllowUserChange: TRUE
                    -
                    replace: pwdMinLength
                    pwdMinLength: 8
                    -
                    replace: pwdCheckQuality
                    pwdCheckQuality: 2

                    """)
            try await slapd.modify(
                ldif: "dn: \(alice)\nchangetype: modify\nreplace: userPassword\nuserPassword: first-password\n")
            let own = try await LDAPConnection.connect(to: LDAPURL(slapd.uri))
            #expect(try await own.bind(dn: alice, password: Array("first-password".utf8)).isSuccess)
            let short = try await failure { () async throws(LDAPError) in
                try await own.modifyPassword(
                    oldPassword: Array("first-password".utf8), newPassword: Array("short".utf8))
            }
            #expect(short.code == .constraintViolation)
            #expect(try short.responseControls.first(PasswordPolicyResponse.self)?.error == .passwordTooShort)
            await own.close()
        }
    }

    @Test func anOperationThatHasEndedCannotBeCancelled() async throws {
        try await withAdministrator { connection, _ in
            #expect(await connection.operationsUnderWay.isEmpty)
            let outcome = try await connection.cancelOperation(4711)
            #expect(outcome == .noSuchOperation)
        }
    }

    @Test func cancellingASearchOfSlapdEndsItOrComesTooLate() async throws {
        try await withAdministrator { connection, slapd in
            slapd.pause()
            try await slapd.untilPaused()
            let searching = Task {
                try await connection.search(
                    SearchRequest(base: DistinguishedName(people), attributes: .allUserAttributes))
            }
            try await eventually("the search has been sent") { await connection.operationsUnderWay.count == 1 }
            let search = try #require(await connection.operationsUnderWay.first)
            #expect(search.summary.hasPrefix("search (objectClass=*) below “\(people)”"))
            async let outcome = connection.cancelOperation(search.messageID)
            try await eventually("the cancel has been sent") { await connection.operationsUnderWay.count == 2 }
            slapd.resume()
            // The server decides; what both calls say must agree.
            switch try await (outcome, searching.result) {
            case (.cancelled, .failure(let error)): #expect((error as? LDAPError)?.code == .operationCanceled)
            case (.noSuchOperation, .success), (.tooLate, .success): break
            case (let outcome, let result): Issue.record("\(outcome), \(result)")
            }
            #expect(await connection.isOpen)
        }
    }
}
