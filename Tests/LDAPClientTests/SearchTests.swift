import LDAPClient
import Logging
import TestSupport
import Testing

@Suite struct SearchTests {
    private static let crowd = SharedSlapd(
        loading: .base(adding: (0..<2000).map { person("user\($0)") }.joined(separator: "\n")))

    private func everybody(pageSize: Int? = nil, sizeLimit: Int = 0) throws -> SearchRequest {
        SearchRequest(
            base: try DistinguishedName(people), filter: .equal("objectClass", "person"), attributes: .named(["uid"]),
            sizeLimit: sizeLimit, pageSize: pageSize)
    }

    @Test func attributesAreFoundInAnyCaseAndAreBytes() async throws {
        let ldif = person("alice", "jpegPhoto:: /9j/AP8=\ngivenName;lang-de: Älice\ndescription:: eAABYQ==")
        try await withSlapd(loading: .base(adding: ldif)) { slapd in
            try await withClient(.of(slapd)) { client in
                let result = try await client.search(
                    SearchRequest(
                        base: DistinguishedName(people), filter: .equal("uid", "ALICE"),
                        attributes: .allUserAttributes, sizeLimit: 2))
                #expect(result.completeness == .complete)
                let entry = try #require(result.entries.first)
                #expect(entry.dn == "uid=alice,\(people)")
                #expect(entry.strings("UID") == ["alice"])
                #expect(entry["jpegphoto"] == [LDAPValue([0xFF, 0xD8, 0xFF, 0x00, 0xFF])])
                #expect(entry["jpegPhoto"].first?.string == nil)
                #expect(entry.strings("givenname;lang-de") == ["Älice"])
                #expect(entry["description"].first?.bytes == [0x78, 0, 1, 0x61])
                #expect(entry["absent"].isEmpty)
            }
        }
    }

    @Test func noAttributesAreReturnedWhereNoneAreNamed() async throws {
        try await withClient(.of(Self.crowd.server())) { client in
            for selection in [AttributeSelection.none, .named([])] {
                let result = try await client.search(
                    SearchRequest(
                        base: DistinguishedName(people), filter: .equal("uid", "user1"), attributes: selection))
                #expect(result.entries.map(\.attributes.count) == [0])
            }
        }
    }

    @Test func pagesReadMoreThanTheServerGivesAtOnce() async throws {
        let slapd = try await Self.crowd.server()
        var configuration = try LDAPClientConfiguration.of(slapd)
        configuration.serviceAccount = ServiceAccount(dn: try DistinguishedName("uid=user7,\(people)")) {
            Array("correct horse".utf8)
        }
        try await withClient(configuration) { client in
            let groups = try SearchRequest(base: DistinguishedName(slapd.suffix), attributes: .none, pageSize: 2)
            #expect(try await client.search(groups).entries.count > 5)
        }
        try await withClient(.of(slapd)) { client in
            let result = try await client.search(everybody(pageSize: 300))
            #expect(result.entries.count == 2000)
            #expect(result.completeness == .complete)
        }
    }

    // In one page of 5000, all entries come at once and the stream has to stop reading now and then.
    @Test(arguments: [nil, 5000])
    func streamHandsOutEveryEntryAndProvesIt(_ pageSize: Int?) async throws {
        try await withClient(.of(Self.crowd.server())) { client in
            let stream = try await client.entries(everybody(pageSize: pageSize))
            #expect(await stream.completeness == nil)
            var names: Set<String> = []
            for try await entry in stream { names.formUnion(entry.strings("uid")) }
            #expect(names.count == 2000)
            #expect(await stream.completeness == .complete)
        }
    }

    @Test func streamThatIsLeftEarlyProvesNothingAndClosesItsConnection() async throws {
        let slapd = try await Self.crowd.server()
        try await withClient(.of(slapd)) { client in
            let stream = try await client.entries(everybody(pageSize: 100))
            for try await _ in stream { break }
            #expect(await stream.completeness == nil)
            await stream.cancel()
            let error = try await failure { () async throws(LDAPError) in
                var iterator = stream.makeAsyncIterator()
                while try await iterator.next() != nil {}
            }
            #expect(error.code == .connectionClosed)
        }
    }

    @Test func sizeLimitOfTheServerMakesTheResultIncomplete() async throws {
        var options = Slapd.Options()
        options.database = ["limits dn.base=\"uid=user1,\(people)\" size=3", "access to * by * read"]
        let ldif = (0..<10).map { person("user\($0)") }.joined(separator: "\n")
        try await withSlapd(loading: .base(adding: ldif), options: options) { slapd in
            var configuration = try LDAPClientConfiguration.of(slapd)
            configuration.serviceAccount = ServiceAccount(dn: try DistinguishedName("uid=user1,\(people)")) {
                Array("correct horse".utf8)
            }
            try await withClient(configuration) { client in
                let result = try await client.search(everybody())
                #expect(result.entries.count == 3)
                #expect(result.completeness == .incomplete(.sizeLimit))
                #expect(result.resultCode == 4)
            }
        }
    }

    @Test(arguments: [nil, 2, 50])
    func sizeLimitOfTheRequestMakesTheResultIncomplete(_ pageSize: Int?) async throws {
        try await withClient(.of(Self.crowd.server())) { client in
            let result = try await client.search(everybody(pageSize: pageSize, sizeLimit: 5))
            #expect(result.entries.count == 5)
            #expect(result.completeness == .incomplete(.sizeLimit))
        }
    }

