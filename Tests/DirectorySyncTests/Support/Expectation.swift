import Foundation
import TestSupport

/// What a directory says about its people, computed from what `ldapsearch` shows the administrator, by nothing of what is under test.
struct Expectation {
    /// Values by attribute; the DN as `dn`.
    typealias Entry = [String: [String]]

    /// People below `ou=people` who have one uid.
    let people: [Entry]
    /// Groups below `ou=groups`.
    let groups: [Group]

    struct Group {
        let name, id: String
        let key: [UInt8]
        let members: Set<[UInt8]>
    }

    init(_ slapd: Slapd) async throws {
        let attributes = ["*", "entryUUID", "pwdAccountLockedTime"]
        people = Self.parse(
            try await slapd.search("(objectClass=inetOrgPerson)", base: SyncSite.people, attributes: attributes)
        ).filter { $0["uid"]?.count == 1 }
        groups = Self.parse(
            try await slapd.search("(objectClass=groupOfNames)", base: SyncSite.groups, attributes: attributes)
        ).map { entry in
            Group(
                name: entry["cn"]?.first ?? "", id: entry["entryUUID"]?.first ?? "",
                key: Self.key(entry["dn"]?.first ?? ""),
                members: Set((entry["member"] ?? []).map(Self.key)))
        }
    }

    /// RFC 2849, with unfolded lines.
    static func parse(_ ldif: String) -> [Entry] {
        ldif.components(separatedBy: "\n\n").compactMap { record in
            var entry: Entry = [:]
            for line in record.split(separator: "\n") {
                guard let colon = line.firstIndex(of: ":") else { continue }
                let rest = line[line.index(after: colon)...]
                var value = String(rest.drop { $0 == " " })
                if rest.hasPrefix(":") {
                    let encoded = rest.dropFirst().drop { $0 == " " }
                    value = Data(base64Encoded: String(encoded)).map { String(decoding: $0, as: UTF8.self) } ?? ""
                }
                entry[String(line[..<colon]), default: []].append(value)
            }
            return entry.isEmpty ? nil : entry
        }
    }

    /// The names of the groups an entry is in.
    /// - Parameter isNested: Whether members of member groups count.
    func groups(of entry: Entry, isNested: Bool = true) -> Set<String> {
        var names: Set<String> = []
        var waiting = (entry["dn"] ?? []).map(Self.key)
        while let key = waiting.popLast() {
            for group in groups where group.members.contains(key) {
                if names.insert(group.name).inserted, isNested { waiting.append(group.key) }
            }
        }
        return names
    }

    /// Usernames that differ in case or Unicode form only.
    var twins: Set<String> {
        let names = people.compactMap { $0["uid"]?.first }
        let folded = Dictionary(grouping: names) { $0.precomposedStringWithCompatibilityMapping.lowercased() }
        return Set(folded.values.filter { $0.count > 1 }.joined())
    }

    /// What is the same for all forms of a DN of this company: without the marks of RFC 4514, by which a place can be written in several ways.
    private static func key(_ dn: String) -> [UInt8] {
        var octets: [UInt8] = []
        var rest = Array(dn.lowercased().utf8)[...]
        while let octet = rest.popFirst() {
            guard octet == UInt8(ascii: "\\") else {
                octets.append(octet)
                continue
            }
            if let octet = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16) {
                octets.append(octet)
                rest = rest.dropFirst(2)
            } else if let octet = rest.popFirst() {
                octets.append(octet)
            }
        }
        return octets
    }
}
