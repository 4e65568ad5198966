import LDAPClient
import TestSupport
import Testing

@Suite struct TLSTests {
    private static let search = SearchRequest(base: DistinguishedName([]), scope: .base, attributes: .none)

    private func options(
        ca: String? = nil, startTLS: Bool = false, minimum: TLSVersion = .v1_2
    ) async throws -> LDAPTLSOptions {
        let certificates = try await Certificates.shared()
        return LDAPTLSOptions(caFile: ca ?? certificates.authority, minimumVersion: minimum, startTLS: startTLS)
    }

    private func withTLSServer<Result>(
        _ certificate: Certificates.Server = .valid, _ body: (Slapd) async throws -> Result
    ) async throws -> Result {
        var options = Slapd.Options()
        options.tls = true
        options.certificate = certificate
        return try await withSlapd(loading: .base(adding: person("alice")), options: options, body)
    }

    private func configuration(_ slapd: Slapd, tls: LDAPTLSOptions) throws -> LDAPClientConfiguration {
        var configuration = try LDAPClientConfiguration.of(slapd, tls: tls)
        if !tls.startTLS, let uri = slapd.ldapsURI { configuration.servers = [try LDAPURL(uri)] }
        return configuration
    }

    @Test(arguments: [false, true])
    func verifiedServerIsSearchedAndBoundTo(_ startTLS: Bool) async throws {
        try await withTLSServer { slapd in
            try await withClient(configuration(slapd, tls: options(startTLS: startTLS, minimum: .v1_3))) { client in
                let found = try await client.search(
                    SearchRequest(base: DistinguishedName(people), attributes: .none))
                #expect(found.entries.count == 2)
                for _ in 0..<3 {
                    let answer = try await client.verifyPassword(
                        dn: "uid=alice,\(people)", password: Array("correct horse".utf8))
                    #expect(answer.isSuccess)
                }
            }
            let log = try slapd.log()
            #expect(log.contains("TLS established"))
        }
    }

    @Test(arguments: [Certificates.Server.wrongHost, .expired], [false, true])
    func badCertificateIsRefusedAndNothingIsSent(_ certificate: Certificates.Server, _ startTLS: Bool) async throws {
        try await withTLSServer(certificate) { slapd in
            let error = try await withClient(configuration(slapd, tls: options(startTLS: startTLS))) { client in
                try await failure { () async throws(LDAPError) in try await client.search(Self.search) }
            }
            #expect(error.code == .tlsFailed)
            #expect(error.step == .tls)
            let log = try slapd.log()
            #expect(!log.contains(" BIND dn="))
        }
    }

    @Test(arguments: [false, true])
    func unknownAuthorityIsRefusedAndNoPasswordIsSent(_ startTLS: Bool) async throws {
        try await withTLSServer { slapd in
            let other = try await Certificates.shared().otherAuthority
            let tls = try await options(ca: other, startTLS: startTLS)
            let error = try await withClient(configuration(slapd, tls: tls)) { client in
                try await failure { () async throws(LDAPError) in
                    try await client.verifyPassword(dn: "uid=alice,\(people)", password: Array("correct horse".utf8))
                }
            }
            #expect(error.code == .tlsFailed)
            let log = try slapd.log()
            #expect(!log.contains(" BIND dn="))
        }
    }

    @Test func nobodyIsTrustedWithoutAnAuthorityThatKnowsTheServer() async throws {
        try await withTLSServer { slapd in
            // Without a file of its own, the client trusts the system's authorities, which do not know this one.
            let error = try await withClient(configuration(slapd, tls: LDAPTLSOptions())) { client in
                try await failure { () async throws(LDAPError) in try await client.search(Self.search) }
            }
            #expect(error.code == .tlsFailed)
        }
    }

    @Test func missingAuthorityFileIsNamed() async throws {
        try await withTLSServer { slapd in
            let tls = try await options(ca: "/nonexistent/ca.pem")
            let error = try await withClient(configuration(slapd, tls: tls)) { client in
                try await failure { () async throws(LDAPError) in try await client.search(Self.search) }
            }
            #expect(error.code == .tlsFailed)
            #expect(error.description.contains("/nonexistent/ca.pem"))
        }
    }

    @Test func verificationCanBeSwitchedOffOnlyByItsLongName() async throws {
        try await withTLSServer(.expired) { slapd in
            let tls = LDAPTLSOptions(verification: .noneSoThatAnybodyCanReadThePasswords)
            try await withClient(configuration(slapd, tls: tls)) { client in
                let result = try await client.search(Self.search)
                #expect(result.completeness == .complete)
            }
        }
    }

    @Test(arguments: [("1.1", TLSVersion.v1_2), ("1.2", .v1_3)])
    func olderVersionsThanConfiguredAreRefused(_ offered: String, _ minimum: TLSVersion) async throws {
        var server = Slapd.Options()
        server.tls = true
        server.global = ["TLSCipherSuite NORMAL:-VERS-ALL:+VERS-TLS\(offered)"]
        try await withSlapd(loading: .base, options: server) { slapd in
            let error = try await withClient(configuration(slapd, tls: options(minimum: minimum))) { client in
                try await failure { () async throws(LDAPError) in try await client.search(Self.search) }
            }
            #expect(error.code == .tlsFailed)
            let log = try slapd.log()
            #expect(!log.contains(" BIND dn="))
        }
    }

