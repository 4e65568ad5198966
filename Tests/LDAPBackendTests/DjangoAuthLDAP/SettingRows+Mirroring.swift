import AuthCore
import LDAPBackend
import LDAPClient
import TestSupport

extension SettingRows {
    private typealias Directory = DjangoDirectory

    static let view = "payroll.view_payslip"

    static func permission(_ text: String) -> Permission {
        guard let permission = Permission(text) else { preconditionFailure("'\(text)' is a permission") }
        return permission
    }

    /// Registers the permission and gives it to a group.
    static func granting(_ group: String) -> [Step] {
        [
            .administer(
                nil,
                [
                    .registerPermission(RegisteredPermission(permission: permission(view), name: "Can view payslips")),
                    .grantToGroup(permission(view), group: group),
                ])
        ]
    }

    private static func mirroring(_ groups: MirrorPolicy.GroupMirroring) -> Situation {
        .with {
            $0.mirrorPolicy.groups = groups
            $0.groups?.isNested = false
        }
    }

    /// Puts alice into a local group of an administrator's.
    private static let localGroup: [Step] = [
        .administer(nil, [.createGroup(name: "choir", link: nil)]), .logIn("alice", .comesIn),
        .administer("alice", [.addMembership(group: "choir", origin: nil)]),
    ]

    static let mirroring: [SettingRow] = [
        SettingRow(
            .settings, "MIRROR_GROUPS", "True", ours: "`groups: {mirror: all}`",
            difference:
                "Only what mirroring gave is taken away: a membership that an administrator gave here stays. A mirror is tied to the group's id, so a renamed group keeps its permissions, and a local group is never taken over for its name.",
            mirroring(.all),
            localGroup + [
                .logIn("alice", .comesIn), .groups("alice", ["active", "staff", "superusers", "choir"]),
                .modify(
                    "dn: \(Directory.group("staff"))\nchangetype: modify\nreplace: member\nmember: \(Directory.bob)\n"),
                .logIn("alice", .comesIn), .groups("alice", ["active", "superusers", "choir"]), .logInAgain("alice"),
            ]),
        SettingRow(
            .settings, "MIRROR_GROUPS", #"["active", "staff"]"#, ours: "`groups: {mirror: {only: [active, staff]}}`",
            mirroring(.only(["active", "staff"])),
            localGroup + [.logIn("alice", .comesIn), .groups("alice", ["active", "staff", "choir"])]),
        SettingRow(
            .settings, "MIRROR_GROUPS", "None", ours: "`groups: {mirror: none}`, the default",
            difference: "Memberships that mirroring gave earlier are taken back.", mirroring(.none),
            localGroup + [.logIn("alice", .comesIn), .groups("alice", ["choir"])]),
        SettingRow(
            .settings, "MIRROR_GROUPS_EXCEPT", #"["superusers"]"#, ours: "`groups: {mirror: {except: [superusers]}}`",
            difference: "`only` and `except` together are found when the configuration is read.",
            mirroring(.except(["superusers"])), [.logIn("alice", .comesIn), .groups("alice", ["active", "staff"])]),
        SettingRow(
            .settings, "MIRROR_GROUPS_EXCEPT", "[]", ours: "`groups: {mirror: {except: []}}`",
            difference: "All but none are all; theirs mirrors nothing then.", mirroring(.except([])),
            [.logIn("alice", .comesIn), .groups("alice", ["active", "staff", "superusers"])]),
        SettingRow(
            .settings, "FIND_GROUP_PERMS", "True",
            ours: "`groups: {mirror: all}` and permissions of the mirrors, or `permissions: [{group: …, grant: […]}]`",
            difference:
                "Permissions are those of the last login or sync and need no directory to be checked; theirs asks the directory at each request, or remembers for `CACHE_TIMEOUT`. A local group gives nothing to the people of a directory group only for having its name.",
            mirroring(.only(["staff"])),
            [.logIn("alice", .comesIn)] + granting("staff") + [
                .permissions("alice", [view]), .stopServer, .permissions("alice", [view]), .startServer,
                .modify(
                    "dn: \(Directory.group("staff"))\nchangetype: modify\nreplace: member\nmember: \(Directory.bob)\n"),
                .logIn("alice", .comesIn), .permissions("alice", []),
            ]),
        SettingRow(
            .settings, "FIND_GROUP_PERMS", "True", note: "and a local group of the name was there before",
            ours: "`groups: {mirror: all}`",
            difference:
                "Whoever may make a group in the directory would hold the local group's permissions; so it is not taken over, and reported.",
            mirroring(.only(["staff"])),
            [.administer(nil, [.createGroup(name: "staff", link: nil)])] + granting("staff") + [
                .logIn("alice", .comesIn), .permissions("alice", []), .groups("alice", []),
            ]),
        SettingRow(
            .settings, "AUTHORIZE_ALL_USERS", "True",
            ours:
                "`dirbridge user link USER`, and `dirbridge user break-glass USER` where the local password should go on",
            difference:
                "A local account has the directory's groups only when it is tied to an entry, by an administrator and by id; theirs goes by the name alone, for anonymous visitors too.",
            Situation(
                configure: {
                    $0.mirrorPolicy.groups = .only(["staff"])
                    $0.groups?.isNested = false
                }, local: [("alice", "alice-here")]),
            [
                .logIn("alice", "alice-here", .comesIn), .groups("alice", []),
                .logIn("alice", "alice-secret", .rejected(.wrongPassword)),
            ]),
        SettingRow(
            .settings, "CACHE_TIMEOUT", "3600", ours: "none",
            difference:
                "Nothing about people is kept between logins, so nothing can be out of date: a login costs one search for the person, a bind, and a search for each level of groups. What is kept is what permissions hang on: the mirrored account. Only refused passwords (`attempts: {remember_refused: 5m}`) and which groups rules stand for (a minute) are remembered, by the backend that asked.",
            mirroring(.all),
            [
                .logIn("alice", .comesIn), .costs("alice", searches: 2, binds: 1),
                .modify(
                    "dn: \(Directory.group("staff"))\nchangetype: modify\nreplace: member\nmember: \(Directory.bob)\n"),
                .logIn("alice", .comesIn), .groups("alice", ["active", "superusers"]),
            ]),
    ]
}
