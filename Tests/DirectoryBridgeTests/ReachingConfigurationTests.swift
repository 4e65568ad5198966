import DirectoryBridge
import Foundation
import LDAPClient
import TestSupport
import Testing

/// How directories are reached: encryption, the service account, discovery, pools and breakers.
@Suite struct ReachingConfigurationTests {
    /// A configuration whose directory has these lines, with files beside it that exist.
    private static func parse(_ lines: [String], in folder: String) throws(InvalidConfiguration)
        -> LDAPClientConfiguration?
    {
        let text =
            """
            database: sqlite:accounts.db
            chain: [corp]
            directories:
              corp:
                users: {base: "dc=example,dc=org", filter: "(uid={username})"}

            """ + lines.map { "    \($0)\n" }.joined()
        return try Configuration.parse(text, file: folder + "/bridge.yaml").directories.first?.client
    }

    private func withFiles<Result>(_ body: (String) throws -> Result) throws -> Result {
        let folder = NSTemporaryDirectory() + "reaching-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try FileManager.default.createDirectory(atPath: folder + "/authorities", withIntermediateDirectories: true)
        try FileManager.default.createDirectory(atPath: folder + "/empty", withIntermediateDirectories: true)
        let certificate = "-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n"
        for (name, content) in [
            ("ca.pem", certificate), ("authorities/ca.pem", certificate), ("bridge.pem", certificate),
            ("bridge.key", "-----BEGIN EC PRIVATE KEY-----\n"), ("bind.password", "x\n"), ("text", "hello\n"),
        ] {
            try content.write(toFile: "\(folder)/\(name)", atomically: true, encoding: .utf8)
        }
        return try body(folder)
    }

    private func problems(_ lines: [String]) throws -> [String] {
        try withFiles { folder in
            do throws(InvalidConfiguration) {
                _ = try Self.parse(lines, in: folder)
                return []
            } catch {
                return error.problems.map {
                    $0.description.replacing(folder, with: "FOLDER").replacing("FOLDER/bridge.yaml:", with: "")
                }
            }
        }
    }

