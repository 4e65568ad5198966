import AuthCore
import LDAPClient

extension MembershipReader {
    /// ``MembershipStrategy/memberOf(attribute:)``: reads the groups whose DNs the person's entry lists.
    ///
    /// OpenLDAP's memberof overlay lists direct groups, its dynlist overlay and 389 Directory Server nested ones too. So where nesting counts,
    /// what the groups list is followed as well, and where it does not, each group is asked whether it names the person itself.
    mutating func readMemberOf(_ attribute: String) async throws {
        var keys = DistinguishedNameKeys()
        var known: Set<String> = []
        var next = names(listedBy: entry, attribute, &known, &keys)
        if entry[attribute].isEmpty, finding.isComplete { return try await searchUnlisted(attribute) }
        var isFirst = true
        var depth = 0
        while !next.isEmpty || isFirst {
            if depth > groups.maximumDepth {
                return doubt(
                    "Groups are nested deeper than \(groups.maximumDepth) levels above \(person.dn); what lies above is not counted."
                )
            }
            let found = try await groupEntries(named: next, attribute, isFirst: isFirst)
            next = []
            for (entry, path) in found {
                // A primary group is not listed, so that it may be met again by name.
                if let key = keys.key(for: entry.dn) { known.insert(key) }
                let group = try group(entry, path)
                guard !take([group]).isEmpty, groups.isNested else { continue }
                let way = MembershipPath(through: group)
                next += names(listedBy: entry, attribute, &known, &keys).map { ListedName(dn: $0.dn, path: way) }
            }
            isFirst = false
            depth += 1
        }
    }

    /// A group that an entry lists.
    private struct ListedName: Sendable {
        let dn: String
        /// How the person comes to it.
        var path = MembershipPath.listed
    }

    /// The DNs that an entry lists, of groups that may be found, each once.
    private mutating func names(
        listedBy entry: LDAPEntry, _ attribute: String, _ known: inout Set<String>, _ keys: inout DistinguishedNameKeys
    ) -> [ListedName] {
        // Active Directory sends a part of many values under `memberOf;range=…`; one that is left is a list that could not be completed.
        let cut = "\(attribute.lowercased());range="
        if entry.attributes.contains(where: { $0.name.lowercased().hasPrefix(cut) }) {
            doubt("The \(attribute) of \(entry.dn) could not be read to the end; no membership is taken away.")
        }
        var names: [ListedName] = []
        for value in entry[attribute] {
            guard let text = value.string, let dn = try? DistinguishedName(text), let key = keys.key(for: value.bytes)
            else {
                doubt("The \(attribute) of \(entry.dn) holds what is no DN: \(value).")
                continue
            }
            if groups.covers(dn), known.insert(key).inserted { names.append(ListedName(dn: text)) }
        }
        return names
    }

    /// An entry that lists nothing is in no group, or the right to read the list is missing, or nobody keeps it.
    private mutating func searchUnlisted(_ attribute: String) async throws {
        try await searchUpward()
        if finding.all.contains(where: { $0.path == .direct }) {
            warn(
                "\(person.dn) lists nothing in \(attribute), though groups name it; give the service account the right to read it, see that the directory keeps it, or use strategy search."
            )
        }
    }

    /// The entries of groups by their DNs, and at first the primary one.
    private mutating func groupEntries(
        named listed: [ListedName], _ attribute: String, isFirst: Bool
    ) async throws -> [(LDAPEntry, MembershipPath)] {
        let attributes = groups.type.groupAttributes + (groups.isNested ? [attribute] : [])
        var found: [(LDAPEntry, MembershipPath)] = []
        if isFirst, groups.type.primary != nil {
            person.gaps.forEach { doubt($0) }
            if let primary = person.primary {
                found += try await entries(primary.filter, attributes).map { ($0, .primary) }
            }
        }
        for batch in SearchBatch.split(listed, octets: { $0.dn.utf8.count }) {
            let byName = Filter.anyOf(batch.map { .equal(groups.type.dnAttribute, $0.dn) })
            let isDirect = groups.isNested ? byName : .and([byName, .anyOf(person.filters(groups.type))])
            let entries = try await entries(isDirect, attributes)
            var keys = DistinguishedNameKeys()
            let paths = Dictionary(
                batch.compactMap { name in keys.key(for: name.dn).map { ($0, name.path) } }, uniquingKeysWith: { $1 })
            found += entries.map { entry in (entry, keys.key(for: entry.dn).flatMap { paths[$0] } ?? .listed) }
            if entries.count < batch.count {
                let read = Set(entries.compactMap { keys.key(for: $0.dn) })
                let missing = batch.map(\.dn).filter { dn in keys.key(for: dn).map { !read.contains($0) } ?? true }
                try await explainMissing(missing)
            }
        }
        return found
    }

    /// What is listed and was not found may be another kind of entry, or name the person through others only; what is not there at all is
    /// hidden, or a name that was left behind.
    private mutating func explainMissing(_ dns: [String]) async throws {
        var keys = DistinguishedNameKeys()
        var there: Set<String> = []
        for request in groups.searches(.anyOf(dns.map { .equal(groups.type.dnAttribute, $0) }), []) {
            let result = try await reader.search(request, for: "groups")
            guard result.isConclusive else {
                throw AuthenticationOutage(
                    .searchRefused, "The groups of \(person.dn) could not be read to the end (\(result.shortfall)).")
            }
            there.formUnion(result.entries.compactMap { keys.key(for: $0.dn) })
        }
        for dn in dns where keys.key(for: dn).map({ !there.contains($0) }) ?? true {
            doubt(
                "\(person.dn) is listed as a member of \(dn), which cannot be read; show it to the service account. No membership is taken away."
            )
        }
    }
}
