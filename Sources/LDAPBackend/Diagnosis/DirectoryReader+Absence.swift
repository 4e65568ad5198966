import AuthCore
import LDAPClient

extension DirectoryReader {
    /// Finds out why a search found nobody: looks without the filter, then wider, then by other names. Searches only, as the service account.
    ///
    /// Failures on the way are no news; then there is simply less to tell.
    func absence(of sought: SoughtName) async -> Absence {
        guard case .search(let bases, let template) = configuration.users.method,
            let search = NameSearch(template, sought)
        else { return .nobody(typed: sought.typed, near: nil) }
        for base in bases {
            if let target = await aliased(base) { return .baseIsAlias(base: base.description, of: target) }
        }
        let wider = await placesAbove(bases)
        for place in bases + wider {
            let isWider = wider.contains(place)
            // Where the configured filter itself finds somebody, nothing but the place is wrong.
            if isWider, let entry = await first(below: place, search.filter) {
                return .outside(dn: entry.dn, bases: bases.map(\.description))
            }
            for entry in await entries(below: place, search.byName) {
                if isWider, isBelow(entry, bases) { continue }
                if let found = await reason(why: entry, isMissedBy: search, bases) { return found }
            }
        }
        for place in bases + wider {
            if let found = await underOtherName(sought, below: place, search, bases) { return found }
        }
        if let emptiness = await emptiness(of: bases, template) { return emptiness }
        return .nobody(typed: sought.typed, near: await nameLike(sought.name, search, bases))
    }

    /// Why an entry of the name that was typed is not found.
    private func reason(
        why entry: LDAPEntry, isMissedBy search: NameSearch, _ bases: [DistinguishedName]
    ) async -> Absence? {
        if let target = entry.firstString("aliasedObjectName") { return .alias(dn: entry.dn, of: target) }
        guard let dn = try? entry.distinguishedName else { return nil }
        let exclusions = await exclusions(by: search.filter, isFixed: search.isFixed, of: dn)
        if !exclusions.isEmpty { return .excluded(dn: entry.dn, by: exclusions) }
        return isBelow(entry, bases) ? nil : .outside(dn: entry.dn, bases: bases.map(\.description))
    }

    private func underOtherName(
        _ sought: SoughtName, below place: DistinguishedName, _ search: NameSearch, _ bases: [DistinguishedName]
    ) async -> Absence? {
        let values = sought.typed == sought.name ? [sought.name] : [sought.name, sought.typed]
        let others = Self.loginAttributes.filter { !search.attributes.contains($0.lowercased()) }
        if others.isEmpty { return nil }
        let filter = Filter.anyOf(others.flatMap { name in values.map { .equal(name, $0) } })
        // A group of that name is nobody.
        let found = await entries(below: place, filter, others)
        guard let entry = found.first(where: { !isGroup($0) }) else { return nil }
        if let target = entry.firstString("aliasedObjectName") { return .alias(dn: entry.dn, of: target) }
        // Which of them it was is the directory's own comparison; ours is near enough to name one that the entry shows.
        let folded = values.map(LoginName.fold)
        let attribute = others.first { entry.strings($0).contains { folded.contains(LoginName.fold($0)) } }
        guard let attribute else { return nil }
        return .otherAttribute(
            attribute, value: sought.typed, dn: entry.dn, searched: search.attributeNames)
    }

    /// What an entry stands for, if it is an alias.
    private func aliased(_ dn: DistinguishedName) async -> String? {
        let request = SearchRequest(base: dn, scope: .base, attributes: .named(["aliasedObjectName"]))
        return (try? await look(request))?.entries.first?.firstString("aliasedObjectName")
    }

    /// Why there may be nobody at all.
    private func emptiness(of bases: [DistinguishedName], _ template: FilterTemplate) async -> Absence? {
        var references: [String] = []
        var sees = false
        var matches = false
        for base in bases {
            let all = SearchRequest(base: base, scope: .subtree, attributes: .none, sizeLimit: 2)
            if let result = try? await look(all) {
                references += result.references
                sees = sees || result.entries.contains { (try? $0.distinguishedName) != base }
            }
            if await first(below: base, template.everybody) != nil { matches = true }
        }
        if !references.isEmpty { return .elsewhere(references: references) }
        if !sees {
            let account = client.configuration.serviceAccount?.name
            return .nothingVisible(
                bases: bases.map(\.description),
                account: account.map { "The service account \($0)" } ?? "Nobody in particular (anonymous)")
        }
        return matches ? nil : .filterFindsNobody(filter: template.everybody.description)
    }

