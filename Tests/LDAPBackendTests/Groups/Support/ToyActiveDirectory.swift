import Synchronization
import TestSupport

@testable import LDAPClient

/// A domain controller as far as memberships are concerned: it works out `memberOf`, `tokenGroups` and the chain rule from the groups' members,
/// as Active Directory documents them (MS-ADTS 3.1.1.4.5) and as Samba was seen to answer.
final class ToyActiveDirectory: Sendable {
    /// An entry with the values that are stored.
    struct Entry: Sendable {
        var dn: String
        var attributes: [String: [[UInt8]]]

        /// By the attribute's name in any case.
        subscript(_ name: String) -> [[UInt8]] {
            attributes.first { $0.key.lowercased() == name.lowercased() }?.value ?? []
        }
    }

    static let suffix = "DC=corp,DC=test"
    static let groups = "OU=Groups,\(suffix)"
    static let people = "OU=People,\(suffix)"

    /// What the root DSE says; empty for a directory of another make.
    let capabilities: [String]
    /// Attributes that the service account may not read, in small letters.
    let hidden: Set<String>
    /// The most values of `memberOf` that are sent at once.
    let valueLimit: Int

    private let entries: [Entry]
    private let searches = Mutex<[LDAPMessages.Search]>([])

    init(
        _ entries: [Entry], capabilities: [String] = ["1.2.840.113556.1.4.800"], hidden: Set<String> = [],
        valueLimit: Int = 1500
    ) {
        self.entries = entries + [Entry(dn: "cn=bridge,ou=services,dc=example,dc=org", attributes: [:])]
        self.capabilities = capabilities
        self.hidden = hidden
        self.valueLimit = valueLimit
    }

    /// The searches below the suffix since the last time this was asked.
    func takeSearches() -> [LDAPMessages.Search] {
        searches.withLock { seen in
            defer { seen = [] }
            return seen
        }
    }

    // MARK: Making entries

    static func identifier(_ number: UInt32) -> [UInt8] {
        SecurityIdentifier(authority: 5, subAuthorities: [21, 1, 2, 3, number])?.bytes ?? []
    }

    static func person(_ name: String, _ number: UInt32, primary: UInt32 = 513) -> Entry {
        entry("CN=\(name),\(people)", name, number, ["user"], ["primaryGroupID": [Array(String(primary).utf8)]])
    }

    /// - Parameter isSecurity: Whether it gives rights, or is a list of mail addresses.
    static func group(_ name: String, _ number: UInt32, _ members: [String], isSecurity: Bool = true) -> Entry {
        entry(
            "CN=\(name),\(groups)", name, number, ["top", "group"],
            [
                "cn": [Array(name.utf8)], "member": members.map { Array($0.utf8) },
                "groupType": [Array((isSecurity ? "-2147483646" : "2").utf8)],
            ])
    }

    private static func entry(
        _ dn: String, _ name: String, _ number: UInt32, _ classes: [String], _ more: [String: [[UInt8]]]
    ) -> Entry {
        let guid = [UInt8](repeating: 0xAB, count: 12) + [UInt8](identifier(number).suffix(4))
        let common: [String: [[UInt8]]] = [
            "objectClass": classes.map { Array($0.utf8) }, "sAMAccountName": [Array(name.utf8)],
            "distinguishedName": [Array(dn.utf8)], "objectSid": [identifier(number)], "objectGUID": [guid],
        ]
        return Entry(dn: dn, attributes: common.merging(more) { $1 })
    }

    // MARK: Answering

    var behaviour: ToyServer.Behaviour {
        LDAPMessages.answering { [self] search in
            if search.base.isEmpty {
                return [("", [("supportedCapabilities", capabilities.map { Array($0.utf8) })])]
            }
            if search.base.hasSuffix(Self.suffix) { searches.withLock { $0.append(search) } }
            return found(search).map { entry in
                (entry.dn, search.attributes.flatMap { attribute(entry, $0, search) })
            }
        }
    }

