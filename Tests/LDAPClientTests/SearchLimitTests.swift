import Synchronization
import TestSupport
import Testing

@testable import LDAPClient

/// What a search request says, and what is kept of it whatever the server does.
@Suite struct SearchLimitTests {
    private static let base = DistinguishedName([])

    @Test(arguments: [
        (AliasPolicy.never, 0), (.inSearching, 1), (.findingBase, 2), (.always, 3),
    ])
    func everyPartOfARequestArrives(_ aliases: AliasPolicy, _ number: Int) async throws {
        let seen = Mutex<[[Int]]>([])
        let behaviour = LDAPMessages.server { request in
            seen.withLock { $0.append(request.parameters) }
            return LDAPMessages.message(request.id, LDAPMessages.done())
        }
        try await withToyServer(behaviour) { server in
            let connection = try await LDAPConnection.connect(to: LDAPURL(server.uri))
            _ = try await connection.search(
                SearchRequest(
                    base: Self.base, scope: .oneLevel, attributes: .none, sizeLimit: 7,
                    timeLimit: .milliseconds(2001), typesOnly: true, aliases: aliases))
            // The policy of one search is not that of the next.
            _ = try await connection.search(SearchRequest(base: Self.base, scope: .base, attributes: .none))
            await connection.close()
        }
        // Scope, alias policy, size limit, time limit; a boolean of 255 reads as -1.
        #expect(seen.withLock { $0 } == [[1, number, 7, 3, -1], [0, 0, 0, 0, 0]])
    }

    @Test func aliasesAreFollowedWhereTheRequestSaysSo() async throws {
        let ldif = """
            \(person("alice"))
            dn: ou=aliases,dc=example,dc=org
            objectClass: organizationalUnit
            ou: aliases

            dn: cn=pointer,ou=aliases,dc=example,dc=org
            objectClass: alias
            objectClass: extensibleObject
            cn: pointer
            aliasedObjectName: uid=alice,\(people)

            """
        try await withSlapd(loading: .base(adding: ldif)) { slapd in
            try await withClient(.of(slapd)) { client in
                let folder = "ou=aliases,dc=example,dc=org"
                let pointer = "cn=pointer,\(folder)"
                let alice = "uid=alice,\(people)"
                let cases: [(String, SearchScope, AliasPolicy, String)] = [
                    (folder, .oneLevel, .never, pointer), (folder, .oneLevel, .inSearching, alice),
                    (folder, .oneLevel, .findingBase, pointer), (pointer, .base, .findingBase, alice),
                    (pointer, .base, .never, pointer), (pointer, .base, .always, alice),
                ]
                for (base, scope, aliases, expected) in cases {
                    let result = try await client.search(
                        SearchRequest(base: DistinguishedName(base), scope: scope, attributes: .none, aliases: aliases))
                    #expect(result.entries.map(\.dn) == [expected])
                }
            }
        }
    }

    @Test func onlyTypesComeWhereOnlyTypesAreAskedFor() async throws {
        try await withSlapd(loading: .base(adding: person("alice"))) { slapd in
            try await withClient(.of(slapd)) { client in
                let result = try await client.search(
                    SearchRequest(
                        base: DistinguishedName("uid=alice,\(people)"), scope: .base, attributes: .named(["cn", "sn"]),
                        typesOnly: true))
                let attributes = try #require(result.entries.first?.attributes)
                #expect(Set(attributes.map(\.name)) == ["cn", "sn"])
                #expect(attributes.allSatisfy { $0.values.isEmpty })
            }
        }
    }

    @Test(arguments: [nil, 100])
    func theTimeLimitIsKeptHereTooWithWhatHasCome(_ pageSize: Int?) async throws {
        // Entries, and never an end.
        let behaviour = LDAPMessages.server { request in
            LDAPMessages.message(request.id, LDAPMessages.entry("cn=a"))
                + LDAPMessages.message(request.id, LDAPMessages.entry("cn=b"))
        }
        try await withToyServer(behaviour) { server in
            let connection = try await LDAPConnection.connect(
                to: LDAPURL(server.uri),
                options: LDAPConnectionOptions(timeouts: LDAPTimeouts(operation: .seconds(60))))
            let result = try await connection.search(
                SearchRequest(base: Self.base, attributes: .none, timeLimit: .seconds(1), pageSize: pageSize))
            #expect(result.completeness == .incomplete(.timeLimit))
            #expect(result.entries.map(\.dn) == ["cn=a", "cn=b"])
            #expect(await connection.isOpen)
            #expect(await connection.operationsUnderWay.isEmpty)
            try await eventually("the abandon has arrived") { server.receivedBytes.contains(0x50) }
            await connection.close()
        }
    }

