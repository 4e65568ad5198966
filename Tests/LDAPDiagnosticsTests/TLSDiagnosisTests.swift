import Foundation
import LDAPClient
import LDAPDiagnostics
import TestSupport
import Testing

/// Each way in which TLS can fail, at a real server where there is one for it.
@Suite struct TLSDiagnosisTests {
    private func diagnose(
        _ url: LDAPURL, ca: String? = nil, _ change: (inout LDAPTLSOptions) -> Void = { _ in }
    ) async throws -> TLSDiagnosis {
        var options = LDAPTLSOptions(caFile: try await Certificates.shared().authority)
        if let ca { options.caFile = ca }
        change(&options)
        return try await TLSDiagnosis.diagnose(url, options: options, deadline: .now + .seconds(120))
    }

    /// Whether the client itself connects and gets an answer.
    private func clientConnects(_ url: LDAPURL, ca: String? = nil) async throws -> Bool {
        var tls = LDAPTLSOptions(caFile: try await Certificates.shared().authority, startTLS: url.scheme == .ldap)
        if let ca { tls.caFile = ca }
        let wide = LDAPTimeouts(connect: .seconds(120), operation: .seconds(120))
        do throws(LDAPError) {
            let connection = try await LDAPConnection.connect(
                to: url, options: LDAPConnectionOptions(tls: tls, timeouts: wide))
            _ = try await connection.search(SearchRequest(base: DistinguishedName([]), scope: .base, attributes: .none))
            await connection.close()
            return true
        } catch {
            if error.code == .tlsFailed { return false }
            throw error
        }
    }