    private func found(_ search: LDAPMessages.Search) -> [Entry] {
        entries.filter { entry in
            let isInScope = search.scope == 0 ? same(entry.dn, search.base) : isBelow(entry.dn, search.base)
            return isInScope && search.filter.matches { test in matches(entry, test) }
        }
    }

    private func attribute(
        _ entry: Entry, _ name: String, _ search: LDAPMessages.Search
    ) -> [(String, [[UInt8]])] {
        // A range of values: `memberOf;range=1500-*`.
        let parts = name.lowercased().split(separator: ";range=")
        let base = String(parts[0])
        guard !hidden.contains(base) else { return [] }
        let values: [[UInt8]]
        switch base {
        case "memberof": values = parents(of: [entry.dn]).map { Array($0.dn.utf8) }
        case "tokengroups": values = search.scope == 0 ? token(of: entry) : []
        default: values = entry[base]
        }
        if values.isEmpty { return [] }
        let start = parts.count > 1 ? Int(parts[1].prefix { $0 != "-" }) ?? 0 : 0
        if base != "memberof" || (start == 0 && values.count <= valueLimit) { return [(name, values)] }
        let end = min(start + valueLimit, values.count)
        let high = end == values.count ? "*" : String(end - 1)
        return [("memberOf;range=\(start)-\(high)", Array(values[start..<end]))]
    }

    // MARK: Working out

    private func matches(_ entry: Entry, _ test: LDAPMessages.Test) -> Bool {
        let value = String(decoding: test.value, as: UTF8.self)
        switch (test.attribute.lowercased(), test.rule) {
        case ("member", "1.2.840.113556.1.4.1941"):
            return closure(of: value).contains { same($0.dn, entry.dn) }
        case ("grouptype", "1.2.840.113556.1.4.803"):
            return entry["groupType"].first.map { $0.first == UInt8(ascii: "-") } ?? false
        case (_, .some): return false
        case ("member", nil), ("distinguishedname", nil):
            return entry[test.attribute].contains { same(String(decoding: $0, as: UTF8.self), value) }
        case ("objectclass", nil) where test.value.isEmpty: return true
        case (let name, nil):
            if test.isPresence { return !entry[name].isEmpty || name == "objectclass" }
            return entry[name].contains {
                $0 == test.value
                    || String(decoding: $0, as: UTF8.self).lowercased() == value.lowercased()
            }
        }
    }

    private func parents(of dns: [String], _ isCounted: (Entry) -> Bool = { _ in true }) -> [Entry] {
        entries.filter { group in
            isCounted(group)
                && group["member"].contains { member in
                    dns.contains { same($0, String(decoding: member, as: UTF8.self)) }
                }
        }
    }

    private func closure(of dn: String, _ isCounted: (Entry) -> Bool = { _ in true }) -> [Entry] {
        var found: [Entry] = []
        var level = [dn]
        while !level.isEmpty {
            let new = parents(of: level, isCounted).filter { group in !found.contains { $0.dn == group.dn } }
            found += new
            level = new.map(\.dn)
        }
        return found
    }

    private func token(of person: Entry) -> [[UInt8]] {
        let isSecurity = { (entry: Entry) in entry["groupType"].first?.first == UInt8(ascii: "-") }
        var groups = closure(of: person.dn, isSecurity)
        let number = person["primaryGroupID"].first.flatMap { UInt32(String(decoding: $0, as: UTF8.self)) } ?? 0
        for primary in entries where primary["objectSid"] == [Self.identifier(number)] {
            groups += [primary] + closure(of: primary.dn, isSecurity)
        }
        // S-1-5-32-545, the users of whatever machine it is.
        let builtIn = SecurityIdentifier(authority: 5, subAuthorities: [32, 545])?.bytes ?? []
        return Array(Set(groups.flatMap { $0["objectSid"] } + [builtIn]))
    }

    private func same(_ left: String, _ right: String) -> Bool {
        (try? DistinguishedName(left)) == (try? DistinguishedName(right))
    }

    private func isBelow(_ dn: String, _ base: String) -> Bool {
        guard let dn = try? DistinguishedName(dn), let base = try? DistinguishedName(base) else { return false }
        return dn.isEqualOrBelow(base)
    }
}
