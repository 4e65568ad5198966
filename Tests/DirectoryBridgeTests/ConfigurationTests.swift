import AuthCore
import DirectoryBridge
import Foundation
import LDAPBackend
import LDAPClient
import TestSupport
import Testing

@Suite struct ConfigurationTests {
    private static let complete = """
        database: sqlite:accounts.db
        chain: [corp, local]
        login_deadline: 8s
        passwords: {iterations: 5000}
        directories:
          corp:
            preset: openldap
            servers: ["ldaps://ldap1.example.org", "ldaps://ldap2.example.org:1636"]
            backup_servers: ["ldaps://[::1]"]
            tls: {minimum_version: "1.3"}
            service_account: {dn: "cn=bridge,ou=services,dc=example,dc=org", password_env: PATH}
            timeouts: {connect: 500ms, operation: 2s}
            on_outage: stop
            adopt: unusable
            new_users: refuse
            users:
              base: ou=people,dc=example,dc=org
              filter: (&(objectClass=inetOrgPerson)(uid={username}))
              attributes: {username: cn, email: rfc822Mailbox}
              profile: {department: departmentNumber}
              require: {any: [staff, {dn: "cn=x,ou=groups,dc=example,dc=org"}, {not: {id: abc}}]}
              deny: {all: [{pattern: "sus*"}, {attribute: title, equals: CEO}]}
            groups:
              base: ou=groups,dc=example,dc=org
              type: groupOfNames
              nested: false
              mirror: {only: [staff, payroll]}
            permissions:
              - {group: payroll, grant: [payroll.view_payslip, payroll.change_payslip]}
            flags: {is_staff: {id: abc}, is_superuser: {dn: "cn=admins,ou=groups,dc=example,dc=org"}, is_active: staff}
        """

    private func problems(_ text: String) -> [String] {
        do throws(InvalidConfiguration) {
            _ = try Configuration.parse(text, file: "/etc/bridge.yaml")
            return []
        } catch {
            return error.problems.map(\.description)
        }
    }

    /// The complete example with one line replaced.
    private func replacing(_ line: String, with other: String) -> String {
        #expect(Self.complete.contains(line))
        return Self.complete.replacing(line, with: other)
    }

