/// A person as LDIF. The password is the uid followed by `-secret`.
func person(_ uid: String, under parent: String = SyncSite.people, id: String? = nil, lines: [String] = []) -> String {
    entry(
        "uid=\(uid),\(parent)",
        ["objectClass: inetOrgPerson", "uid: \(uid)", "cn: \(uid)", "sn: \(uid)", "userPassword: \(uid)-secret"]
            + (id.map { ["entryUUID: \($0)"] } ?? []) + lines)
}

/// Several people as LDIF.
func people(_ uids: String...) -> String { people(uids) }
func people(_ uids: [String]) -> String { uids.map { person($0) }.joined() }

/// A group as LDIF.
/// - Parameter members: DNs, or relative names of people (`uid=alice`) and groups (`cn=staff`).
func group(_ name: String, _ members: String..., id: String? = nil) -> String {
    entry(
        "cn=\(name),\(SyncSite.groups)",
        ["objectClass: groupOfNames", "cn: \(name)"] + (id.map { ["entryUUID: \($0)"] } ?? [])
            + members.map { "member: \(member($0))" })
}

/// The DN that a relative name stands for in the tests: people below `ou=people`, groups below `ou=groups`.
func member(_ name: String) -> String {
    if name.contains(",") { return name }
    return name.hasPrefix("uid=") ? "\(name),\(SyncSite.people)" : "\(name),\(SyncSite.groups)"
}

/// An organizational unit as LDIF.
func unit(_ name: String, under parent: String = SyncSite.suffix) -> String {
    entry("ou=\(name),\(parent)", ["objectClass: organizationalUnit", "ou: \(name)"])
}

private func entry(_ dn: String, _ lines: [String]) -> String {
    (["dn: \(dn)"] + lines).joined(separator: "\n") + "\n\n"
}

/// The names of `count` people: `p001` and so on.
func names(_ count: Int) -> [String] {
    (1...count).map { number in "p" + String(repeating: "0", count: 3 - String(number).count) + String(number) }
}
