import AuthCore
import LDAPBackend
import LDAPClient
import TestSupport

extension SettingRows {
    private typealias Directory = DjangoDirectory

    static let failures: [SettingRow] = [
        SettingRow(
            .failures, "wrong password", ours: "`rejected: wrongPassword`",
            difference:
                "Nobody else in the chain is asked, so an old local password of the same person opens nothing. The same password is not offered to the directory again for a while, and attempts stop one short of its lock.",
            [
                .logIn("alice", .comesIn), .logIn("alice", "wrong", .rejected(.wrongPassword)),
                .logIn("alice", .comesIn),
            ]),
        SettingRow(
            .failures, "server unreachable", ours: "`unavailable: serverDown`",
            difference:
                "An outage is an answer of its own, and never a reason to take the local password of somebody who belongs to the directory; local accounts work meanwhile.",
            Situation(local: [("admin", "admin-here")]),
            [
                .logIn("alice", .comesIn), .administer("alice", [.setPassword(EncodedPassword(encoded: "old-secret"))]),
                .stopServer, .logIn("alice", "old-secret", .unavailable(.serverDown)),
                .logIn("admin", "admin-here", .comesIn), .startServer,
            ]),
        SettingRow(
            .failures, "server silent", ours: "`unavailable: timedOut`; `timeouts`, `login_deadline: 10s`",
            difference: "Every step has a time limit by default; theirs hangs.",
            Situation(reach: { configuration, _ in
                configuration.connection.timeouts = LDAPTimeouts(connect: .seconds(3), operation: .milliseconds(300))
            }), [.pauseServer, .logIn("alice", .unavailable(.timedOut)), .resumeServer, .accounts([])]),
        SettingRow(
            .failures, "mirror search fails", ours: "`unavailable: searchRefused`",
            difference: "Same: nobody comes in, and nobody loses a group.",
            .with {
                $0.groups?.bases = [try DistinguishedName("ou=no-such-place,dc=example,dc=org")]
                $0.mirrorPolicy.groups = .all
            }, [.logIn("alice", .unavailable(.searchRefused)), .accounts([])]),
        SettingRow(
            .failures, "REQUIRE group missing", ours: "`denied: ruleUnknown`",
            difference: "Nobody comes in here either; the explanation says that the rule names nothing.",
            .with { $0.require = .leaf(.dn(Directory.group("gone"))) },
            [.logIn("alice", .denied(.ruleUnknown)), .explains("alice", "There is no group"), .accounts([])]),
        SettingRow(
            .failures, "DENY group missing", ours: "`denied: ruleUnknown`",
            difference: "Theirs lets everybody in.", .with { $0.deny = .leaf(.dn(Directory.group("gone"))) },
            [.logIn("mallory", .denied(.ruleUnknown)), .accounts([])]),
        SettingRow(
            .failures, "configuration missing", ours: "`dirbridge config check`; `LDAPBackend.requireReadableBases`",
            difference:
                "Found when the configuration is read, all of it at once with file and line, and by `--live` what only the directory can tell; theirs ends the first login with `ImproperlyConfigured`.",
            .with {
                $0.users.method = .search(
                    base: try DistinguishedName("ou=no-such-place,dc=example,dc=org"),
                    filter: try FilterTemplate("(uid={username})"))
            }, [.logIn("alice", .unavailable(.searchRefused))]),
        SettingRow(
            .failures, "empty username", ours: "`rejected: malformedName`",
            [.logIn("", "x", .rejected(.malformedName)), .accounts([])]),
        SettingRow(
            .failures, "hostile username", note: "NUL, `)(uid=*`, 5,000 characters",
            ours: "`rejected: malformedName` or `notFound`",
            [
                .logIn("a\0lice", "x", .rejected(.malformedName)), .logIn(")(uid=*", "x", .notFound),
                .logIn(String(repeating: "a", count: 5000), "x", .rejected(.malformedName)), .accounts([]),
            ]),
        SettingRow(
            .failures, "entry unreadable", note: "with a DN template",
            ours: "`unavailable: searchRefused`",
            difference: "Theirs makes an account with empty fields.",
            Situation(
                configure: {
                    $0.users.method = .template(try DNTemplate("uid={username},\(Company.people)"))
                },
                options: withDatabase(
                    "access to dn.subtree=\"ou=people,dc=example,dc=org\" attrs=entry by anonymous auth by * none")),
            [.logIn("alice", .unavailable(.searchRefused)), .accounts([])]),
        SettingRow(
            .failures, "inactive user", ours: "`denied: accountDisabled`",
            difference: "The answer is a denial whoever asks; theirs returns the user and leaves it to the form.",
            [
                .logIn("alice", .comesIn), .administer("alice", [.setFlag(.isActive, from: true, to: false)]),
                .logIn("alice", .denied(.accountDisabled)),
            ]),
    ]

