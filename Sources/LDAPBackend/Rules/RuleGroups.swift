import AuthCore
import LDAPClient
import Logging
import Synchronization

/// Finds the groups that rules name, now and then and not at each login.
///
/// A rule that names a group by DN or name goes on meaning that group when it is renamed. A condition whose group is not found is unknown,
/// whether it never existed, is gone, or is only hidden from the service account: a login cannot tell these apart, and under `deny` the
/// difference decides who comes in.
final class RuleGroups: Sendable {
    /// How long an answer holds. A group that is made, renamed or made again counts after that.
    static let refreshInterval: Duration = .seconds(60)

    private let configuration: LDAPBackendConfiguration
    private let memory: any RuleGroupMemory
    private let logger: Logger
    private let leaves: [Rule.Leaf]
    private let resolved = Mutex<(groups: ResolvedRuleGroups, at: ContinuousClock.Instant)?>(nil)

    init(configuration: LDAPBackendConfiguration, memory: any RuleGroupMemory, logger: Logger) {
        self.configuration = configuration
        self.memory = memory
        self.logger = logger
        var seen: Set<Rule.Leaf> = []
        self.leaves = configuration.rules.flatMap(\.leaves).filter { $0.namesGroup && seen.insert($0).inserted }
    }

    /// What the groups stand for.
    /// - Parameter now: The time, for tests; the default is the time.
    func current(
        _ reader: DirectoryReader, at now: ContinuousClock.Instant = .now
    ) async throws -> ResolvedRuleGroups {
        if leaves.isEmpty { return ResolvedRuleGroups() }
        // What one person may see says nothing about the next.
        if reader.session != nil { return try await resolve(reader) }
        if let (groups, at) = resolved.withLock({ $0 }), now - at < Self.refreshInterval { return groups }
        // Two logins at once may both look: the answer is the same, and neither waits for the other.
        return try await renewed(reader, at: now)
    }

    /// What the groups stand for at this moment; from now on logins hold to it too.
    /// - Parameter now: The time, for tests; the default is the time.
    func renewed(
        _ reader: DirectoryReader, at now: ContinuousClock.Instant = .now
    ) async throws -> ResolvedRuleGroups {
        if leaves.isEmpty { return ResolvedRuleGroups() }
        let groups = try await resolve(reader)
        for unresolved in groups.unresolved {
            logger.warning(
                "A rule cannot be decided",
                metadata: ["auth.backend": "\(configuration.name)", "rule.problem": "\(unresolved.explanation)"])
        }
        resolved.withLock { $0 = (groups, now) }
        return groups
    }

    private func resolve(_ reader: DirectoryReader) async throws -> ResolvedRuleGroups {
        let remembered = try await memory.rememberedRuleGroups(source: configuration.name)
        var result = ResolvedRuleGroups()
        var news: [String: [ExternalGroup]] = [:]
        for leaf in leaves {
            let before = remembered[leaf.key]?.first
            // The group that was meant is meant as long as it exists, whoever has its name now: names can be taken.
            if let before, let known = try await find(.id(before.id), reader).first {
                result.groups[leaf] = known.id
                if !isSpelled(leaf, known) {
                    result.warnings.append(
                        "\(leaf) is now \(known.dn ?? known.name); write the new name into the rule.")
                }
                continue
            }
            if let before, let known = try await find(.id(before.id), reader, showsMembers: false).first {
                result.unresolved.append(hidden(leaf, known, wasSeen: true))
                continue
            }
            // What one person does not see may be there all the same, and whoever has its name now is not what was meant.
            if let before, reader.session != nil {
                result.unresolved.append(unresolved(leaf, [], before, hiddenFrom: "the person"))
                continue
            }
            let found = try await find(leaf, reader)
            if found.isEmpty, let known = try await find(leaf, reader, showsMembers: false).first {
                result.unresolved.append(hidden(leaf, known, wasSeen: before != nil))
            } else if found.count == 1 {
                result.groups[leaf] = found[0].id
                if before?.id != found[0].id { news[leaf.key] = found }
            } else {
                result.unresolved.append(unresolved(leaf, found, before))
            }
        }
        // What one person sees is not remembered for the next.
        if !news.isEmpty, reader.session == nil {
            try await memory.rememberRuleGroups(news, source: configuration.name)
        }
        return result
    }

