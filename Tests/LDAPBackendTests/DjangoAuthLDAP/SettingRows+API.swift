import AuthCore
import LDAPBackend
import LDAPClient
import TestSupport

extension SettingRows {
    private typealias Directory = DjangoDirectory

    private static let mirroringStaff = Situation.with { $0.mirrorPolicy.groups = .only(["staff"]) }
    private static let choir = ExternalGroup(id: "app:choir", name: "choir")

    static let api: [SettingRow] = [
        SettingRow(
            .api, "authenticate", #"authenticate(request, username=" alice ", password=…)"#,
            ours: "`Bridge.logIn`, `Authenticator.authenticate`; `dirbridge login USER`",
            difference:
                "The account has the directory's spelling of the name, never what was typed. The answer is a report with a reason and not `None`, and at most one backend is shown the password.",
            [
                .logIn(" Alice ", "alice-secret", .comesIn), .logIn("alice", "wrong", .rejected(.wrongPassword)),
                .accounts(["alice"]),
            ]),
        SettingRow(
            .api, "the order of steps", note: "bind, REQUIRE, DENY, user, attributes, flags, signal, save, mirror",
            ours: "search, bind, account state, groups, rules, hook, one comparison, one transaction",
            difference:
                "Who must not come in is told only after the right password, and leaves nothing behind. All changes are one transaction with the audit trail.",
            .with { $0.deny = Directory.dn("suspended") },
            [
                .logIn("mallory", "wrong", .rejected(.wrongPassword)), .logIn("mallory", .denied(.inDeniedGroup)),
                .accounts([]),
            ]),
        SettingRow(
            .api, "get_user", "get_user(pk)", ours: "`AccountStore.account(id:)`",
            difference: "The record says whether the account is active, why not, and who owns it.",
            [.logIn("alice", .comesIn), .accounts(["alice"])]),
        SettingRow(
            .api, "has_perm", #"user.has_perm("payroll.view_payslip")"#, ours: "`Bridge.permissions.hasPermission`",
            difference:
                "An inactive user has no permissions, and permissions given to the user count beside those of groups.",
            mirroringStaff,
            [.logIn("alice", .comesIn)] + granting("staff") + [
                .permissions("alice", [view]), .administer("alice", [.setFlag(.isActive, from: true, to: false)]),
                .permissions("alice", []),
            ]),
        SettingRow(
            .api, "has_module_perms", #"user.has_module_perms("payroll")"#,
            ours: "`Bridge.permissions.permissions(of:)`",
            mirroringStaff,
            [.logIn("bob", .comesIn), .logIn("alice", .comesIn)] + granting("staff") + [.permissions("bob", [])]),
        SettingRow(
            .api, "get_all_permissions", "user.get_all_permissions()", ours: "`Bridge.permissions.permissions(of:)`",
            difference: "The user's own permissions are among them.",
            [
                .logIn("alice", .comesIn),
                .administer(
                    nil,
                    [.registerPermission(RegisteredPermission(permission: permission(view), name: "Can view payslips"))]
                ),
                .administer("alice", [.grant(permission(view), origin: nil, rule: nil)]), .logIn("alice", .comesIn),
                .permissions("alice", [view]),
            ]),
        SettingRow(
            .api, "get_group_permissions", "user.get_group_permissions()",
            ours: "`dirbridge permission check USER PERMISSION` says which group or rule gives it",
            .with { $0.permissions = [PermissionRule(rule: Directory.dn("staff"), grant: [permission(view)])] },
            [
                .administer(
                    nil,
                    [.registerPermission(RegisteredPermission(permission: permission(view), name: "Can view payslips"))]
                ),
                .logIn("alice", .comesIn), .permissions("alice", [view]), .logIn("bob", .comesIn),
                .permissions("bob", []),
            ]),
        SettingRow(
            .api, "aauthenticate", "await aauthenticate(…)", ours: "`Authenticator.authenticate` is asynchronous",
            difference: "Theirs ends with `AttributeError` since Django 5.2.", [.logIn("alice", .comesIn)]),
        SettingRow(
            .api, "populate_user", #"LDAPBackend().populate_user("alice")"#, ours: "`dirbridge sync`",
            difference:
                "For all people at once, with the plan shown before and a limit on what may be taken away. “Not in the directory” and “the directory does not answer” are two answers, and only the first deactivates anybody.",
            [.isScanned("alice", true), .isScanned("nobody", false), .accounts([])]),
        SettingRow(
            .api, "authenticate_ldap_user", "def authenticate_ldap_user(self, ldap_user, password)",
            ours:
                "a backend of one's own around `LDAPBackend` (`AuthenticationBackend` has one function), or a `MirrorHook`",
            Situation(
                hook: MirrorHook { person in
                    if person.username == "bob" { person.refuse("Bob is on holiday.") }
                }),
            [
                .logIn("alice", .comesIn), .logIn("bob", .denied(.refusedByApplication)),
                .explains("bob", "Bob is on holiday."), .accounts(["alice"]),
            ]),
        SettingRow(
            .api, "get_or_build_user", note: "Alice is there, and ALICE logs in",
            ours: "`adopt: unusable`, `dirbridge user adopt`, `user link`",
            difference:
                "The account gets the directory's spelling. Of twins that differ in case only none is taken, and the login is denied (`ambiguousUser`); theirs ends with `MultipleObjectsReturned`.",
            Situation(configure: { $0.mirrorPolicy.adopt = .unusable }, local: [("Alice", nil)]),
            [.logIn("ALICE", "alice-secret", .comesIn), .accounts(["alice"])]),
        SettingRow(
            .api, "get_or_build_user", note: "an account that was there before",
            ours: "`adopt: unusable`, `dirbridge user adopt`, `user link`",
            difference:
                "An account is the directory's only when it is tied to the entry. One with an unusable password can be adopted; one with a local password never is, unless an administrator links it.",
            Situation(configure: { $0.mirrorPolicy.adopt = .unusable }, local: [("alice", nil), ("bob", "bob-here")]),
            [
                .logIn("alice", .comesIn), .accounts(["alice", "bob"]),
                .logIn("bob", "bob-secret", .rejected(.wrongPassword)), .logIn("bob", "bob-here", .comesIn),
            ]),
        SettingRow(
            .api, "get_user_model", note: "a model with fields of its own", ours: "`users: {profile: {…}}`",
            difference: "The tables are Django's; everything else is in the profile, typed.",
            .with { $0.attributes.profile = ["number": AttributeRule(.attribute("employeeNumber"), type: .integer)] },
            [.logIn("alice", .comesIn), .profile("alice", "number", "1000")]),
        SettingRow(
            .api, "ldap_to_django_username", #"return "ldap_" + username"#,
            ours: "`users: {attributes: {username: mail}}`",
            difference:
                "The username is an attribute with exactly one value, taken as it is. A prefix has no equivalent: two directories that share names are told apart by `realm`, and a name that is taken is a collision.",
            .with { $0.attributes.username = "mail" },
            [.logIn("alice", .comesIn), .accounts(["alice@example.org"])]),
        SettingRow(
            .api, "django_to_ldap_username", "return username[5:]", ours: "none",
            difference: "The link knows the entry; no name is translated back.",
            .with { $0.attributes.username = "mail" },
            [
                .logIn("alice", .comesIn), .rename(Directory.alice, to: "uid=alicia"),
                .logIn("alicia", "alice-secret", .comesIn), .accounts(["alice@example.org"]),
            ]),
        SettingRow(
            .api, "unusable password", note: "set when the account is created", ours: "always, and it would not count",
            difference:
                "An account of the directory is entered with the directory's password only, whatever its password column holds; theirs goes on accepting an old local password. For the day on which the directory is away there is `dirbridge user break-glass`.",
            [
                .logIn("alice", .comesIn), .hasUsablePassword("alice", false),
                .administer("alice", [.setPassword(EncodedPassword(encoded: "old-secret"))]),
                .logIn("alice", "old-secret", .rejected(.wrongPassword)), .logIn("alice", .comesIn),
            ]),
        SettingRow(
            .api, "settings_prefix", #"settings_prefix = "AUTH_LDAP_2_""#,
            ours: "`directories: {one: …, two: …}`, `chain: [one, two, local]`",
            difference: "Directories share nothing: no cache, no lockout counts, no groups, no accounts.",
            .with { $0.name = "two" }, [.logIn("alice", .comesIn)]),
        SettingRow(
            .api, "default_settings", "default_settings = {…}",
            ours: "`preset`; defaults of `LDAPBackendConfiguration` in Swift", [.logIn("alice", .comesIn)]),
        SettingRow(
            .api, "ldap_user", "user.ldap_user.attrs",
            ours: "`AuthenticationReport.external`; `LDAPBackend.memberships(of:)`",
            difference: "Passwords and other secrets are never read, whoever may.",
            .with { $0.attributes.profile = ["secret": "userPassword"] },
            [.logIn("alice", .comesIn), .profile("alice", "secret", nil)]),
        SettingRow(
            .api, "pickle", note: "a user in a session", ours: "`User` is a value",
            difference: "No connection or backend hangs on it.",
            [.logIn("alice", .comesIn), .stopServer, .accounts(["alice"])]),
        SettingRow(
            .api, "the signal populate_user", "@receiver(populate_user)",
            ours: "`MirrorHook`, in Swift: `Bridge(configuration:hooks:)`",
            difference:
                "It adds attributes and groups or refuses, and a sync goes by it too. One that throws makes the login an outage, `hookFailed`, and nothing is written. It cannot change who somebody is, flags, or what rules give.",
            Situation(
                configure: { $0.mirrorPolicy.groups = .only(["choir"]) },
                hook: MirrorHook(groups: [choir]) { person in
                    person.fields[.firstName] = person.username.uppercased()
                    person.profile["tier"] = "gold"
                    person.groups.append(choir)
                }),
            [
                .logIn("alice", .comesIn), .person("alice", first: "ALICE", last: "Adams", email: "alice@example.org"),
                .profile("alice", "tier", "gold"), .groups("alice", ["choir"]), .logInAgain("alice"),
            ]),
        SettingRow(
            .api, "the signal ldap_error", "@receiver(ldap_error)",
            ours: "`AuthenticationObserver`, in Swift: `AuthenticationEvent.outages`",
            difference:
                "One event for each attempt, with the outcome, what was mirrored and each directory that could not be asked; an observer can neither delay a login nor make it fail.",
            [
                .logIn("alice", .comesIn), .heard(.comesIn, outages: []), .stopServer,
                .logIn("alice", .unavailable(.serverDown)), .heard(.unavailable(.serverDown), outages: ["corp"]),
            ]),
        SettingRow(
            .api, "AuthenticationFailed", note: "the log says why",
            ours: "`AuthenticationReport.explanation`, `dirbridge audit`, `bind-test`",
            .with { $0.require = Directory.dn("staff") }, [.explains("bob", "users: require is not satisfied")]),
        SettingRow(
            .api, "the logger", #"logging.getLogger("django_auth_ldap")"#,
            ours: "swift-log, labels `auth` and `auth.ldap`",
            difference: "Constant messages with facts as metadata; no secret in any.",
            [.logIn("alice", .comesIn)]),
        SettingRow(
            .api, "import without apps", "import django_auth_ldap.backend", ours: "no global state to set up",
            [.logIn("alice", .comesIn)]),
    ]
}
