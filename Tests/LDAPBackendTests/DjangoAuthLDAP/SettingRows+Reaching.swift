import AuthCore
import LDAPBackend
import LDAPClient
import TestSupport

extension SettingRows {
    static let reaching: [SettingRow] = [
        SettingRow(
            .settings, "SERVER_URI", #""ldap://a ldap://b""#,
            ours: "`servers: [\"ldaps://a\", \"ldaps://b\"]`, `backup_servers`, `discover`",
            difference:
                "A server that accepts and says nothing is passed over too: each step has a time limit, and one that keeps failing is left alone for a while. A callable that looks at the request has no equivalent; describe a directory for each case.",
            Situation(reach: { configuration, slapd in
                let closed = try LDAPURL("ldap://127.0.0.1:1")
                configuration.servers = [closed, try LDAPURL(slapd.uri)]
            }), [.logIn("alice", .comesIn)]),
        SettingRow(
            .settings, "START_TLS", "True", ours: "`tls: {start_tls: true}`",
            difference:
                "Same, but a plain `ldap://` address of another machine is refused unless this is on or `allow_cleartext` says so. `ldaps://` and this together are found by `config check`.",
            Situation(
                reach: { configuration, _ in
                    configuration.connection.tls = LDAPTLSOptions(
                        caFile: try await Certificates.shared().authority, startTLS: true)
                }, options: withTLS), [.logIn("alice", .comesIn)]),
        SettingRow(
            .settings, "START_TLS", "True", note: "and the server has no TLS", ours: "`tls: {start_tls: true}`",
            difference: "An outage, `tlsFailed`, and not a failed login.",
            Situation(reach: { configuration, _ in configuration.connection.tls = LDAPTLSOptions(startTLS: true) }),
            [.logIn("alice", .unavailable(.tlsFailed)), .accounts([])]),
        SettingRow(
            .settings, "CONNECTION_OPTIONS", "{OPT_NETWORK_TIMEOUT: 3, OPT_TIMEOUT: 5, OPT_X_TLS_CACERTFILE: …}",
            ours: "`timeouts: {connect: 3s, operation: 5s}`, `tls: {ca_file: …}`, `pool`, `login_deadline`",
            difference:
                "Each option has a name of its own and a default that ends; referrals are never followed. Options by number have no equivalent.",
            Situation(reach: { configuration, _ in
                configuration.connection.timeouts = LDAPTimeouts(connect: .seconds(3), operation: .seconds(30))
            }), [.logIn("alice", .comesIn)]),
        SettingRow(
            .settings, "GLOBAL_OPTIONS", "{OPT_X_TLS_REQUIRE_CERT: OPT_X_TLS_NEVER}", ours: "none",
            difference:
                "Nothing is set for the whole process, and the environment and `ldaprc` have no say. Certificates are always verified; name their authority with `tls: {ca_file: …}`.",
            Situation(
                reach: { configuration, _ in configuration.connection.tls = LDAPTLSOptions(startTLS: true) },
                options: withTLS), [.logIn("alice", .unavailable(.tlsFailed))]),
        SettingRow(
            .settings, "BIND_DN", #""cn=bridge,ou=services,…""#,
            ours: "`service_account: {dn: …, password_file: …}`, or none for anonymous searches",
            [.logIn("alice", .comesIn)]),
        SettingRow(
            .settings, "BIND_DN", #""""#, ours: "no `service_account`",
            difference: "Same, and a directory that shows strangers nothing is not taken for one in which nobody is.",
            Situation(reach: { configuration, _ in configuration.serviceAccount = nil }),
            [.logIn("alice", .unavailable(.searchRefused)), .accounts([])]),
        SettingRow(
            .settings, "BIND_PASSWORD", #""wrong""#,
            ours: "`service_account: {password_file: …}` or `{password_env: …}`",
            difference:
                "An outage, `serviceBindRefused`, and not a failed login; also with a DN template, where theirs lets people in without their groups. The password is in a file or the environment, read when needed, and a refused one is not offered again until it changes.",
            Situation(reach: { configuration, _ in
                configuration.serviceAccount = ServiceAccount(
                    dn: try DistinguishedName("cn=bridge,ou=services,dc=example,dc=org"),
                    password: { Array("wrong".utf8) })
            }), [.logIn("alice", .unavailable(.serviceBindRefused)), .accounts([])]),
    ]

    static var withTLS: Slapd.Options {
        var options = Slapd.Options()
        options.tls = true
        return options
    }

    static func withDatabase(_ lines: String...) -> Slapd.Options {
        var options = Slapd.Options()
        options.database = lines
        return options
    }
}