    @Test func everythingAboutEncryptionIsRead() throws {
        try withFiles { folder in
            let client = try #require(
                try Self.parse(
                    [
                        "servers: ldaps://10.0.0.1",
                        "tls: {ca_folder: authorities, certificate_file: bridge.pem, key_file: bridge.key, server_name: ldap.example.org}",
                        "service_account: {mechanism: external, act_as: \"dn:cn=x\", dn: \"cn=bridge\"}",
                    ], in: folder))
            let tls = client.connection.tls
            #expect(tls.caFile == nil)
            #expect(tls.caDirectory == folder + "/authorities")
            #expect(
                tls.clientCertificate
                    == .init(certificateFile: folder + "/bridge.pem", keyFile: folder + "/bridge.key"))
            #expect(tls.serverName == "ldap.example.org")
            #expect(tls.verification == .full)
            #expect(client.serviceAccount?.method == .external(authorizationIdentity: "dn:cn=x"))
            #expect(client.serviceAccount?.dn.description == "cn=bridge")
        }
    }

    @Test func serversPoolsAndBreakersAreRead() throws {
        try withFiles { folder in
            let client = try #require(
                try Self.parse(
                    [
                        "discover: {domain: Example.org, scheme: ldap, trusted_domains: [example.net]}",
                        "tls: {start_tls: true}",
                        "service_account: {mechanism: scram-sha-256, user: bridge, password_file: bind.password}",
                        "pool: {searches: 2, binds: 3, streams: 4, waiting: 0, maximum_age: 2m, idle: 20s, check_after_idle: 5s}",
                        "breaker: {timeouts: 5, first_delay: 1s, maximum_delay: 1m}",
                    ], in: folder))
            #expect(client.servers.isEmpty)
            let domain = try LDAPServiceDomain(domain: "example.org", scheme: .ldap, trustedDomains: ["example.net"])
            #expect(client.discovery == domain)
            #expect(client.serviceAccount?.method == .scram(.sha256, user: "bridge"))
            #expect(try client.serviceAccount?.password() == Array("x".utf8))
            let sizes = [client.searchPoolSize, client.bindPoolSize, client.pool.streams, client.pool.maximumWaiting]
            #expect(sizes == [2, 3, 4, 0])
            let times: [Duration] = [client.pool.maximumAge, client.pool.idleLimit, client.pool.checkAfterIdle]
            #expect(times == [Duration.seconds(120), .seconds(20), .seconds(5)])
            #expect(
                client.breaker == LDAPBreakerOptions(timeouts: 5, firstDelay: .seconds(1), maximumDelay: .seconds(60)))
        }
    }

    @Test func aSocketNeedsNoEncryption() throws {
        try withFiles { folder in
            let client = try Self.parse(
                ["servers: ldapi://%2Frun%2Fslapd%2Fldapi", "service_account: {mechanism: external}"], in: folder)
            #expect(client?.servers.first?.scheme == .ldapi)
        }
    }

    @Test(arguments: [
        (
            "tls: {ca_folder: absent}",
            "tls.ca_folder: there is no folder FOLDER/absent; create it and put the certificates of the CAs into it as PEM files."
        ),
        (
            "tls: {ca_folder: empty}",
            "tls.ca_folder: the folder FOLDER/empty is empty or cannot be read; put the certificates of the CAs into it as PEM files."
        ),
        (
            "tls: {certificate_file: bridge.pem}",
            "tls.certificate_file: a certificate is of no use without its private key; add key_file."
        ),
        (
            "tls: {key_file: bridge.key}",
            "tls.key_file: a private key is of no use without its certificate; add certificate_file."
        ),
        (
            "tls: {certificate_file: bridge.key, key_file: bridge.key}",
            "tls.certificate_file: the file FOLDER/bridge.key holds no certificate in PEM form (-----BEGIN CERTIFICATE-----)."
        ),
        (
            "tls: {certificate_file: bridge.pem, key_file: bridge.pem}",
            "tls.key_file: the file FOLDER/bridge.pem holds no private key in PEM form (-----BEGIN PRIVATE KEY-----)."
        ),
        (
            "tls: {server_name: \"ldap.example.org:636\"}",
            "tls.server_name: 'ldap.example.org:636' is no host name; write it as the certificate has it, like ldap.example.org."
        ),
        (
            "service_account: {mechanism: external, password_file: bind.password}",
            "service_account.password_file: there is no password in mechanism: external; remove it."
        ),
        (
            "service_account: {mechanism: scram-sha-1, password_file: bind.password}",
            "service_account: the key 'user' is missing; write for example user: bridge"
        ),
        (
            "service_account: {dn: \"cn=x\", user: bridge, password_file: bind.password}",
            "service_account.user: a user goes with a SCRAM mechanism; say mechanism: scram-sha-256, or remove it."
        ),
        (
            "service_account: {dn: \"cn=x\", act_as: \"dn:cn=y\", password_file: bind.password}",
            "service_account.act_as: act_as goes with mechanism: external; remove it."
        ),
        (
            "service_account: {mechanism: scram, user: x, password_file: bind.password}",
            "service_account.mechanism: 'scram' is not one of simple, external, scram-sha-1, scram-sha-256, scram-sha-512."
        ),
        (
            "service_account: {mechanism: external}",
            "service_account: mechanism: external proves nothing without a certificate; add tls: {certificate_file: FILE, key_file: FILE}, or use ldapi:// addresses only."
        ),
        (
            "discover: {domain: example.org, scheme: ldap}",
            "discover: servers found under ldap would get passwords in clear text; say scheme: ldaps, or tls: {start_tls: true}, or allow_cleartext: true."
        ),
        (
            "discover: {domain: \"exa mple\"}",
            "discover.domain: Could not find the servers of “exa mple”: that is no domain name; give a domain such as example.org."
        ),
        ("discover: {}", "discover: the key 'domain' is missing; write for example domain: example.org"),
        ("pool: {binds: 0}", "pool.binds: expected a whole number from 1 to 1000, found '0'."),
        (
            "breaker: {first_delay: 1m}",
            "breaker.first_delay: maximum_delay is shorter than first_delay (30.0 seconds and 60.0 seconds); correct one of them."
        ),
    ])
    func aMistakeIsOneSentenceWithItsPlaceAndARemedy(_ line: String, _ sentence: String) throws {
        let found = try problems(["servers: ldaps://ldap.example.org", line])
        #expect(found.first == "7: directories.corp.\(sentence)")
    }

    @Test func serversOrADomainMustBeNamed() throws {
        let found = try problems(["on_outage: next"])
        #expect(found.count == 1)
        #expect(found.first?.contains("the key 'servers' is missing") == true)
    }
}