    static let caches: [SettingRow] = [
        SettingRow(
            .caches, "cached DNs", ours: "none", difference: "The person is searched at each login.",
            .with { $0.groups?.isNested = false },
            [.logIn("alice", .comesIn), .costs("alice", searches: 2, binds: 1), .costs("alice", searches: 2, binds: 1)]),
        SettingRow(
            .caches, "cached group names", ours: "the mirrored memberships",
            difference: "They are what permissions hang on, and each login and sync renews them.",
            .with { $0.mirrorPolicy.groups = .only(["staff"]) },
            [
                .logIn("alice", .comesIn), .groups("alice", ["staff"]),
                .modify(
                    "dn: \(Directory.group("staff"))\nchangetype: modify\nreplace: member\nmember: \(Directory.bob)\n"),
                .logIn("alice", .comesIn), .groups("alice", []),
            ]),
        SettingRow(
            .caches, "negative answers", ours: "none",
            difference:
                "After an outage a login works as soon as the server is asked again (`breaker`); theirs remembers the failure for `CACHE_TIMEOUT`.",
            Situation(reach: { configuration, _ in
                configuration.breaker = LDAPBreakerOptions(
                    firstDelay: .milliseconds(10), maximumDelay: .milliseconds(20))
            }),
            [
                .logIn("alice", .comesIn), .stopServer, .logIn("alice", .unavailable(.serverDown)), .startServer,
                .comesInEventually("alice"),
            ]),
        SettingRow(
            .caches, "created after a failure", ours: "none", difference: "Whoever is added comes in at once.",
            [
                .logIn("newcomer", .notFound),
                .add(GroupSite.personLDIF("newcomer")), .logIn("newcomer", .comesIn),
            ]),
        SettingRow(
            .caches, "colliding keys", note: "the users `sp ace` and `sp+ace`", ours: "none",
            difference: "Each comes in with their own password only; theirs mixes the two up.",
            Situation(ldif: GroupSite.personLDIF("sp ace") + spacePlus),
            [
                .logIn("sp ace", .comesIn), .logIn("sp+ace", "sp ace-secret", .rejected(.wrongPassword)),
                .logIn("sp+ace", .comesIn), .accounts(["sp ace", "sp+ace"]),
            ]),
        SettingRow(
            .caches, "shared by backends", ours: "none",
            difference:
                "Two directories with the same DNs share nothing (`SeparateDirectoriesTests`); theirs lets a person in through the wrong backend.",
            [.logIn("carol", .notFound), .logIn("alice", .comesIn)]),
        SettingRow(
            .caches, "moved entry", ours: "none",
            difference: "A renamed or moved person comes in at once, into the same account.",
            [
                .logIn("bob", .comesIn), .rename(Directory.bob, to: "uid=bobby"),
                .logIn("bobby", "bob-secret", .comesIn),
                .accounts(["bobby"]),
            ]),
        SettingRow(
            .caches, "no invalidation", ours: "nothing to invalidate",
            difference:
                "A new password counts at once, also where it was refused a moment ago. (Here it is right, and the directory's policy asks for another one after an administrator has set it.)",
            [
                .logIn("alice", "new-secret", .rejected(.wrongPassword)),
                .modify(
                    "dn: \(Directory.alice)\nchangetype: modify\nreplace: userPassword\nuserPassword: new-secret\n"),
                .logIn("alice", "new-secret", .denied(.mustChangePassword)),
            ]),
    ]

    private static let spacePlus = GroupSite.record(
        "uid=sp\\+ace,\(Company.people)",
        ["objectClass: inetOrgPerson", "uid: sp+ace", "cn: x", "sn: x", "userPassword: sp+ace-secret"])
}
