/// Mistakes because of which groups are not found.
extension Mistake {
    private static let groupsLine = "      base: ou=groups,dc=example,dc=org\n"
    private static func groups(_ lines: String) -> [String: String] { [groupsLine: groupsLine + "      \(lines)\n"] }

    static let groups: [Mistake] = [
        Mistake(
            name: "a letter of the groups' base", edits: ["base: ou=groups": "base: ou=gruops"],
            answer: "unavailable searchRefused", step: "groups",
            cause: "groups: base, ou=gruops,dc=example,dc=org, does not exist.",
            remedy: "Write groups: base: ou=groups,dc=example,dc=org"),
        Mistake(
            name: "nested deeper than the limit", user: "deep", edits: groups("maximum_depth: 1"),
            users: ["require: level3"], answer: "denied ruleUnknown", step: "groups",
            cause: "nested deeper than 1 levels",
            remedy: "Raise groups: maximum_depth"),
        Mistake(
            name: "nesting is switched off", user: "nested", edits: groups("nested: false"), users: ["require: outer"],
            answer: "denied notInRequiredGroup", step: "groups", cause: "nested groups are not followed",
            remedy: "Write groups: nested: true"),
        Mistake(
            name: "groups of unique names", user: "unique", answer: "authenticated -", step: "groups",
            cause: "names the person in uniqueMember", remedy: "Write groups: type: groupOfUniqueNames"),
        Mistake(
            name: "groups of usernames", user: "posix", answer: "authenticated -", step: "groups",
            cause: "names the person in memberUid", remedy: "Write groups: type: posixGroup"),
        Mistake(
            name: "groups elsewhere", user: "far", answer: "authenticated -", step: "groups",
            cause: "cn=remote,ou=roles,dc=example,dc=org names the person in member, and is not below",
            remedy: "Write ou=roles,dc=example,dc=org"),
        Mistake(
            name: "the wrong kind of group and a rule", user: "unique", users: ["require: staff"],
            answer: "denied notInRequiredGroup", step: "groups",
            cause: "uid=unique,ou=people,dc=example,dc=org is in no group", remedy: "groupOfUniqueNames",
            isToldLike: ["groups of unique names"]),
        Mistake(
            name: "groups without the attribute of their name",
            edits: groups("type: {object_class: groupOfNames, member_attribute: member, name_attribute: ou}"),
            answer: "authenticated -", step: "groups", cause: "shows no ou", remedy: "name_attribute"),
        Mistake(
            name: "more groups than the server returns", user: "bob",
            edits: ["cn=bridge,ou=services": "cn=small,ou=services"], answer: "unavailable searchRefused",
            step: "groups",
            cause: "cut off: sizeLimit", remedy: "limit on the number of entries"),
    ]
}
