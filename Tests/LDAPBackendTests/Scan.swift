import AuthCore
import Foundation
import LDAPBackend
import LDAPClient
import TestSupport

/// What a scan of people and groups came to, all of it in memory.
struct Scan {
    var people: [ScannedPerson] = []
    var warnings: [String] = []
    var unusable: [UnusableEntry] = []
    var groups: [ScannedGroup] = []
    var peopleProof = ScanProof(shortfall: nil, entries: 0)
    var groupsProof = ScanProof(shortfall: nil, entries: 0)

    init(_ backend: LDAPBackend) async throws {
        peopleProof = try await backend.scanPeople { entry in
            switch entry {
            case .person(let person, let warnings):
                people.append(person)
                self.warnings += warnings.map(\.description)
            case .unusable(let entry): unusable.append(entry)
            }
        }
        groupsProof = try await backend.scanGroups { groups.append($0) }
    }

    func person(_ username: String) -> ScannedPerson? {
        people.first { $0.username == username }
    }

    /// The groups somebody is in, nested ones included, as the groups' own entries have them.
    func groups(of person: ScannedPerson) -> [ExternalGroup] {
        var found: [String: ScannedGroup] = [:]
        let key = PersonKey(person.key)
        var names = Set([key.dn] + key.names)
        while true {
            let new = groups.filter { found[$0.key] == nil && !names.isDisjoint(with: $0.members) }
            if new.isEmpty { break }
            for group in new {
                found[group.key] = group
                names.insert(group.key)
            }
        }
        return found.values.map { ExternalGroup(id: $0.link.id, name: $0.name, dn: $0.link.dn) }
    }
}

extension Slapd {
    /// Entries as `ldapsearch` shows them to the administrator: values by attribute, the DN as `dn`.
    func entries(_ filter: String, _ attributes: [String]) async throws -> [[String: [String]]] {
        try await search(filter, attributes: attributes).components(separatedBy: "\n\n").compactMap { record in
            var entry: [String: [String]] = [:]
            for line in record.split(separator: "\n") {
                guard let colon = line.firstIndex(of: ":") else { continue }
                let rest = line[line.index(after: colon)...]
                var value = rest.drop { $0 == " " || $0 == ":" }
                if rest.hasPrefix(":"), let data = Data(base64Encoded: String(value)) {
                    value = String(decoding: data, as: UTF8.self)[...]
                }
                entry[String(line[..<colon]), default: []].append(String(value))
            }
            return entry.isEmpty ? nil : entry
        }
    }
}
