/// A directory in which groups hold people and groups at random, circles included, and what follows from it: computed from the same lists,
/// by nothing of what is under test.
struct NestedDirectory: Sendable {
    struct Group: Sendable {
        var name: String
        var people: [String]
        var groups: [String] = []
        var number: Int

        /// The DNs of all members.
        var members: [String] { people.map { member("uid=\($0)") } + groups.map { member("cn=\($0)") } }
    }

    let people: [String]
    private(set) var groups: [Group]
    /// The number of each person's primary group; some have none.
    let primary: [String: Int]

    /// - Parameters:
    ///   - seed: Equal seeds give equal directories.
    ///   - isNested: Whether groups hold groups.
    init(seed: UInt64, people count: Int = 24, groups groupCount: Int = 30, isNested: Bool = true) {
        var random = SeededGenerator(state: seed)
        people = names(count)
        var groups: [Group] = []
        var primary: [String: Int] = [:]
        for number in 1...groupCount {
            var group = Group(name: "g\(number)", people: [], number: 1000 + number)
            for person in people where Int.random(in: 0..<8, using: &random) == 0 { group.people.append(person) }
            if isNested {
                for other in 1...groupCount where Int.random(in: 0..<groupCount, using: &random) == 0 {
                    group.groups.append("g\(other)")
                }
            }
            groups.append(group)
        }
        for person in people where Int.random(in: 0..<4, using: &random) > 0 {
            primary[person] = 1000 + Int.random(in: 1...groupCount, using: &random)
        }
        self.groups = groups
        self.primary = primary
    }

    /// The names of the groups somebody is in.
    func groups(of person: String, withPrimary: Bool) -> Set<String> {
        var found: Set<String> = []
        var waiting = groups.filter { $0.people.contains(person) || (withPrimary && $0.number == primary[person]) }
        while let group = waiting.popLast() {
            guard found.insert(group.name).inserted else { continue }
            waiting += groups.filter { $0.groups.contains(group.name) }
        }
        return found
    }

    /// People as LDIF, those with a primary group as POSIX accounts.
    var peopleLDIF: String {
        people.map { name in primary[name].map { account(name, group: $0) } ?? person(name) }.joined()
    }

    /// Groups as LDIF.
    /// - Parameters:
    ///   - classes: The object classes.
    ///   - attribute: What holds the members, as DNs; `memberUid` holds the people's names.
    ///   - mustHaveMember: Whether a group without members gets one that does not exist.
    ///   - hasNumber: Whether groups have a `gidNumber`.
    func groupsLDIF(
        _ classes: [String], _ attribute: String, mustHaveMember: Bool = true, hasNumber: Bool = false
    ) -> String {
        groups.map { group in
            var lines = ["dn: \(member("cn=\(group.name)"))"] + classes.map { "objectClass: \($0)" }
            lines.append("cn: \(group.name)")
            if hasNumber { lines.append("gidNumber: \(group.number)") }
            if attribute == "memberUid" {
                lines += group.people.map { "memberUid: \($0)" }
            } else {
                lines += group.members.map { "\(attribute): \($0)" }
                if group.members.isEmpty, mustHaveMember { lines.append("\(attribute): \(member("cn=nobody"))") }
            }
            return lines.joined(separator: "\n") + "\n\n"
        }.joined()
    }

    /// The same directory with groups that hold nobody.
    var emptied: NestedDirectory {
        var empty = self
        for index in empty.groups.indices { (empty.groups[index].people, empty.groups[index].groups) = ([], []) }
        return empty
    }

    /// Change records that put the members into groups that are there.
    func membersLDIF(_ attribute: String) -> String {
        groups.filter { !$0.members.isEmpty }.map { group in
            let lines = ["dn: \(member("cn=\(group.name)"))", "changetype: modify", "replace: \(attribute)"]
            return (lines + group.members.map { "\(attribute): \($0)" }).joined(separator: "\n") + "\n\n"
        }.joined()
    }
}

/// A person with a POSIX account as LDIF.
func account(_ uid: String, group number: Int) -> String {
    """
    dn: \(member("uid=\(uid)"))
    objectClass: inetOrgPerson
    objectClass: posixAccount
    uid: \(uid)
    cn: \(uid)
    sn: \(uid)
    userPassword: \(uid)-secret
    uidNumber: 5000
    gidNumber: \(number)
    homeDirectory: /home/\(uid)


    """
}

/// SplitMix64 (Steele, Lea, Flood 2014).
private struct SeededGenerator: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