    @Test func missingBaseIsAnErrorThatNamesWhatExists() async throws {
        try await withClient(.of(Self.crowd.server())) { client in
            let error = try await failure { () async throws(LDAPError) in
                try await client.search(
                    try SearchRequest(base: DistinguishedName("ou=gone,dc=example,dc=org"), attributes: .none))
            }
            #expect(error.code == .noSuchObject)
            #expect(error.matchedDN == "dc=example,dc=org")
            #expect(error.resultCode == 32)
        }
    }

    @Test func manySearchesShareFewConnections() async throws {
        let slapd = try await Self.crowd.server()
        try await withClient(.of(slapd)) { client in
            try await withThrowingTaskGroup(of: [String].self) { group in
                for number in 0..<200 {
                    group.addTask {
                        try await client.search(
                            SearchRequest(
                                base: DistinguishedName(people), filter: .equal("uid", "user\(number)"),
                                attributes: .named(["cn"]))
                        ).entries.flatMap { $0.strings("cn") }
                    }
                }
                var found: Set<String> = []
                for try await names in group { found.formUnion(names) }
                #expect(found == Set((0..<200).map { "user\($0)" }))
            }
        }
    }

    @Test func restartedServerIsFoundAgainByTheNextSearch() async throws {
        try await withSlapd(loading: .base(adding: person("alice"))) { slapd in
            try await withClient(.of(slapd)) { client in
                let request = try SearchRequest(
                    base: DistinguishedName(people), filter: .equal("uid", "alice"), attributes: .none)
                #expect(try await client.search(request).entries.count == 1)
                let bound = try await client.verifyPassword(dn: "uid=alice,\(people)", password: [0x78])
                #expect(bound.resultCode == 49)
                await slapd.crash()
                try await slapd.start()
                #expect(try await client.search(request).entries.count == 1)
                let again = try await client.verifyPassword(dn: "uid=alice,\(people)", password: [0x78])
                #expect(again.resultCode == 49)
            }
        }
    }

    @Test(arguments: ["*", "alice)(uid=*", "alice\\", "a\0b", "(|(uid=*))", String(repeating: "x", count: 5000)])
    func hostileNamesMatchNobody(_ name: String) async throws {
        try await withClient(.of(Self.crowd.server())) { client in
            let template = try FilterTemplate("(&(objectClass=person)(uid={username}))")
            let result = try await client.search(
                SearchRequest(
                    base: DistinguishedName(people), filter: template.filter(["username": name]), attributes: .none))
            #expect(result.entries.isEmpty)
            #expect(result.completeness == .complete)
        }
    }

    @Test func clientThatWasShutDownRefusesWork() async throws {
        let client = LDAPClient(
            configuration: try .of(await Self.crowd.server()), logger: Logger(label: "test"))
        _ = try await client.search(everybody(sizeLimit: 1))
        await client.shutdown()
        for call in 0..<2 {
            let error = try await failure { () async throws(LDAPError) in
                if call == 0 {
                    _ = try await client.search(SearchRequest(base: DistinguishedName([]), attributes: .none))
                } else {
                    _ = try await client.verifyPassword(dn: "cn=x", password: [1])
                }
            }
            #expect(error.code == .clientShutDown)
        }
    }

    @Test func deadServerIsSkippedForTheNextOne() async throws {
        let slapd = try await Self.crowd.server()
        var configuration = try LDAPClientConfiguration.of(slapd)
        configuration.servers.insert(try LDAPURL("ldap://127.0.0.1:1"), at: 0)
        try await withClient(configuration) { client in
            let (events, continuation) = AsyncStream.makeStream(of: LDAPTrace.Event.self)
            let trace = LDAPTrace { continuation.yield($0) }
            #expect(try await client.search(everybody(sizeLimit: 1), trace: trace).entries.count == 1)
            // A second connection does not try the dead one again.
            _ = try await client.verifyPassword(dn: "uid=user1,\(people)", password: [1], trace: trace)
            continuation.finish()
            var refused = 0
            for await event in events where event.error?.code == .serverDown { refused += 1 }
            #expect(refused == 1)
        }
    }

    @Test func traceTellsEachStepInOrder() async throws {
        let slapd = try await Self.crowd.server()
        try await withClient(.of(slapd)) { client in
            let (events, continuation) = AsyncStream.makeStream(of: LDAPTrace.Event.self)
            let trace = LDAPTrace { continuation.yield($0) }
            let request = try SearchRequest(
                base: DistinguishedName(people), filter: .equal("uid", "user1"), attributes: .none)
            _ = try await client.search(request, trace: trace)
            _ = try await client.verifyPassword(dn: "uid=user1,\(people)", password: [0x78], trace: trace)
            continuation.finish()
            var steps: [LDAPStep] = []
            var codes: [Int32?] = []
            for await event in events {
                steps.append(event.step)
                codes.append(event.resultCode)
            }
            #expect(steps == [.resolve, .connect, .serviceBind, .search, .resolve, .connect, .bind])
            #expect(codes == [nil, nil, 0, 0, nil, nil, 49])
        }
    }
}
