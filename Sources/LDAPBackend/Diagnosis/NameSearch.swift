import LDAPClient

/// A search by name, taken apart into what has to do with the name and what is the same for everybody.
struct NameSearch: Sendable {
    /// The filter, with the name in it.
    let filter: Filter
    /// What has to do with the name, and nothing else.
    let byName: Filter
    /// The attributes that the filter compares with the name.
    let attributeNames: [String]
    private let fixed: Set<Filter>

    /// The same in small letters.
    var attributes: Set<String> { Set(attributeNames.map { $0.lowercased() }) }

    /// `nil` where nothing in the filter compares anything with the name.
    init?(_ template: FilterTemplate, _ sought: SoughtName) {
        let stranger = SoughtName(typed: "another login", name: "another name")
        guard let filter = try? template.filter(sought.values), let other = try? template.filter(stranger.values)
        else { return nil }
        self.filter = filter
        fixed = Set(filter.assertions).intersection(other.assertions)
        var seen: Set<Filter> = []
        let byName = filter.assertions.filter { [fixed] in !fixed.contains($0) && seen.insert($0).inserted }
        if byName.isEmpty { return nil }
        self.byName = Filter.anyOf(byName)
        var names: [String] = []
        for case .assertion(let name?) in byName.map(\.structure) where !names.contains(name) { names.append(name) }
        attributeNames = names
    }

    /// Whether an assertion is the same whatever the name is.
    func isFixed(_ assertion: Filter) -> Bool { fixed.contains(assertion) }
}

extension Filter {
    /// What begins or ends as a name does: a slip of the fingers is seldom in both places.
    static func endsLike(_ attribute: String, _ name: String) -> Filter {
        .or([
            .substrings(attribute, initial: String(name.prefix(2))),
            .substrings(attribute, final: String(name.suffix(2))),
        ])
    }
}