    @Test func pagesWithoutEntriesComeToAnEnd() async throws {
        let pages = Mutex(0)
        let behaviour = LDAPMessages.server { request in
            pages.withLock { $0 += 1 }
            let control = PagedResultsControl.request(size: 0, cookie: [1])
            return LDAPMessages.message(request.id, LDAPMessages.done(), controls: [control])
        }
        try await withToyServer(behaviour) { server in
            let connection = try await LDAPConnection.connect(to: LDAPURL(server.uri))
            let error = try await failure { () async throws(LDAPError) in
                try await connection.search(SearchRequest(base: Self.base, attributes: .none, pageSize: 10))
            }
            #expect(error.code == .unexpectedResponse)
            await connection.close()
        }
        #expect(pages.withLock { $0 } == SearchReader.maximumEmptyPages + 1)
    }

    @Test(
        arguments: [
            [0x30], [0x30, 0x80, 2, 1, 0, 4, 0, 0, 0], [0x30, 5, 2, 1, 0, 4, 9], [0x30, 3, 2, 1, 0],
            [0x30, 0x84, 0x7F, 0xFF, 0xFF, 0xFF, 2],
        ] as [[UInt8]])
    func aPageWhoseCookieCannotBeReadIsAnErrorAndNoEnd(_ value: [UInt8]) async throws {
        let behaviour = LDAPMessages.server { request in
            LDAPMessages.message(
                request.id, LDAPMessages.done(), controls: [LDAPControl(oid: PagedResultsControl.oid, value: value)])
        }
        try await withToyServer(behaviour) { server in
            let connection = try await LDAPConnection.connect(to: LDAPURL(server.uri))
            let error = try await failure { () async throws(LDAPError) in
                try await connection.search(SearchRequest(base: Self.base, attributes: .none, pageSize: 10))
            }
            #expect(error.code == .unexpectedResponse)
            await connection.close()
        }
    }

    @Test func aServerThatSendsNothingByTheTimeLimitDoesNotAnswer() async throws {
        try await withToyServer(.countsOnly) { server in
            let connection = try await LDAPConnection.connect(to: LDAPURL(server.uri))
            let error = try await failure { () async throws(LDAPError) in
                try await connection.search(
                    SearchRequest(base: Self.base, attributes: .none, timeLimit: .milliseconds(1)))
            }
            #expect(error.code == .timedOut)
            await connection.close()
        }
    }

    @Test func impossibleSearchesAreRefusedBeforeAnythingIsSent() async throws {
        try await withToyServer(.countsOnly) { server in
            let connection = try await LDAPConnection.connect(to: LDAPURL(server.uri))
            let requests = [
                SearchRequest(base: Self.base, attributes: .named(["cn\0mail"])),
                SearchRequest(base: Self.base, attributes: .named([""])),
                SearchRequest(base: Self.base, attributes: .none, sizeLimit: -1),
                SearchRequest(base: Self.base, attributes: .none, timeLimit: .zero),
                SearchRequest(base: Self.base, attributes: .none, pageSize: 0),
                SearchRequest(base: Self.base, attributes: .none, controls: [LDAPControl(oid: "")]),
            ]
            for request in requests {
                let error = try await failure { () async throws(LDAPError) in try await connection.search(request) }
                #expect(error.code == .invalidArgument)
            }
            #expect(server.receivedBytes.isEmpty)
            await connection.close()
        }
    }

    @Test(
        arguments: [
            (.nanoseconds(1), 1), (.seconds(1), 1), (.milliseconds(1001), 2), (.seconds(1 << 40), Int32.max),
        ] as [(Duration, Int32)])
    func timeLimitsAreWholeSeconds(_ limit: Duration, _ seconds: Int32) {
        #expect(limit.roundedUpToSeconds == seconds)
    }
}
