import Foundation
import TestSupport
import Testing

@testable import LDAPClient

/// The files and names of TLS: client certificates, authorities, server names, and what happens when files change.
@Suite struct TLSFilesTests {
    private static let rootDSE = SearchRequest(base: DistinguishedName([]), scope: .base, attributes: .none)

    private func withTLSServer<Result>(
        _ certificate: Certificates.Server = .valid, verifyClient: String = "never",
        _ body: (LDAPURL, Certificates, Slapd) async throws -> Result
    ) async throws -> Result {
        var options = Slapd.Options()
        options.tls = true
        options.certificate = certificate
        options.verifyClient = verifyClient
        let certificates = try await Certificates.shared()
        return try await withSlapd(loading: .base, options: options) { slapd in
            try await body(LDAPURL(#require(slapd.ldapsURI)), certificates, slapd)
        }
    }

    private func connect(_ url: LDAPURL, _ tls: LDAPTLSOptions) async throws(LDAPError) -> LDAPConnection {
        try await LDAPConnection.connect(to: url, options: LDAPConnectionOptions(tls: tls, timeouts: .wide))
    }

    /// Connects, asks one question, and closes.
    private func ask(_ url: LDAPURL, _ tls: LDAPTLSOptions) async throws(LDAPError) {
        let connection = try await connect(url, tls)
        do throws(LDAPError) {
            _ = try await connection.search(Self.rootDSE)
            await connection.close()
        } catch {
            await connection.close()
            throw error
        }
    }

    @Test func clientCertificateIsAnIdentityForExternal() async throws {
        try await withTLSServer(verifyClient: "demand") { url, certificates, _ in
            let tls = LDAPTLSOptions(caFile: certificates.authority, clientCertificate: certificates.client)
            let connection = try await connect(url, tls)
            #expect(try await connection.bindExternal().isSuccess)
            #expect(try await connection.identity() == "dn:cn=throwaway client")
            await connection.close()
        }
    }

    @Test func serverThatDemandsACertificateIsNoUseWithoutOne() async throws {
        try await withTLSServer(verifyClient: "demand") { url, certificates, _ in
            let error = try await failure { () async throws(LDAPError) in
                try await ask(url, LDAPTLSOptions(caFile: certificates.authority))
            }
            // With TLS 1.3 the server refuses after its side of the handshake is over (RFC 8446, 4.4.2.4).
            #expect([.tlsFailed, .connectionClosed].contains(error.code))
        }
    }

    @Test func folderOfAuthoritiesIsTrusted() async throws {
        try await withTLSServer { url, certificates, _ in
            try await withTemporaryFolder { folder in
                let tls = LDAPTLSOptions(caDirectory: folder)
                try FileManager.default.copyItem(atPath: certificates.otherAuthority, toPath: "\(folder)/other.pem")
                let error = try await failure { () async throws(LDAPError) in try await ask(url, tls) }
                #expect(error.code == .tlsFailed)
                try FileManager.default.copyItem(atPath: certificates.authority, toPath: "\(folder)/ours.pem")
                try await ask(url, tls)
            }
        }
    }

    @Test(arguments: [false, true])
    func serverNameIsWhatTheCertificateMustHold(_ startTLS: Bool) async throws {
        try await withTLSServer(.wrongHost) { url, certificates, slapd in
            let url = startTLS ? try LDAPURL(slapd.uri) : url
            var tls = LDAPTLSOptions(caFile: certificates.authority, startTLS: startTLS)
            #expect(try await failure { () async throws(LDAPError) in try await ask(url, tls) }.code == .tlsFailed)
            tls.serverName = "ldap.elsewhere.test"
            try await ask(url, tls)
            tls.serverName = "ldap.nowhere.test"
            #expect(try await failure { () async throws(LDAPError) in try await ask(url, tls) }.code == .tlsFailed)
        }
    }

    @Test func serverNameIsSentToTheServer() async throws {
        // A server with two certificates shows the one for the name that it is asked for.
        let certificates = try await Certificates.shared()
        let shown = [
            "-cert", certificates.certificate(.expired), "-key", certificates.key(.expired),
            "-servername", "ldap.elsewhere.test", "-cert2", certificates.certificate(.wrongHost),
            "-key2", certificates.key(.wrongHost),
        ]
        try await withOpenSSLServer(shown) { port in
            let url = try LDAPURL("ldaps://127.0.0.1:\(port)")
            let tls = LDAPTLSOptions(caFile: certificates.authority)
            #expect(try await failure { () async throws(LDAPError) in try await connect(url, tls) }.code == .tlsFailed)
            var named = tls
            named.serverName = "ldap.elsewhere.test"
            try await connect(url, named).close()
        }
    }

    @Test(arguments: ["", "a b", "host:636", "x/y", "[::1]"])
    func nonsenseIsNoServerName(_ name: String) async throws {
        let error = try await failure { () async throws(LDAPError) in
            try await connect(LDAPURL("ldaps://127.0.0.1:1"), LDAPTLSOptions(serverName: name))
        }
        #expect(error.code == .invalidArgument)
    }

    @Test func changedAuthorityFileCountsForTheNextConnection() async throws {
        try await withTLSServer { url, certificates, _ in
            try await withTemporaryFolder { folder in
                let file = "\(folder)/ca.pem"
                func put(_ text: String) throws { try text.write(toFile: file, atomically: true, encoding: .utf8) }
                let tls = LDAPTLSOptions(caFile: file)
                try put(String(contentsOfFile: certificates.authority, encoding: .utf8))
                let kept = try await connect(url, tls)
                _ = try await kept.search(Self.rootDSE)
                for broken in ["", "-----BEGIN CERTIFICATE-----\nMIIB", "no certificate at all"] {
                    try put(broken)
                    let error = try await failure { () async throws(LDAPError) in try await ask(url, tls) }
                    #expect(error.code == .tlsFailed)
                    #expect(error.description.contains(file))
                    // What is connected goes on.
                    _ = try await kept.search(Self.rootDSE)
                }
                try put(String(contentsOfFile: certificates.otherAuthority, encoding: .utf8))
                let error = try await failure { () async throws(LDAPError) in try await ask(url, tls) }
                #expect(error.code == .tlsFailed)
                try put(String(contentsOfFile: certificates.authority, encoding: .utf8))
                try await ask(url, tls)
                _ = try await kept.search(Self.rootDSE)
                await kept.close()
            }
        }
    }

    @Test func changedClientCertificateCountsForTheNextConnection() async throws {
        try await withTLSServer(verifyClient: "demand") { url, certificates, _ in
            try await withTemporaryFolder { folder in
                let (file, key) = ("\(folder)/client.pem", "\(folder)/client.key")
                let tls = LDAPTLSOptions(
                    caFile: certificates.authority,
                    clientCertificate: LDAPTLSOptions.ClientCertificate(certificateFile: file, keyFile: key))
                func put(_ certificate: String, _ privateKey: String) throws {
                    try? FileManager.default.removeItem(atPath: file)
                    try? FileManager.default.removeItem(atPath: key)
                    try FileManager.default.copyItem(atPath: certificate, toPath: file)
                    try FileManager.default.copyItem(atPath: privateKey, toPath: key)
                }
                let missing = try await failure { () async throws(LDAPError) in try await ask(url, tls) }
                #expect(missing.description.contains(file) && missing.description.contains(key))
                try put(certificates.clientCertificate, certificates.clientKey)
                let kept = try await connect(url, tls)
                #expect(try await kept.bindExternal().isSuccess)
                // The key of somebody else.
                try put(certificates.clientCertificate, certificates.key(.valid))
                let error = try await failure { () async throws(LDAPError) in try await ask(url, tls) }
                #expect(error.code == .tlsFailed)
                #expect(error.description.contains("do not belong together"))
                #expect(!error.description.contains("CA certificates"))
                // Another identity, with the same names of files.
                try put(certificates.certificate(.valid), certificates.key(.valid))
                let other = try await connect(url, tls)
                #expect(try await other.bindExternal().isSuccess)
                #expect(try await other.identity() == "dn:cn=localhost")
                #expect(try await kept.identity() == "dn:cn=throwaway client")
                await other.close()
                await kept.close()
            }
        }
    }
}

extension Certificates {
    var client: LDAPTLSOptions.ClientCertificate {
        LDAPTLSOptions.ClientCertificate(certificateFile: clientCertificate, keyFile: clientKey)
    }
}

extension LDAPConnection {
    /// Who the server says this connection is.
    func identity() async throws(LDAPError) -> String? {
        try await whoAmI()
    }
}
