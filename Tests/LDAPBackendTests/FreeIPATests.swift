import AuthCore
import LDAPBackend
import LDAPClient
import TestSupport
import Testing

/// The tree of FreeIPA, as slapd can hold it: people twice, and groups of names that are no groups of people.
@Suite struct FreeIPATests {
    private static let schema = [
        "attributetype ( 2.16.840.1.113730.3.8.3.1 NAME 'ipaUniqueID' EQUALITY caseExactMatch "
            + "SYNTAX 1.3.6.1.4.1.1466.115.121.1.15 SINGLE-VALUE )",
        "objectclass ( 2.16.840.1.113730.3.8.4.5 NAME 'ipaObject' SUP top AUXILIARY MUST ipaUniqueID )",
        "objectclass ( 2.16.840.1.113730.3.8.4.4 NAME 'ipaUserGroup' SUP top AUXILIARY )",
    ]

    private static let entries = """
        dn: dc=example,dc=org
        objectClass: domain
        dc: example

        dn: ou=services,dc=example,dc=org
        objectClass: organizationalUnit
        ou: services

        dn: cn=bridge,ou=services,dc=example,dc=org
        objectClass: organizationalRole
        objectClass: simpleSecurityObject
        cn: bridge
        userPassword: bridge-secret

        dn: ou=accounts,dc=example,dc=org
        objectClass: organizationalUnit
        ou: accounts

        dn: uid=alice,ou=accounts,dc=example,dc=org
        objectClass: inetOrgPerson
        objectClass: ipaObject
        uid: alice
        cn: Alice
        sn: Alder
        givenName: Alice
        ipaUniqueID: 5f1c9b3e-0000-11ee-8000-000000000001
        userPassword: alice-secret

        dn: cn=staff,ou=accounts,dc=example,dc=org
        objectClass: groupOfNames
        objectClass: ipaUserGroup
        objectClass: ipaObject
        cn: staff
        ipaUniqueID: 5f1c9b3e-0000-11ee-8000-000000000002
        member: uid=alice,ou=accounts,dc=example,dc=org

        dn: cn=helpdesk role,ou=accounts,dc=example,dc=org
        objectClass: groupOfNames
        objectClass: ipaObject
        cn: helpdesk role
        ipaUniqueID: 5f1c9b3e-0000-11ee-8000-000000000003
        member: uid=alice,ou=accounts,dc=example,dc=org

        dn: ou=compat,dc=example,dc=org
        objectClass: organizationalUnit
        ou: compat

        dn: uid=alice,ou=compat,dc=example,dc=org
        objectClass: account
        uid: alice
        """

    @Test func somebodyIsFoundOnceAndRolesAreNoGroups() async throws {
        var options = Slapd.Options()
        options.global = Self.schema
        try await withSlapd(loading: .ldif(Self.entries), options: options) { try await logIn(on: $0) }
    }

    private func logIn(on slapd: Slapd) async throws {
        let suffix = try DistinguishedName("dc=example,dc=org")
        let preset = DirectoryPreset.freeipa
        try await Company.on(
            slapd,
            adjust: {
                $0.users = UserSearch(
                    .search(base: suffix, filter: try FilterTemplate(preset.filter(username: "uid"))),
                    idAttribute: preset.idAttribute)
                $0.groups = GroupSearch(base: suffix, type: preset.groupType)
            }
        ) { company async throws in
            let report = await company.logIn("alice")
            let user = try #require(report.outcome.user, "\(report.outcome), \(report.explanation ?? "")")
            #expect(report.external?.link.id == "5f1c9b3e-0000-11ee-8000-000000000001")
            #expect(try await company.store.groups(of: user.id).map(\.name) == ["staff"])
        }
    }
}
