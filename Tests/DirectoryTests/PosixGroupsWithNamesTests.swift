import AuthCore
import LDAPBackend
import TestSupport
import Testing

/// Groups that have a number and name their members by DN, as FreeIPA's and many of OpenLDAP's have
/// (draft-howard-rfc2307bis).
@Suite struct PosixGroupsWithNamesTests {
    /// The class `posixGroup` of RFC 2307 is structural, so that an entry of it cannot be a `groupOfNames` as well. Here it is auxiliary.
    private static let schema = """
        attributetype ( 1.3.6.1.1.1.1.3 NAME 'homeDirectory'
            EQUALITY caseExactIA5Match SYNTAX 1.3.6.1.4.1.1466.115.121.1.26 SINGLE-VALUE )
        attributetype ( 1.3.6.1.1.1.1.12 NAME 'memberUid'
            EQUALITY caseExactIA5Match SYNTAX 1.3.6.1.4.1.1466.115.121.1.26 )
        objectclass ( 1.3.6.1.1.1.2.0 NAME 'posixAccount' SUP top AUXILIARY
            MUST ( cn $ uid $ uidNumber $ gidNumber $ homeDirectory ) )
        objectclass ( 1.3.6.1.1.1.2.2 NAME 'posixGroup' SUP top AUXILIARY
            MUST gidNumber MAY memberUid )
        """

    private static let company = """
        dn: uid=pia,ou=people,dc=example,dc=org
        objectClass: inetOrgPerson
        objectClass: posixAccount
        uid: pia
        cn: Pia
        sn: Pia
        userPassword: pia-secret
        uidNumber: 1000
        gidNumber: 2000
        homeDirectory: /nonexistent

        dn: cn=pia,ou=groups,dc=example,dc=org
        objectClass: organizationalRole
        objectClass: posixGroup
        cn: pia
        gidNumber: 2000

        dn: cn=developers,ou=groups,dc=example,dc=org
        objectClass: groupOfNames
        objectClass: posixGroup
        cn: developers
        gidNumber: 2001
        member: uid=pia,ou=people,dc=example,dc=org

        dn: cn=builders,ou=groups,dc=example,dc=org
        objectClass: groupOfNames
        objectClass: posixGroup
        cn: builders
        gidNumber: 2002
        member: cn=developers,ou=groups,dc=example,dc=org

        dn: cn=owners,ou=groups,dc=example,dc=org
        objectClass: groupOfNames
        objectClass: posixGroup
        cn: owners
        gidNumber: 2004
        member: cn=pia,ou=groups,dc=example,dc=org

        dn: cn=others,ou=groups,dc=example,dc=org
        objectClass: groupOfNames
        objectClass: posixGroup
        cn: others
        gidNumber: 2003
        member: cn=nobody,dc=example,dc=org
        memberUid: pia

        dn: cn=unnumbered,ou=groups,dc=example,dc=org
        objectClass: groupOfNames
        cn: unnumbered
        member: uid=pia,ou=people,dc=example,dc=org

        """

    @Test func membersByNameThePrimaryGroupAndNestedOnesCountAndASyncAgrees() async throws {
        var options = Slapd.Options()
        options.tls = true
        options.posixSchema = Self.schema
        try await withSlapd(loading: .base(adding: Self.company), options: options) { slapd in
            try await Site.on(slapd, adjust: { $0.groups?.type = .posixGroupWithDNs }) { site async throws in
                let (pia, user) = try await site.enter("pia", "pia-secret")
                #expect(
                    Dictionary(uniqueKeysWithValues: pia.groups.map { ($0.name, $0.path) }) == [
                        "pia": .primary, "developers": .direct, "builders": .nested(["developers"]),
                        "owners": .nested(["pia"]),
                    ])
                #expect(pia.groupsAreComplete)
                #expect(try await site.groups(of: user) == ["pia", "developers", "builders", "owners"])
                #expect(try await site.groupIDsOfAScan()[pia.link.id] == Set(pia.groups.map(\.id)))
            }
        }
    }
}