    /// Whether a condition names a group as it is called now.
    private func isSpelled(_ leaf: Rule.Leaf, _ group: ExternalGroup) -> Bool {
        switch leaf {
        case .name(let name): LoginName.fold(name) == LoginName.fold(group.name)
        case .dn(let dn): group.dn.map { (try? DistinguishedName($0)) == (try? DistinguishedName(dn)) } ?? false
        case .id, .pattern, .attribute: true
        }
    }

    private func unresolved(
        _ leaf: Rule.Leaf, _ found: [ExternalGroup], _ before: ExternalGroup?,
        hiddenFrom reader: String = "the service account"
    ) -> UnresolvedRuleGroup {
        let explanation =
            if found.count > 1 {
                "\(leaf) stands for several groups (\(found.compactMap(\.dn).joined(separator: " and "))); name it by dn."
            } else if let before {
                "\(leaf) was \(before.dn ?? before.id) and cannot be found in '\(configuration.name)' any more: "
                    + "it is gone, or hidden from \(reader). Show it, or take it out of the rule."
            } else {
                "There is no \(leaf) in '\(configuration.name)'."
            }
        return UnresolvedRuleGroup(leaf: leaf, wasSeen: before != nil, explanation: explanation)
    }

    private func hidden(_ leaf: Rule.Leaf, _ group: ExternalGroup, wasSeen: Bool) -> UnresolvedRuleGroup {
        let attribute = configuration.groups?.type.memberAttribute ?? ""
        return UnresolvedRuleGroup(
            leaf: leaf, wasSeen: wasSeen,
            explanation:
                "\(group.dn ?? group.id) shows no \(attribute), which it must have; give the service account the right to search it."
        )
    }

    /// The groups that a condition may mean.
    /// - Parameter showsMembers: Whether only those count whose members can be searched.
    private func find(
        _ leaf: Rule.Leaf, _ reader: DirectoryReader, showsMembers: Bool = true
    ) async throws -> [ExternalGroup] {
        guard let groups = configuration.groups else { return [] }
        // One whose members are hidden looks as if nobody were in it, also to a rule that keeps people out.
        let mustShow = groups.type.requiresMember && groups.strategy == .search
        if !showsMembers, !mustShow { return [] }
        let isGroup = [groups.filter] + (showsMembers && mustShow ? [.present(groups.type.memberAttribute)] : [])
        var found: [ExternalGroup] = []
        for request in try requests(for: leaf, groups, .and(isGroup)) {
            do {
                let result = try await reader.search(request, for: "rules")
                guard result.isConclusive || result.entries.count > 1 else {
                    throw AuthenticationOutage(
                        .searchRefused,
                        "The search for \(leaf) in '\(configuration.name)' did not come to an end (\(result.shortfall))."
                    )
                }
                for entry in result.entries {
                    let group = try reader.externalGroup(entry, groups.type, path: .direct)
                    // Bases may lie below one another.
                    if !found.contains(where: { $0.id == group.id }) { found.append(group) }
                }
            } catch let error as LDAPError where error.code == .noSuchObject && request.scope == .base {
                // A missing search base would be a mistake of another kind and proves nothing.
                continue
            }
        }
        return found
    }

    /// The searches for a group; none for one that people's groups could never be among, and for conditions that name none.
    private func requests(
        for leaf: Rule.Leaf, _ groups: GroupSearch, _ isGroup: Filter
    ) throws -> [SearchRequest] {
        let attributes = AttributeSelection.named([groups.type.nameAttribute, configuration.users.idAttribute])
        func below(_ term: Filter) -> [SearchRequest] {
            groups.bases.map {
                SearchRequest(
                    base: $0, scope: .subtree, filter: .and([term, isGroup]), attributes: attributes, sizeLimit: 2)
            }
        }
        switch leaf {
        case .dn(let text):
            let dn = try DistinguishedName(text)
            guard groups.covers(dn) else { return [] }
            return [SearchRequest(base: dn, scope: .base, filter: isGroup, attributes: attributes)]
        case .id(let id): return below(.identity(configuration.users.idAttribute, id))
        case .name(let name): return below(.equal(groups.type.nameAttribute, name))
        case .pattern, .attribute: return []
        }
    }
}
