import AuthCore
import Foundation

/// The groups that a leaf of a rule stood for, as they are kept: a JSON array. How a person got into them is not part of it.
enum RememberedGroups {
    private struct Entry: Codable {
        var id: String
        var name: String
        var dn: String?
    }

    static func text(_ groups: [ExternalGroup]) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let entries = groups.map { Entry(id: $0.id, name: $0.name, dn: $0.dn) }
        return String(decoding: try encoder.encode(entries), as: UTF8.self)
    }

    static func groups(_ text: String) throws -> [ExternalGroup] {
        do {
            return try JSONDecoder().decode([Entry].self, from: Data(text.utf8))
                .map { ExternalGroup(id: $0.id, name: $0.name, dn: $0.dn) }
        } catch {
            throw AuthenticationOutage(
                .databaseUnavailable,
                "A row of bridge_rule_group cannot be read; delete it, and the group is looked up again.",
                underlying: error)
        }
    }
}
