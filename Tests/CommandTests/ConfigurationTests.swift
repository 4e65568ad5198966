import Foundation
import TestSupport
import Testing

@Suite struct ConfigurationTests {
    /// Checks that every command that needs the configuration refuses it with the same words, and writes nothing.
    /// - Returns: The lines they say, without the path of the file.
    private func refusals(_ site: Site) async throws -> [String] {
        let before = try site.files().keys
        let check = try await site.run("config", "check")
        let login = try await site.run("login", "alice", password: "alice-secret")
        let bindTest = try await site.run("bind-test", "alice", password: "alice-secret")
        for result in [check, login, bindTest] {
            #expect(result.status == 2)
            #expect(result.output == "")
            #expect(result.errors == check.errors)
        }
        #expect(try site.files().keys == before)
        #expect(!site.databaseExists)
        return check.errors.split(separator: "\n").map { String($0).replacing(site.configuration, with: "FILE") }
    }

    /// Refusals of a correct configuration in which one part is replaced.
    private func refusals(replacing part: String, with replacement: String) async throws -> [String] {
        let text = Settings(server: try await Site.company.server().uri).text
        #expect(text.contains(part))
        var lines: [String] = []
        try await Site.withCompany { site async throws in
            try site.configure(text.replacing(part, with: replacement))
            lines = try await refusals(site).map {
                $0.replacing(site.folder, with: "FOLDER").replacing(#/ldap://[a-z0-9.]+:[0-9]+/#, with: "SERVER")
            }
        }
        return lines
    }

    @Test(arguments: [
        ("login_deadline", "login_deadlin", "FILE:3: unknown key 'login_deadlin'; did you mean 'login_deadline'?"),
        (
            "120s", "4",
            "FILE:3: login_deadline: expected a duration such as 500ms, 10s or 15m, found '4'; say the unit."
        ),
        (
            "{iterations: 1000, validators: none}", "fast",
            "FILE:4: passwords: expected keys and values, found plain text."
        ),
        (
            "bind.password", "absent.password",
            "FILE:8: directories.corp.service_account.password_file: there is no file FOLDER/absent.password; create it, or correct the path."
        ),
        (
            "password_file: bind.password", "password_env: ABSENT_VARIABLE",
            "FILE:8: directories.corp.service_account.password_env: the environment variable ABSENT_VARIABLE is not set, or empty; set it to the secret."
        ),
        (
            "password_file: bind.password", "password_file: .",
            "FILE:8: directories.corp.service_account.password_file: the file FOLDER cannot be read; give the user that runs this the right to read it."
        ),
        (
            "chain: [corp, local]", "chain: [corp, local]\nchain: [local]",
            "FILE:2: the key 'chain' is given twice; remove one."
        ),
        ("[corp, local]", "[crop, local]", "FILE:2: chain[0]: there is no directory 'crop'; did you mean 'corp'?"),
        (
            "ldap://127.0.0.1", "ldap://ldap.example.org",
            "FILE:7: directories.corp.servers[0]: SERVER would carry passwords in clear text; use ldaps://, or tls: {start_tls: true}, or say allow_cleartext: true."
        ),
        (
            "sqlite:accounts.db", "[",
            "FILE:3: this is not YAML: while parsing a flow sequence did not find expected ',' or ']'."
        ),
        (
            "{username}", "alice",
            "FILE:15: directories.corp.users.filter: the filter does not hold {username}, so it would find the same entries for everybody; write for example (uid={username})."
        ),
        (
            "{dn: \"cn=bridge,ou=services,dc=example,dc=org\", password_file: bind.password}", "bridge-secret",
            "FILE:8: directories.corp.service_account: expected keys and values, found plain text."
        ),
    ])
    func aMistakeIsOneSentenceWithItsLineAndARemedy(
        _ part: String, _ replacement: String, _ sentence: String
    ) async throws {
        let lines = try await refusals(replacing: part, with: replacement)
        #expect(lines == [sentence])
    }

    @Test func whatIsShownIsWhatWasUnderstoodWithoutSecrets() async throws {
        try await Site.withCompany {
            $0.addCompanyRules()
        } _: { site async throws in
            // That the service account's password does not stand in it is looked at for every run.
            let shown = try await site.run("config", "show")
            #expect(shown.status == 0)
            for line in [
                "directories.corp.users.filter", "directories.corp.users.id", "password (hidden)",
                "any of (group 'staff', group 'contractors')",
                "passwords.iterations",
            ] { #expect(shown.output.contains(line)) }
            #expect(!site.databaseExists)
        }
    }

    @Test func whatADirectoryTurnsOutToBeIsShown() async throws {
        let slapd = try await Site.company.server()
        try await Site.with(Settings(server: slapd.uri)) { site async throws in
            func show(_ uri: String) async throws -> String {
                try site.configure(
                    """
                    database: sqlite:accounts.db
                    chain: [corp, local]
                    directories:
                      corp:
                        preset: auto
                        servers: ["\(uri)"]
                        allow_cleartext: true
                        service_account: {dn: "\(slapd.serviceDN)", password_file: bind.password}
                        users: {base: "ou=people,dc=example,dc=org"}
                    """)
                let shown = try await site.run("config", "show")
                #expect(shown.status == 0, "\(shown.errors)")
                return shown.output
            }
            let known = try await show(slapd.uri)
            #expect(known.contains("auto: openldap, by the object class OpenLDAProotDSE"))
            #expect(known.contains("(uid={username})") && !known.contains("sAMAccountName"))
            let unknown = try await show("ldap://127.0.0.1:1")
            #expect(unknown.contains("auto: not known yet."))
            #expect(unknown.contains("objectGUID (active-directory)") && unknown.contains("entryUUID (openldap)"))
        }
    }

    /// What only the database and the directory can tell is said with the rest.
    @Test func mistakesOfEveryKindAreReportedAtOnce() async throws {
        let slapd = try await Site.company.server()
        try await Site.with(Settings(server: slapd.uri)) { site async throws in
            try site.configure(
                """
                database: sqlite:accounts.db
                chain: [corp, local]
                login_deadlin: 5s
                passwords: {iterations: many}
                directories:
                  corp:
                    servers: ["\(slapd.uri)"]
                    service_account: {dn: "cn=bridge,ou=services,dc=example,dc=org", password_file: bind.password}
                    users: {base: "ou=people,dc=example,dc=org", require: stuff}
                    groups: {base: "ou=groups,dc=example,dc=org"}
                    permissions:
                      - {group: payroll, grant: payroll.see_payslip}
                  partners:
                    servers: ["ldaps://ldap.example.org"]
                    service_account: {dn: "cn=x,dc=example", password_file: missing.password}
                    users: {base: "dc=example"}
                """)
            let lines = try await refusals(site)
            #expect(
                lines.map { $0.prefix(while: { $0 != " " }) } == [
                    "FILE:3:", "FILE:4:", "FILE:9:", "FILE:12:", "FILE:15:",
                ])
            #expect(lines[2].contains("There is no group 'stuff'"))
            #expect(lines[3].contains("dirbridge permission register payroll.see_payslip"))
            #expect(!site.databaseExists)
        }
    }

    @Test func allMistakesAreReportedAtOnce() async throws {
        try await Site.with(Settings(server: "ldap://127.0.0.1:1")) { site async throws in
            try site.configure(
                """
                database: postgres:accounts
                chain: [corp, local, corp]
                login_deadline: soon
                directories:
                  corp:
                    servers: [ldapx://ldap.example.org]
                    on_outage: never
                    users:
                      base: people
                """)
            let lines = try await refusals(site)
            #expect(
                lines == [
                    "FILE:1: database: expected sqlite:FILE, found 'postgres:accounts'.",
                    "FILE:2: chain[2]: 'corp' is in the chain twice; remove one.",
                    "FILE:3: login_deadline: expected a duration such as 500ms, 10s or 15m, found 'soon'.",
                    "FILE:6: directories.corp.servers[0]: Could not read the server address “ldapx://ldap.example.org”: it starts with none of ldap://, ldaps:// and ldapi://; write it as ldaps://host, ldap://host:port or ldapi://%2Fpath%2Fto%2Fsocket.",
                    "FILE:7: directories.corp.on_outage: 'never' is not one of next, stop.",
                    "FILE:9: directories.corp.users.base: Could not read the DN “people”: expected an attribute type and “=” (at offset 0); correct the DN (RFC 4514).",
                ])
        }
    }

