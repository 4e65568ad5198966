import Foundation
import Synchronization
import TestSupport
import Testing

@testable import LDAPClient

/// Binds that send no password: EXTERNAL over a Unix socket, and SCRAM.
@Suite struct SASLTests {
    private static let serviceDN = "cn=bridge,ou=services,dc=example,dc=org"

    private static let wide = LDAPConnectionOptions(timeouts: .wide)

    /// What a client that leaves may say as its first message.
    private static let unbind: [UInt8] = [0x30, 5, 0x02, 1, 1, 0x42, 0]

    /// A server that maps the user of its socket, and SASL user names, to entries.
    private func withSASLServer<Result>(_ body: (Slapd) async throws -> Result) async throws -> Result {
        var options = Slapd.Options()
        options.socket = true
        options.global = [
            "sasl-auxprops slapd",
            #"authz-regexp "gidNumber=[0-9]+\\+uidNumber=[0-9]+,cn=peercred,cn=external,cn=auth" "\#(Self.serviceDN)""#,
            #"authz-regexp "uid=([^,]*),cn=[^,]*,cn=auth" "cn=$1,ou=services,dc=example,dc=org""#,
        ]
        // slapd reads the password as somebody anonymous.
        options.database = [#"access to dn.subtree="ou=services,dc=example,dc=org" by users read by * auth"#]
        return try await withSlapd(loading: .base, options: options, body)
    }

    @Test func externalOverASocketIsTheUserOfThisProcess() async throws {
        try await withSASLServer { slapd in
            let url = try LDAPURL.socket(try #require(slapd.socketPath))
            let connection = try await LDAPConnection.connect(to: url, options: Self.wide)
            #expect(try await connection.bindExternal().isSuccess)
            #expect(try await connection.identity() == "dn:\(Self.serviceDN)")
            await connection.close()
            let client = LDAPClientConfiguration(
                servers: [url], serviceAccount: ServiceAccount(externalActingAs: nil), timeouts: .wide)
            try await withClient(client) { client in
                let found = try await client.search(
                    SearchRequest(base: DistinguishedName(people), scope: .base, attributes: .none))
                #expect(found.entries.count == 1)
                #expect(
                    try await client.verifyPassword(dn: slapd.serviceDN, password: Array("x".utf8)).resultCode == 49)
            }
        }
    }

    @Test func externalIsNotTriedWhereNothingProvesAnybody() async throws {
        try await withToyServer(.countsOnly) { server in
            let connection = try await LDAPConnection.connect(to: LDAPURL(server.uri))
            let error = try await failure { () async throws(LDAPError) in try await connection.bindExternal() }
            #expect(error.code == .invalidArgument)
            await connection.close()
            #expect([[], Self.unbind].contains(server.receivedBytes))
        }
    }

    @Test(arguments: SCRAMMechanism.allCases)
    func scramProvesThePasswordWithoutSendingIt(_ mechanism: SCRAMMechanism) async throws {
        try await withSASLServer { slapd in
            let connection = try await LDAPConnection.connect(to: LDAPURL(slapd.uri), options: Self.wide)
            let wrong = try await connection.bindSCRAM(mechanism, user: "bridge", password: Array("wrong".utf8))
            #expect(wrong.resultCode == 49)
            let answer = try await connection.bindSCRAM(
                mechanism, user: "bridge", password: Array(slapd.servicePassword.utf8))
            #expect(answer.isSuccess)
            #expect(try await connection.identity() == "dn:\(Self.serviceDN)")
            await connection.close()
        }
    }

    @Test func serviceAccountMayUseSCRAM() async throws {
        try await withSASLServer { slapd in
            var configuration = try LDAPClientConfiguration.of(slapd, timeouts: .wide)
            let password = Array(slapd.servicePassword.utf8)
            configuration.serviceAccount = ServiceAccount(scram: .sha256, user: "bridge") { password }
            try await withClient(configuration) { client in
                let found = try await client.search(
                    SearchRequest(base: DistinguishedName(people), scope: .base, attributes: .none))
                #expect(found.entries.count == 1)
            }
        }
    }

    // MARK: Servers that cheat

    /// A bind response with this result code and these serverSaslCreds.
    private static func response(_ id: UInt8, _ code: UInt8, _ credentials: String?) -> [UInt8] {
        var result: [UInt8] = [0x0A, 1, code, 0x04, 0, 0x04, 0]
        if let credentials { result += [0x87, UInt8(credentials.utf8.count)] + Array(credentials.utf8) }
        return [0x30, UInt8(result.count + 5), 0x02, 1, id, 0x61, UInt8(result.count)] + result
    }

    /// The nonce of the client's first message, which the server's has to begin with.
    private static func nonce(_ message: [UInt8]) -> String {
        let text = String(decoding: message, as: UTF8.self)
        let rest = text.range(of: ",r=").map { text[$0.upperBound...] } ?? ""
        return String(rest.prefix { $0.isASCII && ($0.isLetter || $0.isNumber || "+/=".contains($0)) })
    }

    private func scramFails(_ answers: @escaping @Sendable (_ id: UInt8, _ nonce: String) -> [UInt8]) async throws
        -> LDAPError
    {
        let nonce = Mutex("")
        return try await withToyServer(
            .script { message in
                // Tag and length of the message and of the id in front of it; a length above 127 has an octet of its own.
                let start = message[1] < 0x80 ? 4 : 5
                guard message[start + 1] == 0x60 else { return [] }
                let id = message[start]
                if id == 1 { nonce.withLock { $0 = Self.nonce(message) } }
                return answers(id, nonce.withLock { $0 })
            }
        ) { server in
            let connection = try await LDAPConnection.connect(to: LDAPURL(server.uri), options: Self.wide)
            let error = try await failure { () async throws(LDAPError) in
                try await connection.bindSCRAM(.sha256, user: "bridge", password: Array("bridge-secret".utf8))
            }
            #expect(await !connection.isOpen)
            #expect(!String(decoding: server.receivedBytes, as: UTF8.self).contains("bridge-secret"))
            try await OpenFiles.expectNone(toPort: server.port)
            return error
        }
    }

    @Test func successWithoutAnyProofIsRefused() async throws {
        let error = try await scramFails { id, _ in Self.response(id, 0, nil) }
        #expect(error.code == .unexpectedResponse)
    }

    @Test func successWithAChallengeInsteadOfAProofIsRefused() async throws {
        let error = try await scramFails { id, nonce in
            Self.response(id, 0, "r=\(nonce)server,s=c2FsdHNhbHQ=,i=4096")
        }
        #expect(error.code == .unexpectedResponse)
        #expect(error.reason.contains("not proved"))
    }

    @Test(arguments: ["v=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=", "", "x", "e=other-error"])
    func successWithAWrongProofIsRefused(_ proof: String) async throws {
        let error = try await scramFails { id, nonce in
            id == 1
                ? Self.response(id, 14, "r=\(nonce)server,s=c2FsdHNhbHQ=,i=4096") : Self.response(id, 0, proof)
        }
        #expect(error.code == .unexpectedResponse)
    }

    @Test(arguments: ["1", "4095", "1000001", "99999999999999999999", "4096x", "5000,i=999999999", "-1"])
    func tooLittleAndTooMuchHashingIsRefused(_ count: String) async throws {
        let error = try await scramFails { id, nonce in
            Self.response(id, 14, "r=\(nonce)server,s=c2FsdHNhbHQ=,i=\(count)")
        }
        #expect(error.code == .unexpectedResponse)
        #expect(error.reason.contains("hashed"))
    }

    @Test func endlessExchangeEnds() async throws {
        let error = try await scramFails { id, nonce in
            Self.response(id, 14, id == 1 ? "r=\(nonce)server,s=c2FsdHNhbHQ=,i=4096" : nil)
        }
        #expect(error.code == .unexpectedResponse)
    }

    @Test func silenceInTheMiddleOfAnExchangeEndsAtTheDeadline() async throws {
        try await withToyServer(
            .script { $0[4] == 1 ? Self.response(1, 14, "r=\(Self.nonce($0))x,s=c2FsdHNhbHQ=,i=4096") : [] }
        ) { server in
            let connection = try await LDAPConnection.connect(
                to: LDAPURL(server.uri), options: LDAPConnectionOptions(timeouts: .short))
            let error = try await failure { () async throws(LDAPError) in
                try await connection.bindSCRAM(.sha256, user: "bridge", password: Array("bridge-secret".utf8))
            }
            #expect(error.code == .timedOut)
            try await OpenFiles.expectNone(toPort: server.port)
        }
    }

    @Test(arguments: [("", "x"), ("a\0b", "x"), ("a", ""), ("a", "x\0y")])
    func emptyAndCutCredentialsAreRefusedBeforeAnyPacket(_ user: String, _ password: String) async throws {
        try await withToyServer(.countsOnly) { server in
            let connection = try await LDAPConnection.connect(to: LDAPURL(server.uri))
            let error = try await failure { () async throws(LDAPError) in
                try await connection.bindSCRAM(.sha256, user: user, password: Array(password.utf8))
            }
            #expect(error.code == .invalidArgument)
            await connection.close()
            #expect([[], Self.unbind].contains(server.receivedBytes))
        }
    }
}
