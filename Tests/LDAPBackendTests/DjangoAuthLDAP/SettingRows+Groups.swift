import AuthCore
import LDAPBackend
import LDAPClient
import TestSupport

extension SettingRows {
    private typealias Directory = DjangoDirectory

    /// A kind of group, mirrored.
    private static func type(_ type: GroupType, nested: Bool, ldif: String = "", _ options: Slapd.Options = .init())
        -> Situation
    {
        Situation(
            configure: {
                $0.groups?.type = type
                $0.groups?.isNested = nested
                $0.mirrorPolicy.groups = .all
            }, options: options, ldif: ldif)
    }

    private static func mirrors(_ name: String, _ groups: Set<String>) -> [Step] {
        [.logIn(name, .comesIn), .groups(name, groups), .logInAgain(name)]
    }

    private static let direct: Set = ["active", "staff", "superusers"]
    private static let nested: Set = ["active", "staff", "superusers", "parent", "grandparent"]

    static let searches: [SettingRow] = [
        SettingRow(
            .searches, "LDAPSearch", #"LDAPSearch("ou=groups,…", SCOPE_SUBTREE)"#,
            note: "and the server does not show it",
            ours: "`base` and `filter`; `{username}` is put in as a value",
            difference:
                "The scope is always the subtree. A search that fails is an outage and never an empty answer, and one that is not complete takes nothing away.",
            Situation(options: withDatabase("access to dn.subtree=\"ou=groups,dc=example,dc=org\" by * none")),
            [.logIn("alice", .unavailable(.searchRefused)), .accounts([])]),
        SettingRow(
            .searches, "search_with_additional_terms", #"search.search_with_additional_terms({"sn": "Adams"})"#,
            ours: "`Filter.and([…, .equal(\"sn\", \"Adams\")])` of LDAPClient",
            .with {
                $0.users.method = .search(
                    base: try DistinguishedName(Company.people),
                    filter: try FilterTemplate("(&(uid={username})(sn=Adams))"))
            }, [.logIn("alice", .comesIn), .logIn("dreßler", .notFound)]),
        SettingRow(
            .searches, "search_with_additional_term_string", #"search.search_with_additional_term_string("(mail=*)")"#,
            ours: "`Filter(parsing:)` of LDAPClient",
            .with {
                $0.users.method = .search(
                    base: try DistinguishedName(Company.people),
                    filter: try FilterTemplate("(&(uid={username})(mail=*))"))
            }, [.logIn("alice", .comesIn), .logIn("dreßler", .notFound)]),
        SettingRow(
            .searches, "LDAPSearchUnion", #"LDAPSearchUnion(LDAPSearch("ou=people,…"), LDAPSearch("ou=elsewhere,…"))"#,
            ours: "`users: {base: [\"ou=people,…\", \"ou=elsewhere,…\"]}`",
            .with {
                $0.users.method = .search(
                    bases: [try DistinguishedName(Company.people), try DistinguishedName(Directory.elsewhere)],
                    filter: try FilterTemplate("(uid={username})"))
            }, [.logIn("alice", .comesIn), .logIn("carol", .comesIn), .logIn("nobody", .notFound)]),
        SettingRow(
            .searches, "LDAPSearchUnion", note: "of groups",
            ours: "`groups: {base: [\"ou=groups,…\", \"ou=other-groups,…\"]}`",
            .with {
                $0.groups?.bases.append(try DistinguishedName(Directory.otherGroups))
                $0.groups?.isNested = false
                $0.mirrorPolicy.groups = .all
            }, mirrors("alice", direct.union(["other"]))),
        SettingRow(
            .searches, "LDAPSearchUnion", note: "one part of which fails", ours: "`groups: {base: […]}`",
            difference:
                "The login is an outage, and nobody loses a group. Theirs takes a failing part for an empty one: it lets people pass `DENY_GROUP`, and removes groups.",
            .with {
                $0.groups?.bases.append(try DistinguishedName("ou=no-such-place,dc=example,dc=org"))
                $0.deny = Directory.dn("suspended")
            }, [.logIn("alice", .unavailable(.searchRefused)), .accounts([])]),
    ]