    @Test func aFileThatIsMissingOrAFolderIsRefused() async throws {
        try await Site.with(Settings(server: "ldap://127.0.0.1:1")) { site async throws in
            for (file, reason) in [
                ("\(site.folder)/absent.yaml", "there is no such file"), (site.folder, "it cannot be read"),
            ] {
                for command in [["config", "check"], ["login", "alice", "--password-stdin"], ["user", "list"]] {
                    let result = try await runProcess(builtProduct("dirbridge"), command + ["--config", file])
                    #expect(result.status == 2)
                    #expect(
                        result.errors
                            == "\(file): \(reason); name the configuration with --config FILE or in DIRBRIDGE_CONFIG.\n"
                    )
                }
            }
        }
    }

    @Test func rulesThatNameNothingAndUnknownPermissionsAreMistakes() async throws {
        try await Site.withCompany {
            $0.users += ["require: {any: [staff, stuff]}", "deny: suspended"]
            $0.directory += ["permissions:", "  - {group: payroll, grant: [payroll.view_payslip, payroll.pay]}"]
        } _: { site async throws in
            let lines = try await refusals(site)
            #expect(
                lines == [
                    "FILE:17: directories.corp: There is no group 'stuff' in 'corp'. Correct the rule (did you mean 'staff'?), or create the group.",
                    "FILE:20: directories.corp: the permission payroll.pay is not registered; run: dirbridge permission register payroll.pay",
                    "FILE:20: directories.corp: the permission payroll.view_payslip is not registered; run: dirbridge permission register payroll.view_payslip",
                ])
        }
    }

    @Test func aMistakeInTheRulesIsFoundLaterButNoLoginDependsOnIt() async throws {
        // While the directory is down nobody can say whether a group exists; local accounts must get in all the same.
        try await Site.with(Settings(server: "ldap://127.0.0.1:1", users: ["require: staff"])) { site async throws in
            _ = try await site.run("user", "create", "rescue", password: "correct horse")
            let check = try await site.run("config", "check")
            #expect(check.status == 5)
            #expect(check.errors.contains("'corp' was not checked"))
            #expect(try await site.logIn("rescue", "correct horse").status == 0)
            #expect(try await site.run("config", "check", "--offline").status == 0)
        }
    }

    @Test func aSoundConfigurationIsConfirmed() async throws {
        try await Site.withCompany {
            $0.addCompanyRules()
        } _: { site async throws in
            _ = try await site.run("permission", "register", "payroll.view_payslip")
            let result = try await site.run("config", "check")
            #expect(result.status == 0)
            #expect(result.output == "\(site.configuration): no problems found.\n")
        }
    }

    @Test func aByteOrderMarkAndWindowsLineEndsAreNoMistake() async throws {
        let settings = Settings(server: "ldap://127.0.0.1:1")
        try await Site.with(settings) { site async throws in
            try site.configure("\u{FEFF}" + settings.text.replacing("\n", with: "\r\n"))
            let result = try await site.run("config", "check", "--offline")
            #expect(result.errors == "")
            #expect(result.status == 0)
        }
    }

    @Test func aSecretFromTheEnvironmentIsTaken() async throws {
        let text = Settings(server: try await Site.company.server().uri).text
        try await Site.withCompany { site async throws in
            try site.configure(text.replacing("password_file: bind.password", with: "password_env: BIND_PASSWORD"))
            let result = try await site.run(
                "login", "alice", password: "alice-secret", environment: ["BIND_PASSWORD": "bridge-secret"])
            #expect(result.status == 0)
        }
    }
}
