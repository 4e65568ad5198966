import LDAPClient

/// A term of a filter that an entry does not satisfy, and what the entry shows of the attribute it speaks of.
struct FilterExclusion: Sendable, Hashable {
    /// What the entry shows of an attribute.
    enum Shown: Sendable, Hashable {
        /// These values, shortened.
        case values([String])
        /// Nothing; the entry's attribute of nearly the same name, if there is one.
        case nothing(meant: String?)
        /// It is not told, since it holds a secret or the term names no attribute.
        case untold
    }

    /// The term.
    let term: Filter
    /// The attribute that the term speaks of.
    let attribute: String?
    /// What the entry shows of it.
    let shown: Shown
}

extension FilterExclusion: CustomStringConvertible {
    /// The term, and what the entry shows.
    var description: String {
        guard let attribute else { return "\(term)" }
        switch shown {
        case .values(let values): return "\(term), and the entry has \(attribute): \(values.joined(separator: ", "))"
        case .nothing(let meant?): return "\(term), and the entry has no \(attribute), but \(meant)"
        case .nothing(nil): return "\(term), and the entry shows no \(attribute)"
        case .untold: return "\(term)"
        }
    }

    /// What would help.
    var remedy: String {
        switch shown {
        case .nothing(let meant?): "Write \(meant) in place of \(attribute ?? "") in users: filter."
        case .nothing(nil):
            "Give the person a value of \(attribute ?? "") in the directory, give the service account the right to read it, or take the term out of users: filter."
        case .values, .untold: "Change the entry if the person is to come in, or the term in users: filter."
        }
    }
}

extension DirectoryReader {
    /// The terms of a filter because of which an entry does not match, as the directory judges it: down into `&`, `|` and `!`.
    ///
    /// - Parameters:
    ///   - filter: The filter, with the person's name in it.
    ///   - isFixed: Whether a term has nothing to do with the name that was typed. Others are no news: the entry was found under another name.
    ///   - dn: The entry.
    func exclusions(
        by filter: Filter, isFixed: (Filter) -> Bool, of dn: DistinguishedName
    ) async -> [FilterExclusion] {
        let terms = await unsatisfied(filter, dn).filter { $0.assertions.allSatisfy(isFixed) }
        if terms.isEmpty { return [] }
        let attributes = terms.flatMap(\.assertions).compactMap(\.attribute).filter { !LDAPEntry.holdsSecret($0) }
        let entry = await read(dn, attributes)
        let names = entry.map { $0.attributes.map(\.name) } ?? []
        // What the entry has is only looked at where it lacks something: the name in the filter may be misspelt.
        let isWhole = attributes.allSatisfy { name in names.contains { $0.lowercased() == name.lowercased() } }
        let others = isWhole ? [] : await read(dn, ["*"], typesOnly: true)?.attributes.map(\.name) ?? []
        var exclusions: [FilterExclusion] = []
        for term in terms {
            let exclusion = FilterExclusion(term, entry ?? LDAPEntry(dn: dn.description, attributes: []), others)
            if !exclusions.contains(exclusion) { exclusions.append(exclusion) }
        }
        return exclusions
    }

    /// The smallest parts of a filter whose failing makes it fail for an entry.
    private func unsatisfied(_ filter: Filter, _ dn: DistinguishedName) async -> [Filter] {
        guard await matches(filter, dn) == false else { return [] }
        switch filter.structure {
        case .assertion: return [filter]
        case .or(let parts):
            guard parts.count == 1 else { return [filter] }
            return await unsatisfied(parts[0], dn)
        case .and(let parts):
            var terms: [Filter] = []
            for part in parts { terms += await unsatisfied(part, dn) }
            return terms.isEmpty ? [filter] : terms
        case .not(let part):
            guard case .or(let parts) = part.structure else { return [filter] }
            // Each alternative that matches is one by itself.
            var terms: [Filter] = []
            for part in parts where await matches(part, dn) == true { terms.append(.not(part)) }
            return terms.isEmpty ? [filter] : terms
        }
    }

    /// Whether the directory says that an entry matches; `nil` if it does not say.
    private func matches(_ filter: Filter, _ dn: DistinguishedName) async -> Bool? {
        let request = SearchRequest(base: dn, scope: .base, filter: filter, attributes: .none, sizeLimit: 1)
        return (try? await look(request)).map { !$0.entries.isEmpty }
    }

    private func read(
        _ dn: DistinguishedName, _ attributes: [String], typesOnly: Bool = false
    ) async -> LDAPEntry? {
        let request = SearchRequest(base: dn, scope: .base, attributes: .named(attributes), typesOnly: typesOnly)
        return try? await look(request).entries.first
    }
}

extension FilterExclusion {
    /// How many values, and how much of each, are told.
    private static let largestCount = 4
    private static let largestLength = 80

    fileprivate init(_ term: Filter, _ entry: LDAPEntry, _ others: [String]) {
        let attributes = Set(term.assertions.map(\.attribute))
        let attribute = attributes.count == 1 ? attributes.first ?? nil : nil
        let shown = attribute.map { Self.shown($0, entry, others) } ?? .untold
        self.init(term: term, attribute: attribute, shown: shown)
    }

    private static func shown(_ attribute: String, _ entry: LDAPEntry, _ others: [String]) -> Shown {
        if LDAPEntry.holdsSecret(attribute) { return .untold }
        let values = entry[attribute]
        guard !values.isEmpty else {
            return .nothing(meant: NearestWord.to(attribute, among: others.filter { !LDAPEntry.holdsSecret($0) }))
        }
        let told = values.prefix(largestCount).map { value in
            guard let text = value.string else { return "\(value.bytes.count) bytes" }
            return text.count > largestLength ? "\(text.prefix(largestLength))…" : text
        }
        return .values(told + (values.count > largestCount ? ["… (\(values.count) in all)"] : []))
    }
}

extension Filter {
    /// The attribute that a single assertion speaks of.
    fileprivate var attribute: String? {
        if case .assertion(let attribute) = structure { attribute } else { nil }
    }
}