    private func withTLSServer<Result>(
        _ certificate: Certificates.Server = .valid, verifyClient: String = "never",
        _ body: (Slapd, _ ldaps: LDAPURL) async throws -> Result
    ) async throws -> Result {
        var options = Slapd.Options()
        options.tls = true
        options.certificate = certificate
        options.verifyClient = verifyClient
        return try await withSlapd(loading: .base, options: options) { slapd in
            try await body(slapd, LDAPURL(#require(slapd.ldapsURI)))
        }
    }

    @Test(arguments: [
        (Certificates.Server.valid, [TLSDiagnosis.Kind]()), (.expired, [.expired]), (.notYetValid, [.notYetValid]),
        (.wrongHost, [.wrongHost]), (.selfSigned, [.selfSigned]),
    ])
    func certificateIsJudged(_ certificate: Certificates.Server, _ kinds: [TLSDiagnosis.Kind]) async throws {
        try await withTLSServer(certificate) { slapd, ldaps in
            for url in [ldaps, try LDAPURL(slapd.uri)] {
                let diagnosis = try await diagnose(url)
                #expect(diagnosis.problems.map(\.kind) == kinds)
                #expect(diagnosis.version == "1.3")
                #expect(diagnosis.certificates.count >= 1)
                // The client is of the same opinion.
                let connects = try await clientConnects(url)
                #expect(connects == kinds.isEmpty)
            }
            // Nothing but StartTLS and the root DSE has been asked for.
            let log = try slapd.log()
            #expect(!log.contains(" BIND "))
        }
    }

    @Test func certificateIsShownWithItsNamesDatesAndIssuer() async throws {
        try await withTLSServer(.expired) { _, ldaps in
            let diagnosis = try await diagnose(ldaps)
            let shown = try #require(diagnosis.certificates.first)
            #expect(shown.subject == "CN=localhost")
            #expect(shown.issuer == "CN=Throwaway authority ca")
            #expect(shown.names == ["localhost", "127.0.0.1"])
            #expect(shown.notBefore == Date(timeIntervalSince1970: 1_577_836_800))
            #expect(shown.notAfter == Date(timeIntervalSince1970: 1_609_459_200))
            #expect(
                diagnosis.problems.first?.explanation
                    == "the certificate “CN=localhost” expired at 2021-01-01T00:00:00Z")
        }
    }

    @Test func otherAuthorityIsNamed() async throws {
        try await withTLSServer { _, ldaps in
            let other = try await Certificates.shared().otherAuthority
            let diagnosis = try await diagnose(ldaps, ca: other)
            #expect(diagnosis.problems.map(\.kind) == [.unknownAuthority])
            let problem = try #require(diagnosis.problems.first)
            #expect(problem.explanation.contains("CN=Throwaway authority ca"))
            #expect(problem.remedy.contains(other))
        }
    }

    @Test func everythingThatIsWrongIsSaid() async throws {
        try await withTLSServer(.expired) { _, ldaps in
            let other = try await Certificates.shared().otherAuthority
            let diagnosis = try await diagnose(ldaps, ca: other) { $0.serverName = "ldap.nowhere.test" }
            #expect(diagnosis.problems.map(\.kind) == [.expired, .wrongHost, .unknownAuthority])
            #expect(diagnosis.expectedName == "ldap.nowhere.test")
        }
    }

    @Test func trustedSelfSignedCertificateIsNoProblem() async throws {
        try await withTLSServer(.selfSigned) { _, ldaps in
            let own = try await Certificates.shared().certificate(.selfSigned)
            let diagnosis = try await diagnose(ldaps, ca: own)
            #expect(diagnosis.problems.isEmpty)
            let connects = try await clientConnects(ldaps, ca: own)
            #expect(connects)
        }
    }

    @Test func configuredServerNameCounts() async throws {
        try await withTLSServer(.wrongHost) { _, ldaps in
            let diagnosis = try await diagnose(ldaps) { $0.serverName = "LDAP.elsewhere.test" }
            #expect(diagnosis.problems.isEmpty)
        }
    }

    @Test(arguments: [("1.1", TLSVersion.v1_2), ("1.2", .v1_3)])
    func oldVersionIsNamed(_ offered: String, _ minimum: TLSVersion) async throws {
        var options = Slapd.Options()
        options.tls = true
        options.global = ["TLSCipherSuite NORMAL:-VERS-ALL:+VERS-TLS\(offered)"]
        try await withSlapd(loading: .base, options: options) { slapd in
            let url = try LDAPURL(#require(slapd.ldapsURI))
            let diagnosis = try await diagnose(url) { $0.minimumVersion = minimum }
            #expect(diagnosis.problems.map(\.kind) == [.protocolTooOld])
            #expect(diagnosis.version == offered)
        }
    }

    @Test func oldVersionOfAnotherLibraryIsNamed() async throws {
        let certificates = try await Certificates.shared()
        let arguments = [
            "-tls1_1", "-cipher", "ALL:@SECLEVEL=0", "-cert", certificates.certificate(.valid), "-key",
            certificates.key(.valid),
        ]
        try await withOpenSSLServer(arguments) { port in
            let diagnosis = try await diagnose(LDAPURL("ldaps://127.0.0.1:\(port)"))
            #expect(diagnosis.problems.map(\.kind) == [.protocolTooOld])
        }
    }

    @Test func plainPortIsRecognised() async throws {
        try await withSlapd(loading: .base) { slapd in
            let diagnosis = try await diagnose(LDAPURL("ldaps://127.0.0.1:\(slapd.port)"))
            #expect(diagnosis.problems.map(\.kind) == [.plainLDAP])
            // And the other way round: TLS is not set up.
            let refused = try await diagnose(LDAPURL(slapd.uri))
            #expect(refused.problems.map(\.kind) == [.startTLSRefused])
            #expect(refused.problems.first?.explanation.contains("result 2") == true)
        }
    }

    @Test func startTLSAtAPortOfTLSIsRecognised() async throws {
        try await withTLSServer { slapd, _ in
            let port = try #require(slapd.ldapsPort)
            let diagnosis = try await diagnose(LDAPURL("ldap://127.0.0.1:\(port)"))
            #expect([[.notTLS], [.connectionClosed]].contains(diagnosis.problems.map(\.kind)))
        }
    }

    @Test func clientCertificateIsAskedFor() async throws {
        try await withTLSServer(verifyClient: "demand") { slapd, ldaps in
            let certificates = try await Certificates.shared()
            for url in [ldaps, try LDAPURL(slapd.uri)] {
                let without = try await diagnose(url)
                #expect(without.problems.map(\.kind) == [.clientCertificateDemanded])
                let with = try await diagnose(url) {
                    $0.clientCertificate = LDAPTLSOptions.ClientCertificate(
                        certificateFile: certificates.clientCertificate, keyFile: certificates.clientKey)
                }
                #expect(with.problems.isEmpty)
                let wrong = try await diagnose(url) {
                    $0.clientCertificate = LDAPTLSOptions.ClientCertificate(
                        certificateFile: certificates.certificate(.selfSigned), keyFile: certificates.key(.selfSigned))
                }
                #expect(wrong.problems.map(\.kind) == [.clientCertificateRefused])
            }
        }
    }

    @Test func clientCertificateThatIsOnlyAskedForIsNoProblem() async throws {
        try await withTLSServer(verifyClient: "allow") { _, ldaps in
            let diagnosis = try await diagnose(ldaps)
            #expect(diagnosis.problems.isEmpty)
        }
    }

    @Test(arguments: ["/nonexistent/client.pem", "certificate of somebody else"])
    func unusableClientCertificateIsSaidBeforeAnythingIsSent(_ file: String) async throws {
        let certificates = try await Certificates.shared()
        try await withToyServer(.countsOnly) { server in
            let diagnosis = try await diagnose(LDAPURL("ldaps://127.0.0.1:\(server.port)")) {
                $0.clientCertificate = LDAPTLSOptions.ClientCertificate(
                    certificateFile: file.hasPrefix("/") ? file : certificates.certificate(.valid),
                    keyFile: certificates.clientKey)
            }
            #expect(diagnosis.problems.map(\.kind) == [.clientCertificateUnusable])
            #expect(server.receivedBytes.isEmpty)
        }
    }

    @Test func unusableAuthoritiesAreSaid() async throws {
        try await withTLSServer { _, ldaps in
            let diagnosis = try await diagnose(ldaps, ca: "/nonexistent/ca.pem")
            #expect(diagnosis.problems.map(\.kind) == [.authoritiesUnusable])
            #expect(diagnosis.problems.first?.explanation.contains("/nonexistent/ca.pem") == true)
        }
    }

    @Test func folderOfAuthoritiesIsRead() async throws {
        try await withTLSServer { _, ldaps in
            try await withTemporaryFolder { folder in
                let authority = try await Certificates.shared().authority
                try FileManager.default.copyItem(atPath: authority, toPath: "\(folder)/a.pem")
                try "no certificate".write(toFile: "\(folder)/README", atomically: true, encoding: .utf8)
                let diagnosis = try await diagnose(ldaps) {
                    $0.caFile = nil
                    $0.caDirectory = folder
                }
                #expect(diagnosis.problems.isEmpty)
            }
        }
    }

    @Test func portWithoutAListenerIsRefused() async throws {
        let port = try LoopbackPort.free()
        let diagnosis = try await diagnose(LDAPURL("ldaps://127.0.0.1:\(port)"))
        #expect(diagnosis.problems.map(\.kind) == [.connectionRefused])
    }

    @Test func unknownHostIsUnreachable() async throws {
        let diagnosis = try await diagnose(LDAPURL("ldaps://no-such-host.invalid"))
        #expect(diagnosis.problems.map(\.kind) == [.unreachable])
    }

    @Test func webServerIsNeitherTLSNorLDAP() async throws {
        try await withToyServer(.sends(Array("HTTP/1.1 400 Bad Request\r\n\r\n".utf8))) { server in
            for scheme in ["ldap", "ldaps"] {
                let diagnosis = try await diagnose(LDAPURL("\(scheme)://127.0.0.1:\(server.port)"))
                #expect(diagnosis.problems.map(\.kind) == [.notTLS])
            }
        }
    }

    @Test(arguments: ["ldap", "ldaps"])
    func silenceEndsAtTheDeadline(_ scheme: String) async throws {
        try await withToyServer(.countsOnly) { server in
            let url = try LDAPURL("\(scheme)://127.0.0.1:\(server.port)")
            let diagnosis = try await TLSDiagnosis.diagnose(
                url, options: LDAPTLSOptions(), deadline: .now + .milliseconds(300))
            #expect(diagnosis.problems.map(\.kind) == [.timedOut])
            try await eventually("the connection is closed") { server.openConnectionCount == 0 }
        }
    }

    @Test func hangUpInTheHandshakeIsSaid() async throws {
        try await withToyServer(.script { _ in nil }) { server in
            for scheme in ["ldap", "ldaps"] {
                let diagnosis = try await diagnose(LDAPURL("\(scheme)://127.0.0.1:\(server.port)"))
                #expect(diagnosis.problems.map(\.kind) == [.connectionClosed])
            }
        }
    }

    @Test func localhostIsExplained() async throws {
        try await withTLSServer { slapd, _ in
            let diagnosis = try await diagnose(LDAPURL("ldaps://localhost:\(slapd.ldapsPort ?? 0)"))
            #expect(diagnosis.problems.map(\.kind) == [.localhost])
        }
    }

    @Test func socketHasNoTLS() async throws {
        await #expect { try await diagnose(LDAPURL("ldapi:///")) } throws: { error in
            (error as? LDAPError)?.code == .invalidArgument
        }
    }
}