    /// The name of somebody who is nearly called so.
    private func nameLike(_ name: String, _ search: NameSearch, _ bases: [DistinguishedName]) async -> String? {
        guard let attribute = search.attributeNames.first, name.count > 2 else { return nil }
        var names: [String] = []
        for base in bases {
            let request = SearchRequest(
                base: base, scope: .subtree, filter: .endsLike(attribute, name), attributes: .named([attribute]),
                sizeLimit: 200)
            names += (try? await look(request))?.entries.flatMap { $0.strings(attribute) } ?? []
        }
        return NearestWord.to(name, among: names)
    }

    // MARK: Looking

    /// The attributes that people log in with elsewhere, the most usual first.
    private static let loginAttributes = [
        "uid", "mail", "cn", "sAMAccountName", "userPrincipalName", "displayName", "mailNickname", "employeeNumber",
    ]

    /// What groups and containers are, whatever the configuration says of groups.
    private static let groupClasses = [
        "groupOfNames", "groupOfUniqueNames", "posixGroup", "group", "organizationalUnit", "organizationalRole",
    ]

    private func isGroup(_ entry: LDAPEntry) -> Bool {
        let classes = Self.groupClasses + [configuration.groups?.type.objectClass].compactMap(\.self)
        return entry.strings("objectClass").contains { name in
            classes.contains { $0.lowercased() == name.lowercased() }
        }
    }

    /// What the server holds beside the bases: its naming contexts, or where it does not tell, the entries above the bases.
    private func placesAbove(_ bases: [DistinguishedName]) async -> [DistinguishedName] {
        let contexts = await namingContexts()
        let tops = contexts.isEmpty ? bases.compactMap { base in base.ancestors.last } : contexts
        return tops.filter { !bases.contains($0) }
    }

    /// Where people and groups may be, as the server says; empty where it does not.
    /// - Parameter isKnown: Whether the attempt has asked already, so that what is remembered is no step.
    func namingContexts(isKnown: Bool = false) async -> [DistinguishedName] {
        let trace = isKnown ? nil : ldapTrace(Self.purpose)
        guard let facts = try? await client.rootDSE(deadline: context.deadline, trace: trace) else {
            return []
        }
        // Active Directory's others hold its configuration and DNS, where names stand for other things.
        if [.activeDirectory, .samba].contains(facts.vendor.vendor), let domain = facts.defaultNamingContext {
            return [domain]
        }
        return facts.namingContexts
    }

    private func isBelow(_ entry: LDAPEntry, _ bases: [DistinguishedName]) -> Bool {
        guard let dn = try? entry.distinguishedName else { return false }
        return bases.contains { dn.isEqualOrBelow($0) }
    }

    private func first(
        below place: DistinguishedName, _ filter: Filter, _ attributes: [String] = []
    ) async -> LDAPEntry? {
        await entries(below: place, filter, attributes).first
    }

    /// A few entries that match.
    private func entries(
        below place: DistinguishedName, _ filter: Filter, _ attributes: [String] = []
    ) async -> [LDAPEntry] {
        let request = SearchRequest(
            base: place, scope: .subtree, filter: filter,
            attributes: .named(attributes + ["aliasedObjectName", "objectClass"]),
            sizeLimit: 3)
        return (try? await look(request))?.entries ?? []
    }

    /// What a search that looks for a cause is called in the trace.
    static let purpose = "diagnosis"

    /// Searches to find a cause.
    func look(_ request: SearchRequest) async throws -> SearchResult {
        try await search(request, for: Self.purpose)
    }
}

extension DistinguishedName {
    /// The entries above, the nearest first, without the empty one.
    fileprivate var ancestors: [DistinguishedName] {
        var all: [DistinguishedName] = []
        var next = parent
        while let name = next, !name.relativeNames.isEmpty {
            all.append(name)
            next = name.parent
        }
        return all
    }
}
