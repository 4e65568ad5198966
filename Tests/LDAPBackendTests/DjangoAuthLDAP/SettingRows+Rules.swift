import AuthCore
import LDAPBackend
import LDAPClient
import TestSupport

extension SettingRows {
    private typealias Directory = DjangoDirectory

    private static let ghost = Rule.leaf(.dn(Directory.group("no-such-group")))

    static let rules: [SettingRow] = [
        SettingRow(
            .settings, "REQUIRE_GROUP", #""cn=staff,ou=groups,…""#,
            ours: "`users: {require: {dn: \"cn=staff,ou=groups,…\"}}`",
            .with { $0.require = Directory.dn("staff") },
            [
                .logIn("alice", .comesIn), .logIn("bob", .denied(.notInRequiredGroup)),
                .logIn("bob", "wrong", .rejected(.wrongPassword)), .accounts(["alice"]),
            ]),
        SettingRow(
            .settings, "REQUIRE_GROUP", #"LDAPGroupQuery("cn=active…") & ~LDAPGroupQuery("cn=staff…")"#,
            ours: "`users: {require: {all: [{dn: …}, {not: {dn: …}}]}}`",
            .with { $0.require = .all([Directory.dn("active"), .not(Directory.dn("staff"))]) },
            [.logIn("alice", .denied(.notInRequiredGroup)), .logIn("bob", .comesIn)]),
        SettingRow(
            .settings, "REQUIRE_GROUP", #"["cn=staff…", "cn=suspended…"]"#, ours: "`users: {require: {any: […]}}`",
            difference: "Works; theirs ends the login with `AttributeError`.",
            .with { $0.require = .any([Directory.dn("staff"), Directory.dn("suspended")]) },
            [
                .logIn("alice", .comesIn), .logIn("mallory", .comesIn),
                .logIn("bob", .denied(.notInRequiredGroup)),
            ]),
        SettingRow(
            .settings, "DENY_GROUP", #""cn=suspended,ou=groups,…""#,
            ours: "`users: {deny: {dn: \"cn=suspended,ou=groups,…\"}}`",
            difference:
                "Any rule is possible; theirs takes one DN and ends the login with `AttributeError` on a query.",
            .with { $0.deny = .any([Directory.dn("suspended"), .leaf(.attribute("sn", equals: "Young"))]) },
            [.logIn("mallory", .denied(.inDeniedGroup)), .logIn("alice", .comesIn), .accounts(["alice"])]),
        SettingRow(
            .settings, "DENY_GROUP", #""cn=no-such-group,ou=groups,…""#, ours: "`users: {deny: {dn: …}}`",
            difference:
                "A rule that names no group cannot be decided, and lets nobody in (`ruleUnknown`); `config check --live` finds it. Theirs fails open: a typo, or a group that was deleted or hidden, lets everybody in without a word.",
            .with { $0.deny = ghost },
            [
                .logIn("alice", .denied(.ruleUnknown)), .explains("alice", "There is no group"), .accounts([]),
            ]),
        SettingRow(
            .settings, "DENY_GROUP", note: "spelled otherwise than the server does", ours: "`users: {deny: {dn: …}}`",
            difference:
                "DNs are compared as DNs, whatever their case, spaces and escapes. Theirs compares texts once groups are loaded, and lets in whom it should not.",
            .with { $0.deny = .leaf(.dn("CN=Suspended, ou=GROUPS ,dc=example,dc=org")) },
            [.logIn("mallory", .denied(.inDeniedGroup)), .logIn("alice", .comesIn)]),
        SettingRow(
            .settings, "USER_FLAGS_BY_GROUP", #"{"is_staff": "cn=staff…", "is_superuser": ["cn=superusers…"]}"#,
            ours: "`flags: {is_staff: {dn: …}, is_superuser: {any: […]}}`",
            .with { $0.flags = [.isStaff: Directory.dn("staff"), .isSuperuser: Directory.dn("superusers")] },
            [
                .logIn("alice", .comesIn), .flags("alice", staff: true, superuser: true), .logIn("bob", .comesIn),
                .flags("bob", staff: false, superuser: false),
                .modify(
                    "dn: \(Directory.group("superusers"))\nchangetype: modify\nreplace: member\nmember: \(Directory.bob)\n"
                ),
                .logIn("alice", .comesIn), .flags("alice", staff: true, superuser: false),
            ]),
        SettingRow(
            .settings, "USER_FLAGS_BY_GROUP", note: "and a group is not there", ours: "`flags: {is_staff: {dn: …}}`",
            difference:
                "What cannot be decided is withheld and reported, and the rest of the login goes on. `is_staff` and `is_superuser` take `dn` and `id` only, since a name could be taken by anybody who may make groups. A flag that is not named is left as it is, for each person.",
            .with { $0.flags = [.isSuperuser: ghost] },
            [
                .logIn("alice", .comesIn), .flags("alice", staff: false, superuser: false),
                .administer("alice", [.setFlag(.isStaff, from: false, to: true)]), .logIn("alice", .comesIn),
                .flags("alice", staff: true, superuser: false),
            ]),
        SettingRow(
            .settings, "USER_FLAGS_BY_GROUP", #"{"is_active": …}"#, ours: "`flags: {is_active: …}`",
            difference: "Whoever it does not hold for is refused as disabled, and not only shown an inactive account.",
            .with { $0.flags = [.isActive: Directory.dn("staff")] },
            [.logIn("bob", .denied(.accountDisabled)), .logIn("alice", .comesIn), .accounts(["alice"])]),
        SettingRow(
            .settings, "GROUP_SEARCH", #"LDAPSearch("ou=groups,…", SCOPE_SUBTREE, "(objectClass=groupOfNames)")"#,
            ours: "`groups: {base: \"ou=groups,…\"}`; the class follows from `type`",
            difference:
                "Rules that name groups without `groups` are found when the configuration is read, not at the first login.",
            .with { $0.mirrorPolicy.groups = .all },
            [
                .logIn("alice", .comesIn),
                .groups("alice", ["active", "staff", "superusers", "parent", "grandparent"]),
            ]),
        SettingRow(
            .settings, "GROUP_TYPE", "GroupOfNamesType()", ours: "`groups: {type: groupOfNames, nested: false}`",
            difference: "`nested` is true unless said otherwise.",
            .with {
                $0.groups?.isNested = false
                $0.mirrorPolicy.groups = .all
            },
            [.logIn("alice", .comesIn), .groups("alice", ["active", "staff", "superusers"])]),
    ]
}
