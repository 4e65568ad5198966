import AuthCore
import LDAPBackend
import LDAPClient
import TestSupport

/// The directory of the rows: a few people, and groups of every kind.
enum DjangoDirectory {
    static let people = Company.people
    static let groups = Company.groups
    static let elsewhere = "ou=elsewhere,dc=example,dc=org"
    static let otherGroups = "ou=other-groups,dc=example,dc=org"
    static let alice = "uid=alice,\(people)"
    static let bob = "uid=bob,\(people)"

    static func group(_ name: String) -> String { "cn=\(name),\(groups)" }

    /// A rule that names a group by its DN.
    static func dn(_ name: String) -> Rule { .leaf(.dn(group(name))) }

    static let ldif = people(["alice": 1000, "bob": 50, "mallory": 51]) + places + namesGroups + otherKinds

    private static func people(_ people: KeyValuePairs<String, Int>) -> String {
        people.map { uid, number in
            let name = uid.prefix(1).uppercased() + uid.dropFirst()
            return GroupSite.record(
                "uid=\(uid),\(Self.people)",
                [
                    "objectClass: inetOrgPerson", "objectClass: posixAccount", "uid: \(uid)", "cn: \(uid)",
                    "givenName: \(name)", "sn: Adams", "mail: \(uid)@example.org", "employeeNumber: \(number)",
                    "uidNumber: \(number)", "gidNumber: \(number)", "homeDirectory: /", "userPassword: \(uid)-secret",
                ])
        }.joined()
    }

    /// Dreßler has a name that is not ASCII, nobody's number and no first name; carol is elsewhere.
    private static let places =
        GroupSite.record(elsewhere, ["objectClass: organizationalUnit", "ou: elsewhere"])
        + GroupSite.record(otherGroups, ["objectClass: organizationalUnit", "ou: other-groups"])
        + GroupSite.personLDIF("dreßler")
        + GroupSite.record(
            "uid=carol,\(elsewhere)",
            ["objectClass: inetOrgPerson", "uid: carol", "cn: carol", "sn: Cook", "userPassword: carol-secret"])

    /// Alice is in active and staff; staff and circle-a are in parent, parent in grandparent, the circles in each other.
    private static let namesGroups =
        groupOfNames("active", alice, bob) + groupOfNames("staff", alice) + groupOfNames("superusers", alice)
        + groupOfNames("suspended", "uid=mallory,\(people)") + groupOfNames("parent", group("staff"))
        + groupOfNames("grandparent", group("parent"))
        + groupOfNames("circle-a", "uid=mallory,\(people)", group("circle-b"))
        + groupOfNames("circle-b", group("circle-a"))
        + GroupSite.record(
            "cn=other,\(otherGroups)", ["objectClass: groupOfNames", "cn: other", "member: \(alice)"])

    static func groupOfNames(_ name: String, _ members: String...) -> String {
        GroupSite.record(group(name), ["objectClass: groupOfNames", "cn: \(name)"] + members.map { "member: \($0)" })
    }

    private static let otherKinds =
        GroupSite.record(group("primary"), ["objectClass: posixGroup", "cn: primary", "gidNumber: 1000"])
        + GroupSite.record(
            group("unix"),
            ["objectClass: posixGroup", "cn: unix", "gidNumber: 2000", "memberUid: alice", "memberUid: mallory"])
        + GroupSite.record(
            group("unique"), ["objectClass: groupOfUniqueNames", "cn: unique", "uniqueMember: \(alice)"])
        + GroupSite.record(
            group("unique-parent"),
            ["objectClass: groupOfUniqueNames", "cn: unique-parent", "uniqueMember: \(group("unique"))"])
        + GroupSite.record(group("role"), ["objectClass: organizationalRole", "cn: role", "roleOccupant: \(alice)"])
        + GroupSite.record(
            group("role-parent"),
            ["objectClass: organizationalRole", "cn: role-parent", "roleOccupant: \(group("role"))"])

    /// What a row changes: people by uid, nested groups of names, none mirrored, the attributes of the reference.
    static func configuration() throws -> LDAPBackendConfiguration {
        LDAPBackendConfiguration(
            name: "corp",
            users: UserSearch(
                .search(base: try DistinguishedName(people), filter: try FilterTemplate("(uid={username})"))),
            groups: GroupSearch(base: try DistinguishedName(groups)))
    }

    /// Active Directory's group class, as OpenLDAP knows it.
    static var microsoftSchema: Slapd.Options {
        var options = Slapd.Options()
        options.global = ["include /etc/ldap/schema/msuser.schema"]
        return options
    }

    /// Ada is in `ad-team`, which is in `ad-unit`.
    static let activeDirectory =
        GroupSite.personLDIF("ada") + microsoftGroup("ad-team", "uid=ada,\(people)")
        + microsoftGroup("ad-unit", group("ad-team"))

    private static func microsoftGroup(_ name: String, _ member: String) -> String {
        GroupSite.record(
            group(name),
            [
                "objectClass: group", "cn: \(name)", "instanceType: 4", "nTSecurityDescriptor: x",
                "objectCategory: \(groups)", "groupType: -2147483646", "member: \(member)",
            ])
    }
}
