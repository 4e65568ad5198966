import AuthCore
import DirectoryBridge
import LDAPBackend
import LDAPClient
import Testing

/// Groups, attributes and account state, as a configuration describes them.
@Suite struct MappingConfigurationTests {
    private static func parse(_ lines: [String]) throws(InvalidConfiguration) -> LDAPBackendConfiguration? {
        let text =
            """
            database: sqlite:accounts.db
            chain: [corp]
            directories:
              corp:
                servers: ldaps://ldap.example.org

            """ + lines.map { "    \($0)\n" }.joined()
        return try Configuration.parse(text, file: "/etc/bridge.yaml").directories.first?.backend
    }

    private static let users = "users: {base: \"ou=people,dc=example,dc=org\"}"

    @Test func kindsOfGroupsAreRead() throws {
        func type(_ text: String) throws -> GroupType? {
            try Self.parse([Self.users, "groups: {base: dc=example, type: \(text)}"])?.groups?.type
        }
        #expect(try type("posixGroup") == .posixGroup)
        #expect(try type("groupOfUniqueNames") == .groupOfUniqueNames)
        #expect(try type("organizationalRole") == .organizationalRole)
        #expect(
            try type(
                "{object_class: crew, member_attribute: sailor, member: username, username_attribute: nick, name_attribute: ship, primary: gidNumber}"
            )
                == GroupType(
                    objectClass: "crew", memberAttribute: "sailor", memberForm: .value(of: "nick"),
                    primary: .groupNumber, nameAttribute: "ship"))
    }

    @Test func strategiesAndNamesOfGroupsAreRead() throws {
        let backend = try #require(
            try Self.parse([
                Self.users,
                "groups: {base: [dc=a, dc=b], strategy: memberOf, member_of_attribute: isMemberOf, maximum_depth: 7, names: {prefix: \"x-\", case: lower, table: {Staff: Employees}, pattern: \"^App-(.*)$\", replacement: \"$1\"}}",
            ]))
        let groups = try #require(backend.groups)
        #expect(groups.bases.map(\.description) == ["dc=a", "dc=b"])
        #expect(groups.strategy == .memberOf(attribute: "isMemberOf"))
        #expect(groups.maximumDepth == 7)
        #expect(backend.groupNaming.localName("App-Payroll", dn: nil) == "x-payroll")
    }

    @Test func rulesForAttributesAreRead() throws {
        let map = try #require(
            try Self.parse([
                "users:", "  base: dc=example",
                "  attributes: {first_name: \"{givenName} {initials?}\", email: {attribute: mail, when_missing: keep}}",
                "  profile: {phones: {attribute: telephoneNumber, values: joined, separator: \"; \"}, since: {attribute: memberSince, type: date}}",
            ])?.attributes)
        #expect(map.fields[.firstName] == .template(try AttributeTemplate("{givenName} {initials?}")))
        #expect(map.fields[.email] == AttributeRule(.attribute("mail"), whenMissing: .keep))
        #expect(map.profile["phones"] == AttributeRule(.attribute("telephoneNumber"), values: .joined(separator: "; ")))
        #expect(map.profile["since"] == AttributeRule(.attribute("memberSince"), type: .date))
    }

    @Test func accountStateIsRead() throws {
        func policy(_ lines: String...) throws -> AccountStatePolicy? {
            try Self.parse([Self.users] + lines)?.accountState
        }
        #expect(try policy()?.dialects == .auto)
        #expect(try policy("account_state: none")?.dialects == .only([]))
        let some = try policy("account_state: [openldap, shadow]", "lockout_duration: 15m", "expiry_warning: 7d")
        #expect(
            some
                == AccountStatePolicy(
                    dialects: .only([.openLDAP, .shadow]), lockoutDuration: .seconds(900),
                    warningPeriod: .seconds(604_800)))
    }

    @Test func aPresetSaysWhatIsNotSaid() throws {
        let backend = try #require(
            try Self.parse(["preset: active-directory", Self.users, "groups: {base: dc=example}"]))
        #expect(backend.users.idAttribute == "objectGUID")
        #expect(backend.attributes.username == "sAMAccountName")
        #expect(backend.groups?.type == .activeDirectory)
    }

    @Test(arguments: [
        (
            "groups: {base: []}",
            "groups.base: the list is empty; name at least one base, like ou=groups,dc=example,dc=org."
        ),
        (
            "groups: {base: dc=a, type: posixGroup, strategy: memberOf}",
            "groups: groups: strategy memberOf needs groups that name their members by DN, which posixGroup does not; use search."
        ),
        (
            "groups: {base: dc=a, member_of_attribute: x}",
            "groups.member_of_attribute: it goes with strategy: memberOf; say that, or remove it."
        ),
        (
            "groups: {base: dc=a, names: {pattern: x}}",
            "groups.names.pattern: a pattern needs a replacement; add replacement."
        ),
        (
            "account_state: shade",
            "account_state: 'shade' is not one of auto, none, openldap, active-directory, 389ds, freeipa, shadow. Did you mean 'shadow'?"
        ),
    ])
    func aMistakeIsOneSentenceWithItsPlaceAndARemedy(_ line: String, _ sentence: String) {
        var found: [String] = []
        do throws(InvalidConfiguration) {
            _ = try Self.parse([Self.users, line])
        } catch {
            found = error.problems.map(\.description)
        }
        #expect(found == ["/etc/bridge.yaml:7: directories.corp.\(sentence)"])
    }

    @Test func aMistakeInAnAttributeIsPointedAt() {
        var found: [String] = []
        do throws(InvalidConfiguration) {
            _ = try Self.parse([
                "users:", "  base: dc=example",
                "  profile: {a: {attribute: x, template: \"{y}\"}, b: {attribute: x, separator: \",\"}}",
            ])
        } catch {
            found = error.problems.map(\.description)
        }
        #expect(
            found == [
                "/etc/bridge.yaml:8: directories.corp.users.profile.a: give attribute: NAME or template: TEXT, one of the two.",
                "/etc/bridge.yaml:8: directories.corp.users.profile.b.separator: a separator goes with values: joined; say that, or remove it.",
            ])
    }
}
