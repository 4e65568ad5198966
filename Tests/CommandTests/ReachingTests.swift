import TestSupport
import Testing

/// Logins over a socket and over TLS with certificates on both sides, where no password of a service account exists.
@Suite struct ReachingTests {
    private static let account = "cn=bridge,ou=services,dc=example,dc=org"

    /// The settings without the service account's password.
    private func configuration(_ settings: Settings, account: String) -> String {
        settings.text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
            line.contains("service_account:") ? "    service_account: \(account)" : String(line)
        }.joined(separator: "\n")
    }

    private func logsIn(_ site: Site) async throws {
        #expect(try await site.run("login", "alice", password: "alice-secret").status == 0)
        #expect(try await site.run("login", "alice", password: "not-alice").status == 3)
    }

    @Test func aSocketProvesTheServiceAccount() async throws {
        var options = Slapd.Options()
        options.socket = true
        options.global = [
            #"authz-regexp "gidNumber=[0-9]+\\+uidNumber=[0-9]+,cn=peercred,cn=external,cn=auth" "\#(Self.account)""#
        ]
        try await withSlapd(loading: .base(adding: person("alice")), options: options) { slapd async throws in
            let path = try #require(slapd.socketPath).replacing("/", with: "%2F")
            let settings = Settings(server: "ldapi://\(path)")
            try await Site.with(settings) { site async throws in
                try site.configure(configuration(settings, account: "{mechanism: external}"))
                try await logsIn(site)
            }
        }
    }

    @Test func aCertificateProvesTheServiceAccountAndAFolderTheServer() async throws {
        let certificates = try await Certificates.shared()
        var options = Slapd.Options()
        options.tls = true
        options.verifyClient = "demand"
        options.global = [#"authz-regexp ".*" "\#(Self.account)""#]
        try await withSlapd(loading: .base(adding: person("alice")), options: options) { slapd async throws in
            var settings = Settings(server: try #require(slapd.ldapsURI))
            settings.directory = [
                "tls: {ca_file: \(certificates.authority), certificate_file: \(certificates.certificate(.valid)), key_file: \(certificates.key(.valid))}"
            ]
            try await Site.with(settings) { site async throws in
                try site.configure(configuration(settings, account: "{mechanism: external}"))
                try await logsIn(site)
                try site.configure(
                    configuration(settings, account: "{mechanism: external}").replacing(
                        "certificate_file: \(certificates.certificate(.valid)), key_file: \(certificates.key(.valid))",
                        with: "minimum_version: \"1.2\""))
                let refused = try await site.run("login", "alice", password: "alice-secret")
                #expect(refused.status == 2)
            }
        }
    }
}