    @Test func versionInUseIsKnown() async throws {
        var server = Slapd.Options()
        server.tls = true
        server.global = ["TLSCipherSuite NORMAL:-VERS-ALL:+VERS-TLS1.2"]
        try await withSlapd(loading: .base, options: server) { slapd in
            let url = try LDAPURL(try #require(slapd.ldapsURI))
            let connection = try await LDAPConnection.connect(
                to: url, options: LDAPConnectionOptions(tls: options()))
            #expect(await connection.tlsVersion == .v1_2)
            await connection.close()
            #expect(await !connection.isOpen)
        }
    }

    @Test func localhostIsExplained() async throws {
        try await withTLSServer { slapd in
            var configuration = try await configuration(slapd, tls: options())
            configuration.servers = [try LDAPURL("ldaps://localhost:\(slapd.ldapsPort ?? 0)")]
            let error = try await withClient(configuration) { client in
                try await failure { () async throws(LDAPError) in try await client.search(Self.search) }
            }
            #expect(error.code == .tlsFailed)
            #expect(error.remedy.contains("127.0.0.1"))
        }
    }

    @Test(arguments: [UInt8(2), 52, 53])
    func refusedStartTLSSendsNoPassword(_ resultCode: UInt8) async throws {
        // ExtendedResponse [APPLICATION 24].
        let answer: [UInt8] = [0x30, 12, 0x02, 1, 1, 0x78, 7, 0x0A, 1, resultCode, 0x04, 0, 0x04, 0]
        let bindSuccess: [UInt8] = [0x30, 12, 0x02, 1, 2, 0x61, 7, 0x0A, 1, 0, 0x04, 0, 0x04, 0]
        try await withToyServer(.script { $0.dropFirst(5).first == 0x77 ? answer : bindSuccess }) { server in
            let tls = try await options(startTLS: true)
            try await withClient(.anonymous(server.uri, tls: tls)) { client in
                for _ in 0..<2 {
                    let error = try await failure { () async throws(LDAPError) in
                        try await client.verifyPassword(dn: "cn=x", password: Array("s3cret".utf8))
                    }
                    #expect(error.step == .tls)
                    #expect(error.code == .tlsFailed)
                }
            }
            let sent = String(decoding: server.receivedBytes, as: UTF8.self)
            #expect(sent.contains("1.3.6.1.4.1.1466.20037"))
            #expect(!sent.contains("s3cret"))
            try await OpenFiles.expectNone(toPort: server.port)
        }
    }

    @Test func silenceAfterStartTLSEndsAtTheDeadline() async throws {
        let answer: [UInt8] = [0x30, 12, 0x02, 1, 1, 0x78, 7, 0x0A, 1, 0, 0x04, 0, 0x04, 0]
        try await withToyServer(.script { $0.dropFirst(5).first == 0x77 ? answer : [] }) { server in
            let tls = try await options(startTLS: true)
            let error = try await withClient(.anonymous(server.uri, tls: tls, timeouts: .short)) { client in
                try await failure { () async throws(LDAPError) in try await client.search(Self.search) }
            }
            #expect(error.code == .timedOut)
            #expect(error.step == .tls)
            try await OpenFiles.expectNone(toPort: server.port)
        }
    }

    @Test func cleartextToAnotherMachineIsRefusedBeforeAnyPacket() async throws {
        let configuration = try LDAPClientConfiguration.anonymous("ldap://192.0.2.1:389")
        try await withClient(configuration) { client in
            let error = try await failure { () async throws(LDAPError) in
                try await client.verifyPassword(dn: "cn=x", password: [1])
            }
            #expect(error.code == .cleartextRefused)
            #expect(error.description.contains("ldaps://"))
        }
    }

    @Test func hungServerLeavesTheOtherItsHandshakes() async throws {
        try await withToyServer(.countsOnly) { silent in
            try await withTLSServer { slapd in
                let hung = try LDAPClientConfiguration.anonymous(
                    "ldaps://127.0.0.1:\(silent.port)", timeouts: LDAPTimeouts(connect: .seconds(2)))
                try await withClient(hung) { stuck in
                    async let failures = withThrowingTaskGroup(of: LDAPError.Code.self) { group in
                        for _ in 0..<16 {
                            group.addTask {
                                try await failure { () async throws(LDAPError) in
                                    try await stuck.verifyPassword(dn: "cn=x", password: [1])
                                }.code
                            }
                        }
                        return try await group.reduce(into: [LDAPError.Code]()) { $0.append($1) }
                    }
                    try await eventually("handshakes hang") { silent.connectionCount >= 16 }
                    try await withClient(configuration(slapd, tls: options())) { client in
                        let result = try await client.search(Self.search)
                        #expect(result.completeness == .complete)
                    }
                    let codes = try await Set(failures)
                    #expect(codes == [.timedOut])
                }
            }
        }
    }
}
