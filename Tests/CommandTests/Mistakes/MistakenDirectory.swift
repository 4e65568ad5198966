import TestSupport

/// The servers of ``MistakePlace``, each started when it is first asked for.
enum MistakenDirectory {
    static let main = SharedSlapd(loading: .base(adding: ldif), options: options)
    static let demandingEncryption = SharedSlapd(
        loading: .base(adding: person("alice")), options: with("security simple_bind=128"))
    static let demandingBind = SharedSlapd(loading: .base(adding: person("alice")), options: with("require authc"))

    private static func with(_ line: String) -> Slapd.Options {
        var options = Slapd.Options()
        options.global = [line]
        return options
    }

    private static let options: Slapd.Options = {
        var options = Slapd.Options()
        options.global = ["moduleload retcode"]
        let bridge = #"dn.exact="cn=bridge,ou=services,dc=example,dc=org""#
        options.database = [
            #"limits dn.exact="cn=small,ou=services,dc=example,dc=org" size=1"#,
            #"access to dn.subtree="ou=vault,dc=example,dc=org" by * none"#,
            #"access to dn.children="ou=curtain,dc=example,dc=org" by * none"#,
            "access to attrs=carLicense by self read by * none",
            #"access to dn.subtree="ou=people,dc=example,dc=org" by dn.exact="cn=small,ou=services,dc=example,dc=org" read by * break"#,
            "access to dn.subtree=\"ou=guarded,dc=example,dc=org\" by \(bridge) search by * none",
            "overlay retcode",
            #"retcode-parent "ou=codes,dc=example,dc=org""#,
            #"retcode-item "cn=slow" 3"#,
            #"retcode-item "cn=busy" 51"#,
        ]
        return options
    }()

    /// Everybody and everything that some mistake is made with.
    private static let ldif: String = {
        let people = [
            person(
                "alice",
                lines: [
                    "mail: alice@example.org", "employeeType: staff", "l: Prague", "description: one",
                    "description: two",
                ]),
            person("bob", lines: ["carLicense: 1"]), person("former", lines: ["employeeType: former"]),
            person("twin1", lines: ["mail: twin@example.org"]), person("twin2", lines: ["mail: twin@example.org"]),
            person("longname", lines: ["title: \(String(repeating: "x", count: 300))"]),
            person("textual", lines: ["employeeNumber: seven"]),
            person("suspect"), person("nested"), person("deep"), person("unique"), person("posix"), person("far"),
            person("outsider", under: "ou=partners,dc=example,dc=org"),
            person("locked", lines: ["pwdAccountLockedTime: 000001010000Z"]),
            person("expired", lines: ["pwdChangedTime: 20200101000000Z", monthly]),
            person("reset", lines: ["pwdReset: TRUE"]),
            person("notyet", lines: ["pwdStartTime: 20900101000000Z"]),
            person("nearlock", lines: (1...4).map { "pwdFailureTime: 2090010100000\($0)Z" } + [usual]),
            person("warned", lines: [monthly]),
        ]
        return [
            unit("partners"), unit("vault"), unit("curtain"), unit("roles"), unit("codes"), unit("guarded"),
            people.joined(),
            person("hidden", under: "ou=vault,dc=example,dc=org"),
            person("veiled", under: "ou=curtain,dc=example,dc=org"),
            small,
            over, group("staff", ["alice", "bob"]), group("suspended", ["suspect"]),
            group("inner", ["nested"]), nesting("outer", "inner"), group("level1", ["deep"]),
            nesting("level2", "level1"), nesting("level3", "level2"), far,
            other("many1", "bob"), other("many2", "bob"),
            unique, posix, alias, aliasOfUnit, elsewhere, reference,
        ].joined()
    }()

    private static let usual = "pwdPolicySubentry: cn=default,ou=policies,dc=example,dc=org"
    private static let monthly = "pwdPolicySubentry: cn=monthly,ou=policies,dc=example,dc=org"

    private static func unit(_ name: String) -> String {
        "dn: ou=\(name),dc=example,dc=org\nobjectClass: organizationalUnit\nou: \(name)\n\n"
    }

    private static func group(_ name: String, _ members: [String], under unit: String = "groups") -> String {
        "dn: cn=\(name),ou=\(unit),dc=example,dc=org\nobjectClass: groupOfNames\ncn: \(name)\n"
            + members.map { "member: uid=\($0),ou=people,dc=example,dc=org\n" }.joined() + "\n"
    }

    private static func other(_ name: String, _ member: String) -> String { group(name, [member]) }

    private static func nesting(_ name: String, _ inner: String) -> String {
        "dn: cn=\(name),ou=groups,dc=example,dc=org\nobjectClass: groupOfNames\ncn: \(name)\n"
            + "member: cn=\(inner),ou=groups,dc=example,dc=org\n\n"
    }

    private static let over = """
        dn: uid=over,ou=people,dc=example,dc=org
        objectClass: inetOrgPerson
        objectClass: shadowAccount
        uid: over
        cn: over
        sn: over
        shadowExpire: 1
        userPassword: over-secret


        """
    private static let far = group("remote", ["far"], under: "roles")
    private static let small = """
        dn: cn=small,ou=services,dc=example,dc=org
        objectClass: organizationalRole
        objectClass: simpleSecurityObject
        cn: small
        userPassword: bridge-secret


        """
    private static let unique = """
        dn: cn=club,ou=groups,dc=example,dc=org
        objectClass: groupOfUniqueNames
        cn: club
        uniqueMember: uid=unique,ou=people,dc=example,dc=org


        """
    private static let posix = """
        dn: cn=shell,ou=groups,dc=example,dc=org
        objectClass: posixGroup
        cn: shell
        gidNumber: 700
        memberUid: posix


        """
    private static let alias = """
        dn: uid=nickname,ou=people,dc=example,dc=org
        objectClass: alias
        objectClass: extensibleObject
        uid: nickname
        aliasedObjectName: uid=alice,ou=people,dc=example,dc=org


        """
    private static let aliasOfUnit = """
        dn: ou=workers,dc=example,dc=org
        objectClass: alias
        objectClass: extensibleObject
        ou: workers
        aliasedObjectName: ou=people,dc=example,dc=org


        """
    /// All that is asked for there is on another server.
    private static let elsewhere = """
        dn: ou=moved,dc=example,dc=org
        objectClass: referral
        objectClass: extensibleObject
        ou: moved
        ref: ldap://moved.example.org/ou=people,dc=example,dc=org


        """
    /// A part of what is below is on another server.
    private static let reference = """
        dn: ou=split,dc=example,dc=org
        objectClass: organizationalUnit
        ou: split

        dn: ou=abroad,ou=split,dc=example,dc=org
        objectClass: referral
        objectClass: extensibleObject
        ou: abroad
        ref: ldap://abroad.example.org/ou=abroad,dc=example,dc=org

        dn: uid=local,ou=split,dc=example,dc=org
        objectClass: inetOrgPerson
        uid: local
        cn: local
        sn: local


        """
}