    static let groupTypes: [SettingRow] = [
        SettingRow(
            .groupTypes, "LDAPGroupType", #"LDAPGroupType(name_attr="description")"#, note: "and subclasses",
            ours:
                "`groups: {type: {object_class: …, member_attribute: …, name_attribute: description}}`; `GroupType` in Swift",
            difference:
                "A group whose name cannot be read is not mirrored, and reported; a `MirrorHook` can hide groups.",
            Situation(
                configure: {
                    $0.groups?.type.nameAttribute = "description"
                    $0.groups?.isNested = false
                    $0.mirrorPolicy.groups = .all
                },
                ldif: GroupSite.record(
                    Directory.group("described"),
                    [
                        "objectClass: groupOfNames", "cn: described", "description: The Choir",
                        "member: \(Directory.bob)",
                    ]
                )), mirrors("bob", ["The Choir"])),
        SettingRow(
            .groupTypes, "PosixGroupType", "PosixGroupType()", ours: "`groups: {type: posixGroup}`",
            difference:
                "Same; and somebody whose number or name the service account cannot read is in doubt: nothing is taken away, and no rule is decided by a group that may be missing.",
            type(.posixGroup, nested: false),
            mirrors("alice", ["primary", "unix"]) + mirrors("mallory", ["unix"]) + mirrors("bob", [])),
        SettingRow(
            .groupTypes, "MemberDNGroupType", #"MemberDNGroupType("member")"#,
            ours: "`groups: {type: {object_class: groupOfNames, member_attribute: member}, nested: false}`",
            difference: "The groups are searched once; no group is asked about by COMPARE.",
            type(GroupType(objectClass: "groupOfNames", memberAttribute: "member"), nested: false),
            mirrors("alice", direct)),
        SettingRow(
            .groupTypes, "NestedMemberDNGroupType", #"NestedMemberDNGroupType("member")"#,
            ours: "the same with `nested: true`, and `maximum_depth`",
            difference:
                "One search for each level, in batches, with a limit that is said when it is met; circles end. A group outside `base` ends a chain here too: name its base.",
            type(GroupType(objectClass: "groupOfNames", memberAttribute: "member"), nested: true),
            mirrors("alice", nested) + mirrors("mallory", ["suspended", "circle-a", "circle-b"])),
        SettingRow(
            .groupTypes, "GroupOfNamesType", "GroupOfNamesType()",
            ours: "`groups: {type: groupOfNames, nested: false}`",
            type(.groupOfNames, nested: false), mirrors("alice", direct)),
        SettingRow(
            .groupTypes, "NestedGroupOfNamesType", "NestedGroupOfNamesType()", ours: "`groups: {type: groupOfNames}`",
            type(.groupOfNames, nested: true), mirrors("alice", nested)),
        SettingRow(
            .groupTypes, "GroupOfUniqueNamesType", "GroupOfUniqueNamesType()",
            ours: "`groups: {type: groupOfUniqueNames, nested: false}`",
            difference: "A unique identifier behind a name (RFC 4517 section 3.3.21) is understood.",
            type(.groupOfUniqueNames, nested: false), mirrors("alice", ["unique"])),
        SettingRow(
            .groupTypes, "NestedGroupOfUniqueNamesType", "NestedGroupOfUniqueNamesType()",
            ours: "`groups: {type: groupOfUniqueNames}`", type(.groupOfUniqueNames, nested: true),
            mirrors("alice", ["unique", "unique-parent"])),
        SettingRow(
            .groupTypes, "ActiveDirectoryGroupType", "ActiveDirectoryGroupType()",
            ours: "`preset: active-directory`, `groups: {nested: false}`",
            difference:
                "The primary group (Domain Users) counts too; theirs never sees it. (Here on OpenLDAP with Microsoft's schema, which has no primary groups; the same is tested on Samba.)",
            type(microsoftGroup, nested: false, ldif: Directory.activeDirectory, Directory.microsoftSchema),
            mirrors("ada", ["ad-team"])),
        SettingRow(
            .groupTypes, "NestedActiveDirectoryGroupType", "NestedActiveDirectoryGroupType()",
            ours:
                "`preset: active-directory`; `groups: {strategy: tokenGroups}` or `inChain` to let the directory follow the nesting",
            difference: "Also from the primary group upwards.",
            type(microsoftGroup, nested: true, ldif: Directory.activeDirectory, Directory.microsoftSchema),
            mirrors("ada", ["ad-team", "ad-unit"])),
        SettingRow(
            .groupTypes, "OrganizationalRoleGroupType", "OrganizationalRoleGroupType()",
            ours: "`groups: {type: organizationalRole, nested: false}`", type(.organizationalRole, nested: false),
            mirrors("alice", ["role"])),
        SettingRow(
            .groupTypes, "NestedOrganizationalRoleGroupType", "NestedOrganizationalRoleGroupType()",
            ours: "`groups: {type: organizationalRole}`", type(.organizationalRole, nested: true),
            mirrors("alice", ["role", "role-parent"])),
    ]

