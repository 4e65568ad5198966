import AuthCore
import LDAPClient
import Synchronization

/// Finds the groups that rules name, once and not at each login.
///
/// A rule that names a group by DN or name goes on meaning that group when it is renamed. A group that was never seen leaves the condition
/// unknown; it is looked for again after a while, so that creating it helps without a restart.
final class RuleGroups: Sendable {
    /// How long a condition that stands for nothing stays so before it is looked at again.
    static let retryInterval: Duration = .seconds(60)

    private let configuration: LDAPBackendConfiguration
    private let memory: any RuleGroupMemory
    private let leaves: [Rule.Leaf]
    private let resolved = Mutex<(groups: ResolvedRuleGroups, at: ContinuousClock.Instant)?>(nil)

    init(configuration: LDAPBackendConfiguration, memory: any RuleGroupMemory) {
        self.configuration = configuration
        self.memory = memory
        var seen: Set<Rule.Leaf> = []
        self.leaves = configuration.rules.flatMap(\.leaves).filter { $0.namesGroup && seen.insert($0).inserted }
    }

    /// What the groups stand for.
    func current(_ reader: DirectoryReader) async throws -> ResolvedRuleGroups {
        if leaves.isEmpty { return ResolvedRuleGroups() }
        let now = ContinuousClock.now
        if let (groups, at) = resolved.withLock({ $0 }), groups.unresolved.isEmpty || now - at < Self.retryInterval {
            return groups
        }
        // Two first logins at once both look: the answer is the same, and neither waits for the other.
        let groups = try await resolve(reader)
        resolved.withLock { $0 = (groups, now) }
        return groups
    }

    private func resolve(_ reader: DirectoryReader) async throws -> ResolvedRuleGroups {
        let remembered = try await memory.rememberedRuleGroups(source: configuration.name)
        var result = ResolvedRuleGroups()
        var news: [String: [ExternalGroup]] = [:]
        for leaf in leaves {
            let found = try await find(leaf, reader)
            let before = remembered[leaf.description]
            if found.count == 1 {
                result.groups[leaf] = Set(found.map(\.id))
                if before?.map(\.id) != found.map(\.id) { news[leaf.description] = found }
            } else if found.count > 1 {
                result.unresolved.append(
                    UnresolvedRuleGroup(
                        leaf: leaf,
                        explanation:
                            "\(leaf) stands for several groups (\(found.compactMap(\.dn).joined(separator: " and "))); name it by dn."
                    ))
            } else if let before, let last = before.first {
                try await settle(missing: leaf, lastSeen: last, reader, &result)
            } else {
                result.unresolved.append(
                    UnresolvedRuleGroup(
                        leaf: leaf, explanation: "There is no \(leaf) in '\(configuration.name)', and there never was.")
                )
            }
        }
        if !news.isEmpty { try await memory.rememberRuleGroups(news, source: configuration.name) }
        return result
    }

    /// A group that was seen under this name or DN: it still counts if it is found under its id, and is empty if it is gone.
    private func settle(
        missing leaf: Rule.Leaf, lastSeen: ExternalGroup, _ reader: DirectoryReader, _ result: inout ResolvedRuleGroups
    ) async throws {
        if let renamed = try await find(.id(lastSeen.id), reader).first {
            result.groups[leaf] = [renamed.id]
            result.warnings.append("\(leaf) is now \(renamed.dn ?? renamed.name); write the new name into the rule.")
        } else {
            result.groups[leaf] = []
            result.warnings.append("\(leaf) is gone from '\(configuration.name)' and counts as empty.")
        }
    }

    private func find(_ leaf: Rule.Leaf, _ reader: DirectoryReader) async throws -> [ExternalGroup] {
        guard let groups = configuration.groups else { return [] }
        let ofType = Filter.equal("objectClass", groups.type.objectClass)
        let request: SearchRequest
        let attributes = AttributeSelection.named([groups.type.nameAttribute, configuration.users.idAttribute])
        switch leaf {
        case .dn(let dn):
            request = SearchRequest(
                base: try DistinguishedName(dn), scope: .base, filter: ofType, attributes: attributes)
        case .id(let id):
            request = SearchRequest(
                base: groups.base, scope: .subtree,
                filter: .and([ofType, .equal(configuration.users.idAttribute, id)]),
                attributes: attributes, sizeLimit: 2)
        case .name(let name):
            request = SearchRequest(
                base: groups.base, scope: .subtree, filter: .and([ofType, .equal(groups.type.nameAttribute, name)]),
                attributes: attributes, sizeLimit: 2)
        case .pattern, .attribute:
            return []
        }
        do {
            let result = try await reader.search(request, for: "rules")
            guard result.isConclusive || result.entries.count > 1 else {
                throw AuthenticationOutage(
                    .searchRefused,
                    "The search for \(leaf) in '\(configuration.name)' did not come to an end (\(result.shortfall)).")
            }
            return try result.entries.map { try reader.externalGroup($0, groups.type, path: .direct) }
        } catch let error as LDAPError where error.code == .noSuchObject && error.isAboutEntry(leaf) {
            return []
        }
    }
}

extension LDAPError {
    /// Only a DN that a rule names may be missing; a missing search base is a mistake of another kind and no proof of anything.
    fileprivate func isAboutEntry(_ leaf: Rule.Leaf) -> Bool {
        if case .dn = leaf { true } else { false }
    }
}

extension SearchResult {
    /// Whether nothing was cut off: what was not returned does not exist. References point to other servers and say nothing about this one.
    var isConclusive: Bool {
        switch completeness {
        case .complete, .incomplete(.references): true
        case .incomplete: false
        }
    }

    /// Why it is not conclusive, in words.
    var shortfall: String { "\(completeness)" }
}
