import Foundation
import LDAPClient
import Logging
import TestSupport
import Testing

/// The examples of the documentation, word for word: each stands here between two marks, is compiled, and is run where a server can be asked.
@Suite struct DocumentationTests {
    private let logger = Logger(label: "test")

    @Test func everyExampleIsOneThatIsTestedHere() throws {
        let folder = repositoryRoot + "/Sources/LDAPClient/LDAPClient.docc"
        let source = try String(contentsOfFile: #filePath, encoding: .utf8)
        let tested = source.components(separatedBy: "// begin\n").dropFirst().map {
            Self.withoutIndentation($0.components(separatedBy: "// end\n")[0])
        }
        var count = 0
        for file in try FileManager.default.contentsOfDirectory(atPath: folder) where file.hasSuffix(".md") {
            let text = try String(contentsOfFile: "\(folder)/\(file)", encoding: .utf8)
            for block in text.components(separatedBy: "```swift\n").dropFirst() {
                let example = Self.withoutIndentation(block.components(separatedBy: "```")[0])
                #expect(tested.contains(example), "\(file) shows an example that is not tested: \(example)")
                count += 1
            }
        }
        #expect(count == 16)
    }

    private static func withoutIndentation(_ text: String) -> String {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        let indentation = lines.filter { !$0.allSatisfy { $0 == " " } }.map { $0.prefix { $0 == " " }.count }.min() ?? 0
        return lines.map { String($0.dropFirst(indentation)) }.joined(separator: "\n").trimmingCharacters(in: .newlines)
    }

    private func logIn(
        _ configuration: LDAPClientConfiguration, _ people: DistinguishedName, _ typedName: String,
        _ typedPassword: String
    ) async throws -> String {
        // begin
        let client = LDAPClient(configuration: configuration, logger: logger)
        let found = try await client.search(
            SearchRequest(
                base: people, filter: .equal("uid", typedName), attributes: .named(["cn", "mail"]), sizeLimit: 2))
        guard found.completeness == .complete, found.entries.count == 1 else { return "unknown or ambiguous" }
        let answer = try await client.verifyPassword(dn: found.entries[0].dn, password: Array(typedPassword.utf8))
        return answer.isSuccess ? "welcome, \(found.entries[0].firstString("cn") ?? typedName)" : "refused"
        // end
    }

    @Test func loginOfTheOverviewWorks() async throws {
        let configuration = try LDAPClientConfiguration.of(await SharedSlapd.company.server())
        let base = try DistinguishedName(people)
        #expect(try await logIn(configuration, base, "alice", "alice-secret") == "welcome, Alice Archer")
        #expect(try await logIn(configuration, base, "alice", "no") == "refused")
        #expect(try await logIn(configuration, base, "*", "no") == "unknown or ambiguous")
    }

    @Test func configurationOfConnectingIsOne() async throws {
        // begin
        let configuration = LDAPClientConfiguration(
            servers: [try LDAPURL("ldaps://ldap1.example.org"), try LDAPURL("ldaps://ldap2.example.org")],
            tls: LDAPTLSOptions(caFile: "/etc/ssl/corp-ca.pem"),
            serviceAccount: ServiceAccount(dn: try DistinguishedName("cn=bridge,ou=services,dc=example,dc=org")) {
                Array(try Data(contentsOf: URL(fileURLWithPath: "/etc/bridge/ldap.password")))
            },
            timeouts: LDAPTimeouts(connect: .seconds(3), operation: .seconds(5)))
        let client = LDAPClient(configuration: configuration, logger: logger)
        // end
        #expect(client.configuration.servers.map(\.port) == [636, 636])
        // begin
        await client.shutdown()
        // end
        let error = try await failure { () async throws(LDAPError) in try await client.rootDSE() }
        #expect(error.code == .clientShutDown)
    }

    @Test func configurationOfEncryptingIsOne() throws {
        // begin
        let tls = LDAPTLSOptions(caFile: "/etc/ssl/corp-ca.pem", minimumVersion: .v1_2, startTLS: true)
        let configuration = LDAPClientConfiguration(servers: [try LDAPURL("ldap://ldap.example.org")], tls: tls)
        // end
        #expect(configuration.connection.tls.startTLS)
    }

    private func look(_ client: LDAPClient, _ people: DistinguishedName, for typedName: String) async throws -> String {
        // begin
        let filter = Filter.and([.equal("objectClass", "person"), .equal("uid", typedName)])
        let result = try await client.search(
            SearchRequest(base: people, filter: filter, attributes: .named(["cn", "entryUUID"]), sizeLimit: 2))
        switch (result.completeness, result.entries.count) {
        case (.complete, 0): return "nobody"
        case (.complete, 1): return result.entries[0].firstString("cn") ?? "somebody"
        default: return "more than one, or not all of them"
        }
        // end
    }

    @Test func searchesOfSearchingWork() async throws {
        let people = try DistinguishedName(people)
        try await withClient(.of(await SharedSlapd.company.server())) { client in
            let alice = try await look(client, people, for: "alice")
            #expect(alice == "Alice Archer")
            let nobody = try await look(client, people, for: "*")
            #expect(nobody == "nobody")
            // begin
            let everybody = try await client.entries(
                SearchRequest(base: people, filter: .equal("objectClass", "person"), attributes: .named(["uid"])))
            var names: [String] = []
            for try await entry in everybody { names += entry.strings("uid") }
            let isWhole = await everybody.completeness == .complete
            // end
            #expect(isWhole && names.contains("alice"))
        }
    }

    @Test func filtersAndRulesOfSearchingWork() throws {
        let typedName = "a*b"
        // begin
        let template = try FilterTemplate("(&(objectClass=person)(|(uid={username})(mail={username})))")
        let filter = try template.filter(["username": typedName])
        // end
        #expect(filter.description == "(&(objectClass=person)(|(uid=a\\2ab)(mail=a\\2ab)))")
        // begin
        let rule = StringMatchingRule(attribute: "cn")
        let isSame = rule.matches(Array("Žofie  Nováková".utf8), Array("ŽOFIE NOVÁKOVÁ".utf8))
        // end
        #expect(isSame)
    }

    @Test func executorAndFactsOfADirectoryWork() async throws {
        let request = SearchRequest(base: try DistinguishedName(people), attributes: .none, sizeLimit: 1)
        try await withClient(.of(await SharedSlapd.company.server())) { client in
            // begin
            let result = try await withTaskExecutorPreference(client.executor) {
                try await client.search(request)
            }
            // end
            #expect(result.entries.count == 1)
            // begin
            let facts = try await client.rootDSE()
            logger.info(
                "Directory",
                metadata: ["vendor": "\(facts.vendor.vendor.rawValue)", "ground": "\(facts.vendor.ground)"])
            let canPage = facts.supportedControls.contains("1.2.840.113556.1.4.319")
            let suffix = facts.defaultNamingContext ?? facts.namingContexts.first
            // end
            #expect(canPage && suffix?.description == "dc=example,dc=org")
        }
    }

    @Test func valuesOfActiveDirectoryAreRead() throws {
        let sid = try #require(SecurityIdentifier("S-1-5-21-1-2-3-1104"))
        let entry = LDAPEntry(
            dn: "CN=Alice,DC=ad,DC=test",
            attributes: [
                .init(name: "objectGUID", values: [LDAPValue([UInt8](0..<16))]),
                .init(name: "objectSid", values: [LDAPValue(sid.bytes)]),
                .init(name: "primaryGroupID", values: [LDAPValue("513")]),
            ])
        // begin
        let guid = entry["objectGUID"].first.flatMap { ObjectGUID($0.bytes) }
        let identifier = entry["objectSid"].first.flatMap { SecurityIdentifier($0.bytes) }
        let primaryGroup = entry["primaryGroupID"].first.flatMap { identifier?.primaryGroup($0) }
        // end
        #expect(guid?.description == "03020100-0504-0706-0809-0a0b0c0d0e0f")
        #expect(primaryGroup?.description == "S-1-5-21-1-2-3-513")
    }

    private func test(_ client: LDAPClient, _ dn: String, _ password: [UInt8]) async -> String {
        // begin
        do {
            let answer = try await client.verifyPassword(dn: dn, password: password)
            return answer.isSuccess && answer.passwordPolicy?.error == nil ? "right" : "refused"
        } catch LDAPError.Code.timedOut, LDAPError.Code.serverDown {
            return "cannot be checked now"
        } catch {
            logger.error("Directory", metadata: ["error": "\(error)"])
            return "cannot be checked now"
        }
        // end
    }

    @Test func answersAndOutagesAreToldApart() async throws {
        let dn = "uid=alice,ou=engineering,ou=people,dc=example,dc=org"
        try await withClient(.of(await SharedSlapd.company.server())) { client in
            #expect(await test(client, dn, Array("alice-secret".utf8)) == "right")
            #expect(await test(client, dn, [1]) == "refused")
        }
        try await withClient(.anonymous("ldap://127.0.0.1:1")) { client in
            #expect(await test(client, dn, [1]) == "cannot be checked now")
        }
    }

    private func refresh(
        _ copy: inout [SyncUUID: LDAPEntry], _ client: LDAPClient, _ request: SyncRequest
    ) async throws -> String {
        // begin
        let stream = try await client.changes(request)
        var tracker = SyncPhaseTracker(sentCookie: request.cookie)
        var staged: [SyncUUID: LDAPEntry?] = [:]
        for try await change in stream {
            tracker.note(change)
            switch change {
            case .entry(let entry, let uuid, _): staged[uuid] = .some(entry)
            case .deleted(let uuid): staged[uuid] = .some(nil)
            case .deletedSet(let uuids): for uuid in uuids { staged[uuid] = .some(nil) }
            default: break
            }
        }
        guard let outcome = tracker.finishRefresh(known: copy.keys) else { return "begin anew" }
        for (uuid, entry) in staged { copy[uuid] = entry }
        for uuid in outcome.deleted { copy[uuid] = nil }
        if outcome.absence == .gone { for uuid in outcome.absent { copy[uuid] = nil } }
        let cookie = tracker.cookie
        // end
        return cookie?.description ?? "nowhere"
    }

    @Test func copyIsKept() async throws {
        var options = Slapd.Options()
        options.global = ["moduleload syncprov"]
        options.database = ["overlay syncprov", "syncprov-sessionlog 100"]
        try await withSlapd(loading: .base(adding: person("a") + person("b")), options: options) { slapd in
            try await withClient(.of(slapd)) { client in
                var copy: [SyncUUID: LDAPEntry] = [:]
                var request = SyncRequest(
                    base: try DistinguishedName(people), filter: .present("uid"), attributes: .named(["uid"]))
                let cookie = try await refresh(&copy, client, request)
                #expect(copy.count == 2)
                try await slapd.delete("uid=a,\(people)")
                request.cookie = SyncCookie(cookie.utf8)
                #expect(try await refresh(&copy, client, request) != cookie)
                #expect(copy.values.map { $0.firstString("uid") } == ["b"])
            }
        }
    }

    @Test func severalServersAreConfigured() throws {
        // begin
        var configuration = LDAPClientConfiguration(
            servers: [try LDAPURL("ldaps://ldap1.example.org"), try LDAPURL("ldaps://ldap2.example.org")],
            backupServers: [try LDAPURL("ldaps://ldap.far-away.example.org")])
        configuration.discovery = try LDAPServiceDomain(domain: "example.org", scheme: .ldaps)
        configuration.pool.maximumAge = .seconds(600)
        configuration.breaker.maximumDelay = .seconds(60)
        // end
        #expect(configuration.servers.count == 2)
    }

    @Test func certificatesOfBothSidesAreConfigured() {
        // begin
        let tls = LDAPTLSOptions(
            caDirectory: "/etc/ssl/corp-authorities",
            clientCertificate: .init(
                certificateFile: "/etc/dirbridge/bridge.pem", keyFile: "/etc/dirbridge/bridge.key"),
            serverName: "ldap.example.org")
        // end
        #expect(tls.effectiveCAFile == nil)
    }

    @Test func accountsProveThemselvesInThreeWays() throws {
        @Sendable func readSecret(_ file: String) throws -> [UInt8] { Array(file.utf8) }
        // begin
        let byPassword = ServiceAccount(dn: try DistinguishedName("cn=bridge,ou=services,dc=example,dc=org")) {
            try readSecret("/etc/dirbridge/bind.password")
        }
        let withoutSendingIt = ServiceAccount(scram: .sha256, user: "bridge") {
            try readSecret("/etc/dirbridge/bind.password")
        }
        let byWhatIsBelow = ServiceAccount(externalActingAs: nil)
        // end
        #expect([byPassword, withoutSendingIt, byWhatIsBelow].map(\.method).count == 3)
        #expect(try byPassword.password() == withoutSendingIt.password())
    }
}