    /// Active Directory's, without the primary group.
    private static var microsoftGroup: GroupType {
        var type = GroupType.activeDirectory
        type.primary = nil
        return type
    }

    private static func requiring(_ rule: Rule) -> Situation { .with { $0.require = rule } }

    static let queries: [SettingRow] = [
        SettingRow(
            .queries, "LDAPGroupQuery", #"LDAPGroupQuery("cn=staff,…")"#,
            ours: "`{dn: \"cn=staff,…\"}`, also `{name: …}`, `{id: …}`, `{pattern: …}`, `{attribute: …, equals: …}`",
            difference:
                "A rule goes on meaning the group that it meant first, when that is renamed and when another gets its name.",
            requiring(Directory.dn("staff")),
            [
                .logIn("alice", .comesIn), .rename(Directory.group("staff"), to: "cn=employees"),
                .logIn("alice", .comesIn),
            ]),
        SettingRow(
            .queries, "&", #"LDAPGroupQuery("cn=active…") & LDAPGroupQuery("cn=staff…")"#,
            ours: "`{all: [{dn: …}, {dn: …}]}`",
            requiring(.all([Directory.dn("active"), Directory.dn("staff")])),
            [.logIn("alice", .comesIn), .logIn("bob", .denied(.notInRequiredGroup))]),
        SettingRow(
            .queries, "|", #"LDAPGroupQuery("cn=active…") | LDAPGroupQuery("cn=gone…")"#,
            ours: "`{any: [{dn: …}, {dn: …}]}`",
            difference:
                "A group that is not there is unknown and not `false`: with `any` it keeps nobody in another group out, and lets nobody else in.",
            requiring(.any([Directory.dn("active"), .leaf(.dn(Directory.group("gone")))])),
            [.logIn("bob", .comesIn), .logIn("mallory", .denied(.ruleUnknown))]),
        SettingRow(
            .queries, "~", #"~LDAPGroupQuery("cn=staff…")"#, ours: "`{not: {dn: …}}`",
            requiring(.not(Directory.dn("staff"))),
            [.logIn("alice", .denied(.notInRequiredGroup)), .logIn("bob", .comesIn)]),
        SettingRow(
            .queries, "~", #"~LDAPGroupQuery("cn=gone…")"#, note: "which is not there",
            ours: "`{not: {dn: …}}`",
            difference:
                "`not` of what is unknown is unknown, and nobody is let in on a guess; theirs lets everybody in.",
            requiring(.not(.leaf(.dn(Directory.group("gone"))))),
            [.logIn("alice", .denied(.ruleUnknown))]),
        SettingRow(
            .queries, "resolve", "query.resolve(ldap_user)",
            ours: "`Rule.evaluate` in Swift; `dirbridge bind-test USER`",
            difference: "An empty list is found when the configuration is read; theirs is true for everybody.",
            requiring(.all([Directory.dn("staff"), .any([Directory.dn("active"), Directory.dn("suspended")])])),
            [.logIn("alice", .comesIn), .logIn("mallory", .denied(.notInRequiredGroup))]),
        SettingRow(
            .queries, "is_member_of", #"ldap_user._get_groups().is_member_of("CN=Staff, OU=Groups, …")"#,
            ours: "`LDAPBackend.memberships(of:)` in Swift",
            difference: "The same answer however the DN is spelled and whatever was asked before.",
            requiring(.leaf(.dn("CN=Staff , OU=Groups, DC=Example,DC=Org"))), [.logIn("alice", .comesIn)]),
    ]
}
