import LDAPBackend
import LDAPClient

/// Which groups name which people, as a scan saw it: from the place of a person to the places of the groups.
///
/// Groups name their members by DN or another name, a few for each person of the directory, so nothing else is kept of a name than two hashes,
/// one of them keyed anew in each process so that nobody can choose two that meet: 24 bytes for a membership while the scan goes on, 4
/// afterwards.
struct MembershipIndex: Sendable {
    /// The key of a name, in place of the text.
    private struct Key: Hashable, Sendable {
        let keyed: Int
        let plain: UInt64

        init(_ text: String) {
            var hasher = Hasher()
            var plain: UInt64 = 0xcbf2_9ce4_8422_2325
            var text = text
            text.withUTF8 { bytes in
                hasher.combine(bytes: UnsafeRawBufferPointer(bytes))
                // FNV-1a, RFC draft-eastlake-fnv.
                for byte in bytes { plain = (plain ^ UInt64(byte)) &* 0x100_0000_01b3 }
            }
            keyed = hasher.finalize()
            self.plain = plain
        }
    }

    private var members: [(key: Key, group: Int32)] = []
    /// Members whose names directories fold differently: by the key, what some may take for the same.
    private var looseMembers: [Key: Key] = [:]
    /// The places of people whom a group may name in another spelling.
    private(set) var doubtful: Set<Int64> = []
    /// The groups of those about whom the directory was asked.
    private var answered: [Int64: [Int64]] = [:]
    private var groups: [Key: Int32] = [:]
    private var places: Set<Int32> = []
    /// Where in ``named`` the groups of a person begin, by place.
    private var beginnings: [Int32] = []
    private var named: [Int32] = []

    /// Takes in a group, in place of what it was when it was seen before: one that is moved while the scan goes on may come twice.
    /// - Parameters:
    ///   - place: The group's place.
    ///   - key: The canonical key of its DN.
    ///   - members: The keys of its members.
    mutating func add(_ place: Int64, key: String, members keys: [String]) {
        let group = Int32(place)
        if !places.insert(group).inserted { members.removeAll { $0.group == group } }
        groups[Key(key)] = group
        for key in keys {
            members.append((Key(key), group))
            let loose = Self.looseKey(key)
            if loose != key { looseMembers[Key(key)] = Key(loose) }
        }
    }

    /// Which groups name which groups. To be asked before ``settle(_:)``.
    var edges: [(group: Int64, member: Int64)] {
        members.compactMap { key, group in groups[key].map { (group: Int64(group), member: Int64($0)) } }
    }

    /// Finds the people among the members. What is no person's is forgotten.
    /// - Parameter people: The places of people, in rising order from 1 on, and their keys, as ``PersonKey/text``.
    mutating func settle(_ people: [(place: Int64, key: String)]) {
        var holders = Holders(count: people.count)
        for (place, text) in people {
            let key = PersonKey(text)
            // Two people with one DN are told apart by nobody here.
            if let other = holders.add(Int32(place), dn: Key(key.dn)) { doubtful.formUnion([place, Int64(other)]) }
            for name in key.names { holders.add(Int32(place), name: Key(name)) }
        }
        let indistinct = doubtful
        findDoubtful(people, holders)
        let count = Int(people.last?.place ?? 0)
        var pairs: [(person: Int32, group: Int32)] = []
        pairs.reserveCapacity(members.count)
        for (key, group) in members {
            holders.each(of: key) { person in
                if !indistinct.contains(Int64(person)) { pairs.append((person, group)) }
            }
        }
        members = []
        // Counting: how many each has, then where each one's begin, then the groups themselves.
        beginnings = Array(repeating: 0, count: count + 2)
        for (person, _) in pairs { beginnings[Int(person) + 1] += 1 }
        for place in 1..<beginnings.count { beginnings[place] += beginnings[place - 1] }
        var next = beginnings
        named = Array(repeating: 0, count: pairs.count)
        for (person, group) in pairs {
            named[Int(next[Int(person)])] = group
            next[Int(person)] += 1
        }
    }

    /// Finds people of whom it cannot be told whether a group names them: a member that is nobody's is spelled like them but for what directories
    /// fold differently.
    private mutating func findDoubtful(_ people: [(place: Int64, key: String)], _ holders: Holders) {
        var strangers: Set<Key> = []
        for (key, _) in members where !holders.has(key) && groups[key] == nil {
            strangers.insert(looseMembers[key] ?? key)
        }
        looseMembers = [:]
        if strangers.isEmpty { return }
        for (place, text) in people {
            let key = PersonKey(text)
            if strangers.contains(Key(Self.looseKey(key.dn)))
                || key.names.contains(where: { strangers.contains(Key(Self.looseKey($0))) })
            {
                doubtful.insert(place)
            }
        }
    }

    private static func looseKey(_ key: String) -> String {
        PersonKey.isName(key) ? PersonKey.looseName(key) : DistinguishedNameKeys.looseKey(for: key)
    }

    /// Who has which key. A DN is one person's; other names may be several people's.
    private struct Holders {
        private var dns: [Key: Int32] = [:]
        /// The latest link for each name in the chain of those who have it.
        private var names: [Key: Int32] = [:]
        private var chain: [(person: Int32, before: Int32)] = []

        init(count: Int) { dns.reserveCapacity(count) }

        /// - Returns: Somebody else who has the DN, if there is one.
        mutating func add(_ person: Int32, dn: Key) -> Int32? {
            dns.updateValue(person, forKey: dn)
        }

        mutating func add(_ person: Int32, name: Key) {
            chain.append((person, names[name] ?? -1))
            names[name] = Int32(chain.count - 1)
        }

        func has(_ key: Key) -> Bool { dns[key] != nil || names[key] != nil }

        func each(of key: Key, _ body: (Int32) -> Void) {
            if let person = dns[key] { return body(person) }
            var link = names[key] ?? -1
            while link >= 0 {
                body(chain[Int(link)].person)
                link = chain[Int(link)].before
            }
        }
    }

    /// Takes the directory's word for which groups name somebody.
    mutating func answer(_ place: Int64, _ groups: [Int64]) {
        doubtful.remove(place)
        answered[place] = groups
    }

    /// The places of the groups that name a person. A group that names somebody twice, in two spellings, is there twice.
    func groups(of place: Int64) -> [Int64] {
        if let groups = answered[place] { return groups }
        let place = Int(place)
        guard place + 1 < beginnings.count else { return [] }
        return named[Int(beginnings[place])..<Int(beginnings[place + 1])].map(Int64.init)
    }
}
