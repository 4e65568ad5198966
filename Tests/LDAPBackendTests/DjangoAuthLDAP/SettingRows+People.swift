import AuthCore
import LDAPBackend
import LDAPClient
import TestSupport

extension SettingRows {
    private typealias Directory = DjangoDirectory

    private static let template = Situation.with {
        $0.users.method = .template(try DNTemplate("uid={username},\(Company.people)"))
    }

    private static func search(_ filter: String) -> Situation {
        .with {
            $0.users.method = .search(
                base: try DistinguishedName(Company.people), filter: try FilterTemplate(filter))
        }
    }

    static let people: [SettingRow] = [
        SettingRow(
            .settings, "USER_DN_TEMPLATE", #""uid=%(user)s,ou=people,…""#,
            ours: "`users: {dn_template: \"uid={username},ou=people,…\"}`",
            difference:
                "A template that is no DN, or has no place for the name, is refused when the configuration is read; theirs ends a login with `KeyError`.",
            template,
            [
                .logIn("alice", .comesIn), .logIn("alice,1", .rejected(.wrongPassword)),
                .logIn("alice", "wrong", .rejected(.wrongPassword)), .accounts(["alice"]),
            ]),
        SettingRow(
            .settings, "USER_SEARCH", #"LDAPSearch("ou=people,…", SCOPE_SUBTREE, "(uid=%(user)s)")"#,
            ours: "`users: {base: \"ou=people,…\", filter: \"(uid={username})\"}`",
            [
                .logIn("alice", .comesIn), .logIn("dreßler", .comesIn), .logIn("nobody", .notFound),
                .logIn("alice*", .notFound), .accounts(["alice", "dreßler"]),
            ]),
        SettingRow(
            .settings, "USER_SEARCH", #"LDAPSearch(…, "(|(uid=%(user)s)(sn=%(user)s))")"#,
            ours: "`users: {filter: \"(|(uid={username})(sn={username}))\"}`",
            difference:
                "More than one entry is `ambiguousUser`, and says which; theirs fails without a word. A filter that does not parse, or does not hold `{username}`, is found when the configuration is read.",
            search("(|(uid={username})(sn={username}))"),
            [
                .logIn("Adams", .denied(.ambiguousUser)), .explains("Adams", "more than one entry"),
                .logIn("alice", .comesIn),
            ]),
        SettingRow(
            .settings, "USER_ATTRLIST", #"["*", "+"]"#, ours: "none",
            difference: "What is asked for follows from the attributes, rules and account state that are configured.",
            .with { $0.attributes.profile = ["made": "createTimestamp"] },
            [.logIn("alice", .comesIn), .profile("alice", "nothing", nil)]),
        SettingRow(
            .settings, "USER_ATTR_MAP", #"{"first_name": "givenName", "last_name": "sn", "email": "mail"}"#,
            ours: "`users: {attributes: {first_name: givenName, last_name: sn, email: mail}, profile: {…}}`",
            difference:
                "A value that was deleted in the directory is cleared (`when_missing: keep` leaves it), values have types and lengths, and what does not fit is reported and left as it was; theirs keeps old values and writes 300 characters into a column of 150.",
            [
                .logIn("alice", .comesIn),
                .person("alice", first: "Alice", last: "Adams", email: "alice@example.org"),
                .modify(
                    "dn: \(Directory.alice)\nchangetype: modify\ndelete: mail\n-\nreplace: sn\nsn: \(String(repeating: "x", count: 300))\n"
                ),
                .logIn("alice", .comesIn), .person("alice", first: "Alice", last: "Adams", email: ""),
            ]),
        SettingRow(
            .settings, "USER_QUERY_FIELD", #""employee_number""#, ours: "none; `preset` says which attribute is the id",
            difference:
                "Accounts are tied to the entry's unchanging id, never to a name or an attribute that can be another's tomorrow: a renamed person keeps the account, a new one of the old name does not get it.",
            [
                .logIn("bob", .comesIn), .rename(Directory.bob, to: "uid=robert"),
                .logIn("robert", "bob-secret", .comesIn), .accounts(["robert"]),
            ]),
        SettingRow(
            .settings, "ALWAYS_UPDATE_USER", "False", ours: "none",
            difference:
                "The account follows the directory at each login and each sync; fields that should not are not mapped. A login that finds nothing new writes nothing.",
            [
                .logIn("alice", .comesIn),
                .modify("dn: \(Directory.alice)\nchangetype: modify\nreplace: givenName\ngivenName: Alicia\n"),
                .logIn("alice", .comesIn),
                .person("alice", first: "Alicia", last: "Adams", email: "alice@example.org"), .logInAgain("alice"),
            ]),
        SettingRow(
            .settings, "ALWAYS_UPDATE_USER", "False", note: "meant for one attribute",
            ours: "leave it out of `attributes`",
            .with { $0.attributes.fields[.email] = nil },
            [
                .logIn("alice", .comesIn), .person("alice", first: "Alice", last: "Adams", email: ""),
            ]),
        SettingRow(
            .settings, "NO_NEW_USERS", "True", ours: "`new_users: refuse`, or `pending`: an administrator approves",
            .with { $0.mirrorPolicy.newUsers = .refuse },
            [.logIn("alice", .denied(.newUsersNotAllowed)), .accounts([])]),
        SettingRow(
            .settings, "PERMIT_EMPTY_PASSWORD", "True", ours: "none",
            difference:
                "An empty password never leaves the machine: to a directory it is a bind as nobody, which many answer with success (RFC 4513 section 5.1.2).",
            [
                .logIn("alice", "", .rejected(.emptyPassword)), .logIn("alice", " ", .rejected(.wrongPassword)),
                .accounts([]),
            ]),
        SettingRow(
            .settings, "BIND_AS_AUTHENTICATING_USER", "True", ours: "`users: {read_as: person}`",
            difference:
                "In search mode too, where theirs keeps what the service account had read. One bind: the connection of the password check reads on. A sync reads as the service account.",
            Situation(
                configure: {
                    $0.users.method = .template(try DNTemplate("uid={username},\(Company.people)"))
                    $0.readsAs = .person
                    $0.require = Directory.dn("staff")
                }, reach: { configuration, _ in configuration.serviceAccount = nil }),
            [
                .logIn("alice", .comesIn),
                .person("alice", first: "Alice", last: "Adams", email: "alice@example.org"),
                .logIn("bob", .denied(.notInRequiredGroup)),
            ]),
        SettingRow(
            .settings, "BIND_AS_AUTHENTICATING_USER", "True", note: "with `USER_SEARCH`",
            ours: "`users: {read_as: person}`",
            Situation(
                configure: { $0.readsAs = .person },
                options: withDatabase(
                    "access to attrs=mail by self read by * none",
                    "access to attrs=userPassword by anonymous auth by * none")),
            [
                .logIn("alice", .comesIn),
                .person("alice", first: "Alice", last: "Adams", email: "alice@example.org"),
            ]),
        SettingRow(
            .settings, "REFRESH_DN_ON_BIND", "True", note: "with `%(user)s@corp.example.org`",
            ours: "`users: {bind_name: \"{username}@corp.example.org\", base: …, filter: …}`",
            difference:
                "Whom the search finds must be who has bound, in the directory's own words (Who am I?); theirs takes whoever is found. (OpenLDAP takes DNs only, so nobody comes in here; the whole is tested on Samba.)",
            .with { $0.users.bindName = try BindName("{username}@corp.example.org") },
            [.logIn("alice", .notFound), .accounts([])]),
    ]
}
