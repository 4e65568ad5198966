import DirectoryBridge
import LDAPBackend
import LDAPClient
import Testing

/// How people are found, and kept from being locked out.
@Suite struct PeopleConfigurationTests {
    private static func parse(_ users: [String], _ directory: [String] = []) throws(InvalidConfiguration)
        -> LDAPBackendConfiguration?
    {
        let text =
            """
            database: sqlite:accounts.db
            chain: [corp]
            directories:
              corp:
                servers: ldaps://ldap.example.org

            """ + directory.map { "    \($0)\n" }.joined() + "    users:\n" + users.map { "      \($0)\n" }.joined()
        return try Configuration.parse(text, file: "/etc/bridge.yaml").directories.first?.backend
    }

    @Test func autoReadsTheFileForEachKindOfDirectory() throws {
        let text = """
            database: sqlite:accounts.db
            chain: [corp]
            directories:
              corp:
                preset: auto
                servers: ldaps://ldap.example.org
                users: {base: "dc=example,dc=org"}
                groups: {base: "dc=example,dc=org"}
                permissions:
                  - {group: payroll, grant: [payroll.view_payslip]}
            """
        let configuration = try Configuration.parse(text, file: "/etc/bridge.yaml")
        let directory = try #require(configuration.directories.first)
        #expect(directory.preset == nil && directory.backend == nil)
        let ids = directory.backends.mapValues(\.users.idAttribute)
        #expect(
            ids == [
                .openldap: "entryUUID", .activeDirectory: "objectGUID", .directoryServer389: "nsUniqueId",
                .freeipa: "ipaUniqueID",
            ])
        #expect(directory.backends[.activeDirectory]?.groups?.type == .activeDirectory)
        #expect(configuration.grantedPermissions.count == 1)
        let mistaken = text.replacing("{group: payroll,", with: "{grop: payroll,")
        #expect {
            try Configuration.parse(mistaken, file: "/etc/bridge.yaml")
        } throws: { error in
            (error as? InvalidConfiguration)?.problems.filter { $0.message.contains("grop") }.count == 1
        }
    }

    @Test func basesRealmsAndAttemptsAreRead() throws {
        let backend = try #require(
            try Self.parse(
                [
                    "base: [\"ou=staff,dc=example,dc=org\", \"ou=guests,dc=example,dc=org\"]",
                    "filter: (|(uid={username})(mail={login}))",
                    "realm: {domains: CORP, suffixes: [corp.example.org], required: true}",
                ], ["attempts: {remember_refused: 1m, lockout: {threshold: 10, window: 30m}}"]))
        guard case .search(let bases, let filter) = backend.users.method else {
            Issue.record("no search")
            return
        }
        #expect(bases.map(\.description) == ["ou=staff,dc=example,dc=org", "ou=guests,dc=example,dc=org"])
        #expect(filter.placeholders == ["username", "login"])
        #expect(backend.users.realm == LoginRealm(domains: ["CORP"], suffixes: ["corp.example.org"], isRequired: true))
        #expect(backend.attempts.rememberRefusals == .seconds(60))
        #expect(backend.attempts.limit == LockoutLimit(threshold: 10, window: .seconds(1800)))
        let never = try Self.parse(["base: dc=example"], ["attempts: {remember_refused: never}"])
        #expect(never?.attempts == AttemptSettings(rememberRefusals: .zero))
    }

    @Test(arguments: [
        (
            "base: [\"dc=example,dc=org\", \"ou=people,DC=Example,dc=org\"]",
            "users.base[1]: ou=people,DC=Example,dc=org and dc=example,dc=org hold the same entries; name the upper one only."
        ),
        ("base: []", "users.base: the list is empty; name at least one base, like ou=people,dc=example,dc=org."),
        (
            "realm: {required: true}",
            "users.realm: a realm without domains and suffixes is nobody's; name some, like suffixes: [corp.example.org]."
        ),
        (
            "realm: {suffixes: [\"@example.org\"]}",
            "users.realm.suffixes: '@example.org' is no domain; write it without \\ and @, like CORP or corp.example.org."
        ),
        (
            "filter: (uid={user})",
            "users.filter: {user} stands for nothing; only {username} and {login} do."
        ),
    ])
    func aMistakeIsOneSentenceWithItsPlaceAndARemedy(_ line: String, _ sentence: String) throws {
        let users = line.hasPrefix("base:") ? [line] : ["base: dc=example,dc=org", line]
        var found: [String] = []
        do throws(InvalidConfiguration) {
            _ = try Self.parse(users)
        } catch {
            found = error.problems.map(\.description)
        }
        #expect(found == ["/etc/bridge.yaml:\(6 + users.count): directories.corp.\(sentence)"])
    }

    @Test func aThresholdOfOneIsRefused() throws {
        do throws(InvalidConfiguration) {
            _ = try Self.parse(["base: dc=example"], ["attempts: {lockout: {threshold: 1, window: 1m}}"])
            Issue.record("it was accepted")
        } catch {
            #expect(
                error.problems.map(\.description) == [
                    "/etc/bridge.yaml:6: directories.corp.attempts.lockout.threshold: expected a whole number from 2 to 1000, found '1'."
                ])
        }
    }
}