    @Test func everyKeyIsRead() throws {
        let configuration = try Configuration.parse(Self.complete, file: "/etc/dirbridge/bridge.yaml")
        #expect(configuration.databasePath == "/etc/dirbridge/accounts.db")
        #expect(configuration.chain == ["corp", "local"])
        #expect(configuration.loginDeadline == .seconds(8))
        #expect(configuration.passwords.iterations == 5000)
        let directory = try #require(configuration.directories.first)
        #expect(
            directory.client.servers.map(\.description) == [
                "ldaps://ldap1.example.org:636", "ldaps://ldap2.example.org:1636",
            ])
        #expect(directory.client.backupServers.map(\.host) == ["::1"])
        #expect(directory.client.connection.tls.minimumVersion == .v1_3)
        #expect(
            directory.client.connection.timeouts == LDAPTimeouts(connect: .milliseconds(500), operation: .seconds(2)))
        #expect(try directory.client.serviceAccount?.password().isEmpty == false)
        let backend = try #require(directory.backend)
        #expect(backend.onOutage == .stop)
        #expect(
            backend.mirrorPolicy
                == MirrorPolicy(adopt: .unusable, newUsers: .refuse, groups: .only(["staff", "payroll"])))
        #expect(backend.attributes.username == "cn")
        #expect(backend.attributes.fields == [.firstName: "givenName", .lastName: "sn", .email: "rfc822Mailbox"])
        #expect(backend.attributes.profile == ["department": "departmentNumber"])
        #expect(
            backend.require
                == .any([
                    .leaf(.name("staff")), .leaf(.dn("cn=x,ou=groups,dc=example,dc=org")), .not(.leaf(.id("abc"))),
                ]))
        #expect(backend.deny == .all([.leaf(.pattern("sus*")), .leaf(.attribute("title", equals: "CEO"))]))
        #expect(backend.groups?.isNested == false)
        #expect(
            backend.flags
                == [
                    .isStaff: .leaf(.id("abc")), .isSuperuser: .leaf(.dn("cn=admins,ou=groups,dc=example,dc=org")),
                    .isActive: .leaf(.name("staff")),
                ])
        #expect(backend.permissions.map(\.grant.count) == [2])
        #expect(directory.ruleLocations[.name("payroll")]?.line == 29)
        #expect(configuration.grantedPermissions.map(\.location.line) == [29, 29])
    }

    @Test func theSmallestConfigurationHasSafeDefaults() throws {
        let configuration = try Configuration.parse(
            """
            database: sqlite:/var/lib/accounts.db
            chain: [corp]
            directories:
              corp: {servers: ["ldaps://ldap"], users: {base: "dc=example"}}
            """, file: "x.yaml")
        #expect(configuration.loginDeadline == .seconds(10))
        #expect(configuration.passwords.iterations == 1_500_000)
        let directory = try #require(configuration.directories.first)
        #expect(!directory.client.connection.allowCleartext && !directory.client.connection.tls.startTLS)
        #expect(directory.client.connection.tls == LDAPTLSOptions())
        #expect(directory.backend?.mirrorPolicy == MirrorPolicy())
        guard case .search(_, let filter) = directory.backend?.users.method else {
            Issue.record("no search")
            return
        }
        #expect(filter.description == "(uid={username})")
    }

    @Test(arguments: [
        ("login_deadline: 8s", "login_deadlin: 8s", ":3: unknown key 'login_deadlin'; did you mean 'login_deadline'?"),
        (
            "login_deadline: 8s", "login_deadline: 8",
            ":3: login_deadline: expected a duration such as 500ms, 10s or 15m, found '8'; say the unit."
        ),
        ("login_deadline: 8s", "login_deadline: 0s", ":3: login_deadline: expected a duration"),
        ("login_deadline: 8s", "login_deadline: {a: b}", ":3: login_deadline: expected text, found keys and values."),
        ("login_deadline: 8s", "chain: [corp]", "given twice"),
        (
            "chain: [corp, local]", "chain: [crop, local]",
            ":2: chain[0]: there is no directory 'crop'; did you mean 'corp'?"
        ),
        ("chain: [corp, local]", "chain: []", ":2: chain: the chain is empty"),
        ("chain: [corp, local]", "chain: [corp, corp]", "in the chain twice"),
        ("chain: [corp, local]", "chain: corp", ":2: chain: expected a list, found plain text."),
        ("database: sqlite:accounts.db", "database: accounts.db", ":1: database: expected sqlite:FILE"),
        ("iterations: 5000", "iterations: many", ":4: passwords.iterations: expected a whole number"),
        ("iterations: 5000", "algorithm: md5", ":4: passwords.algorithm: 'md5' is not one of pbkdf2_sha256, scrypt"),
        (
            "iterations: 5000", "iterations: 5, algorithm: scrypt",
            ":4: passwords.iterations: 'scrypt' has no iterations"
        ),
        ("iterations: 5000", "validators: djang", ":4: passwords.validators: 'djang' is not one of django, none."),
        ("iterations: 5000", "validators: {similarity: 7}", "expected a number from 0.1 to 1, found '7'."),
        (
            "iterations: 5000", "validators: {common_passwords_file: /nowhere/list}",
            ":4: passwords.validators.common_passwords_file: there is no file /nowhere/list"
        ),
        ("login_deadline: 8s", "throttling: never", ":3: throttling: 'never' is not one of on, off."),
        ("login_deadline: 8s", "throttling: {address: {failures: 0}}", "expected a whole number from 1 to 10000"),
        ("login_deadline: 8s", "throttling: {address: {refill: 2d}}", ":3: throttling.address.refill: expected 1d"),
        ("login_deadline: 8s", "sessions: {idle: 1m}", ":3: sessions.idle: expected 2m or more"),
        ("login_deadline: 8s", "secret_key_file: /nowhere/key", ":3: secret_key_file: there is no file /nowhere/key"),
        ("login_deadline: 8s", "secret_key_fallback_files: [old]", "there are former keys and no present one"),
        ("preset: openldap", "preset: opendlap", "Did you mean 'openldap'?"),
        ("ldaps://ldap1.example.org", "ldap://ldap1.example.org", "would carry passwords in clear text"),
        ("ldaps://ldap1.example.org", "http://ldap1.example.org", ":8: "),
        ("{minimum_version: \"1.3\"}", "{minimum_version: \"1.1\"}", "'1.1' is not one of 1.2, 1.3."),
        (
            "{minimum_version: \"1.3\"}", "{ca_file: /nowhere/ca.pem}",
            ":10: directories.corp.tls.ca_file: there is no file /nowhere/ca.pem"
        ),
        (
            "password_env: PATH", "password_file: /nowhere/secret",
            "there is no file /nowhere/secret; create it, or correct the path."
        ),
        (
            "password_env: PATH", "password_env: NO_SUCH_VARIABLE",
            "the environment variable NO_SUCH_VARIABLE is not set"
        ),
        (", password_env: PATH", "", "say where the password is"),
        ("nested: false", "nested: no", "expected true or false, found 'no'."),
        ("on_outage: stop", "on_outage: halt", "'halt' is not one of next, stop."),
        ("filter: (&(objectClass=inetOrgPerson)(uid={username}))", "filter: (uid=alice)", "does not hold {username}"),
        ("filter: (&(objectClass=inetOrgPerson)(uid={username}))", "filter: (uid={user})", "{user} stands for nothing"),
        ("filter: (&(objectClass=inetOrgPerson)(uid={username}))", "filter: (&(uid={username})", ":18: "),
        ("base: ou=people,dc=example,dc=org", "base: people", ":17: directories.corp.users.base: "),
        ("username: cn", "username: \"c n\"", "'c n' is not an attribute's name."),
        ("{not: {id: abc}}", "{not: {id: abc}, name: x}", "expected exactly one of"),
        ("{any: [staff, ", "{any: [], all: [staff, ", "expected exactly one of"),
        ("deny: {all: [{pattern: \"sus*\"}, {attribute: title, equals: CEO}]}", "deny: {all: []}", "the list is empty"),
        ("equals: CEO", "equal: CEO", "unknown key 'equal'"),
        ("deny: {all:", "deny: ~ #", "directories.corp.users.deny: expected text, found nothing."),
        (
            "new_users: refuse", "new_users: &x refuse",
            ":15: anchors (&) and aliases (*) are not read; write the value out."
        ),
        (
            "{dn: \"cn=x,ou=groups,dc=example,dc=org\"}", "{dn: \"not a dn\"}",
            ":21: directories.corp.users.require.any[1].dn: Could not read the DN"
        ),
        ("{dn: \"cn=x,ou=groups", "{dn: \"cn=x,ou=elsewhere", "is not below groups: base, ou=groups,dc=example,dc=org"),
        ("attribute: title", "attribute: \"ti tle\"", "'ti tle' is not an attribute's name."),
        ("username: cn", "username: \";\"", "';' is not an attribute's name."),
        ("tls: {", "tls: {start_tls: true, ", "is encrypted from the beginning"),
        (
            "{is_staff: {id: abc}", "{is_staff: staff",
            ":30: directories.corp.flags.is_staff: group 'staff' may be taken"
        ),
        ("{is_staff: {id: abc}", "{is_admin: {id: abc}", "unknown key 'is_admin'"),
        ("mirror: {only: [staff, payroll]}", "mirror: some", "'some' is not one of none, all."),
        (
            "grant: [payroll.view_payslip, payroll.change_payslip]", "grant: payroll",
            "is not of the form app_label.codename"
        ),
    ])
    func aMistakeIsOneSentenceWithItsLine(_ line: String, _ mistake: String, _ expected: String) {
        let found = problems(replacing(line, with: mistake))
        #expect(found.contains { $0.contains(expected) && $0.hasPrefix("/etc/bridge.yaml:") }, "\(found)")
    }

    @Test func allMistakesAreReportedAtOnceInTheOrderOfTheFile() {
        var text = replacing("login_deadline: 8s", with: "login_deadline: soon")
        text = text.replacing("nested: false", with: "nested: maybe").replacing(
            "on_outage: stop", with: "on_outag: stop")
        let lines = problems(text).map { $0.split(separator: ":")[1] }
        #expect(lines == ["3", "13", "26"])
    }

    /// Read out in full, these thirty lines would be a thousand million values.
    @Test func aFewReferencesCannotFillTheMemory() {
        var lines = ["database: &a0 sqlite:x", "chain: [local]"]
        for level in 1...30 { lines.append("k\(level): &a\(level) [*a\(level - 1), *a\(level - 1)]") }
        #expect(problems(lines.joined(separator: "\n")).first?.contains("anchors (&) and aliases (*)") == true)
    }

    @Test func whatIsNoConfigurationSaysSo() {
        #expect(problems("") == ["/etc/bridge.yaml: the file is empty; the README has an example."])
        #expect(problems("a: [b").first?.hasPrefix("/etc/bridge.yaml:") == true)
        #expect(problems("- a").first?.contains("expected keys and values") == true)
        #expect(throws: InvalidConfiguration.self) { try Configuration.load(file: "/nowhere/bridge.yaml") }
    }

    @Test func groupsThatRulesNameMustBeDescribed() {
        let text = Self.complete.components(separatedBy: "    groups:")[0]
        #expect(problems(text).contains { $0.contains("groups are not described") })
    }

    @Test func aSecretIsReadWithoutItsNewlineAndNeverShown() async throws {
        try await withTemporaryFolder { folder in
            try "s3cret\n".write(toFile: folder + "/secret", atomically: true, encoding: .utf8)
            let text = replacing("password_env: PATH", with: "password_file: secret")
            let configuration = try Configuration.parse(text, file: folder + "/bridge.yaml")
            let account = try #require(configuration.directories.first?.client.serviceAccount)
            #expect(try account.password() == Array("s3cret".utf8))
            try "rotated".write(toFile: folder + "/secret", atomically: true, encoding: .utf8)
            #expect(try account.password() == Array("rotated".utf8))
            var dumped = ""
            dump(configuration, to: &dumped)
            #expect(!dumped.contains("rotated") && !dumped.contains("s3cret"))
            // Without a password the service account would be nobody, to servers that allow it (RFC 4513, 5.1.2).
            try "\n".write(toFile: folder + "/secret", atomically: true, encoding: .utf8)
            #expect(throws: (any Error).self) { try account.password() }
            #expect(throws: InvalidConfiguration.self) { try Configuration.parse(text, file: folder + "/bridge.yaml") }
        }
    }
}
