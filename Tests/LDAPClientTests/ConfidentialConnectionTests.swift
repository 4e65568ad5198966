import LDAPClient
import Synchronization
import TestSupport
import Testing

/// Passwords are changed over connections on which nobody can listen, and over no others.
@Suite struct ConfidentialConnectionTests {
    private let alice = "uid=alice,\(people)"
    private let password = Array("correct horse".utf8)

    @Test func aPlainConnectionIsNoneAndNothingIsSentOverIt() async throws {
        try await withToyServer(.countsOnly) { server in
            try await withClient(.anonymous(server.uri)) { client in
                let asPerson = try await failure { () async throws(LDAPError) in
                    try await client.withConfidentialConnection(boundAs: alice, password: password) {
                        _, _ throws(LDAPError) in
                    }
                }
                let asService = try await failure { () async throws(LDAPError) in
                    try await client.withConfidentialConnection(.write, "a password") { _ throws(LDAPError) in }
                }
                for error in [asPerson, asService] {
                    #expect(error.code == .cleartextRefused)
                    #expect(!error.requestWasSent && !error.mayHaveTakenEffect)
                }
                try await eventually("the connections are counted") { server.connectionCount > 0 }
                #expect(server.receivedBytes.isEmpty)
            }
        }
    }

    /// Whoever stands between would read the password.
    @Test func anEncryptedConnectionToAServerThatProvedNothingIsNone() async throws {
        var options = Slapd.Options()
        options.tls = true
        try await withSlapd(loading: .base, options: options) { slapd in
            var configuration = try LDAPClientConfiguration.of(
                slapd, tls: LDAPTLSOptions(verification: .noneSoThatAnybodyCanReadThePasswords))
            configuration.servers = [try LDAPURL(#require(slapd.ldapsURI))]
            try await withClient(configuration) { client in
                let error = try await failure { () async throws(LDAPError) in
                    try await client.withConfidentialConnection(boundAs: alice, password: password) {
                        _, _ throws(LDAPError) in
                    }
                }
                #expect(error.code == .cleartextRefused && !error.requestWasSent)
            }
        }
    }

    @Test(arguments: ["ldaps", "StartTLS", "ldapi"])
    func anEncryptedConnectionAndAUnixSocketAre(_ way: String) async throws {
        var options = Slapd.Options()
        options.tls = true
        options.socket = true
        options.database = ["access to attrs=userPassword by self =wx by anonymous auth by * none"]
        try await withSlapd(loading: .base(adding: person("alice")), options: options) { slapd in
            let authority = try await Certificates.shared().authority
            var configuration = try LDAPClientConfiguration.of(
                slapd, tls: LDAPTLSOptions(caFile: authority, startTLS: way == "StartTLS"))
            if way == "ldaps" { configuration.servers = [try LDAPURL(#require(slapd.ldapsURI))] }
            if way == "ldapi" { configuration.servers = [try LDAPURL.socket(#require(slapd.socketPath))] }
            try await withClient(configuration) { client in
                let new = Array("battery staple".utf8)
                let steps = Mutex<[String]>([])
                let trace = LDAPTrace { event in steps.withLock { $0.append("\(event.step) \(event.detail)") } }
                let answer = try await client.withConfidentialConnection(
                    boundAs: alice, password: password, trace: trace
                ) { connection, answer throws(LDAPError) in
                    _ = try await connection.modifyPassword(oldPassword: password, newPassword: new)
                    return answer
                }
                #expect(answer.isSuccess)
                #expect(steps.withLock { $0.suffix(2) } == ["bind \(alice)", "extended own password"])
                #expect(try await client.verifyPassword(dn: alice, password: new).isSuccess)
                #expect(try await !client.verifyPassword(dn: alice, password: password).isSuccess)
            }
        }
    }

    @Test func whatFollowsARefusedBindIsForTheCallerToDecideAndHappensOnce() async throws {
        var options = Slapd.Options()
        options.tls = true
        try await withSlapd(loading: .base(adding: person("alice")), options: options) { slapd in
            var configuration = try LDAPClientConfiguration.of(
                slapd, tls: LDAPTLSOptions(caFile: try await Certificates.shared().authority))
            configuration.servers = [try LDAPURL(#require(slapd.ldapsURI))]
            try await withClient(configuration) { client in
                var calls = 0
                let error = try await failure { () async throws(LDAPError) in
                    try await client.withConfidentialConnection(boundAs: alice, password: Array("wrong".utf8)) {
                        _, answer throws(LDAPError) in
                        calls += 1
                        throw LDAPError(LDAPError.Code(resultCode: answer.resultCode), operation: "go on")
                    }
                }
                #expect(error.code == .invalidCredentials && calls == 1)
                // The connection is not kept, and its place is free again.
                for _ in 0..<20 {
                    _ = try await client.withConfidentialConnection(boundAs: alice, password: password) {
                        _, answer throws(LDAPError) in answer
                    }
                }
                #expect(try await client.verifyPassword(dn: alice, password: password).isSuccess)
            }
        }
    }
}
