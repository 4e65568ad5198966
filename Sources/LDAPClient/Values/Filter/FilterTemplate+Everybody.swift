extension FilterTemplate {
    /// The filter that finds everybody whom the template finds under any name: never fewer, and hardly more.
    ///
    /// A value with a placeholder becomes a presence, or a substring where literal text stands beside the placeholder:
    /// `(mail={username}@example.org)` becomes `(mail=*@example.org)`, which needs an attribute with a substring rule (RFC 4512, 4.1.3).
    /// Of what a substring cannot say, the presence of the attribute is left; a negation that speaks of the name, and whatever cannot be
    /// said at all, is left out. What holds no placeholder stays as it is.
    public var everybody: Filter {
        // An attribute that every entry has, since some servers do not know the empty "and" of RFC 4526.
        Filter(node.everybody ?? .present("objectClass"))
    }
}

extension FilterNode<[FilterTemplate.Piece]> {
    /// What matches at least the entries that this matches with any values in place of its placeholders; `nil` if that can be any entry.
    fileprivate var everybody: FilterNode<[UInt8]>? {
        switch self {
        case .and(let nodes):
            let parts = Self.distinct(nodes.compactMap(\.everybody))
            if parts.isEmpty { return nodes.isEmpty ? .and([]) : nil }
            return parts.count == 1 && nodes.count > 1 ? parts[0] : .and(parts)
        case .or(let nodes):
            let parts = nodes.map(\.everybody)
            let known = Self.distinct(parts.compactMap(\.self))
            guard parts.allSatisfy({ $0 != nil }) else { return nil }
            return known.count == 1 && nodes.count > 1 ? known[0] : .or(known)
        case .not(let node):
            // What a name widens, its negation narrows.
            return node.literal.map { .not($0) }
        case .present(let attribute):
            return .present(attribute)
        case .comparison(.equal, let attribute, let value):
            return literal ?? Self.substrings(attribute, [value])
        case .comparison(_, let attribute, _):
            return literal ?? .present(attribute)
        case .substrings(let attribute, let initial, let any, let final):
            return literal ?? Self.substrings(attribute, [initial ?? []] + any + [final ?? []])
        case .extensible(let attribute, _, let dnAttributes, _):
            // With "dn" the attribute may stand in the entry's DN alone, as that of an entry above.
            return literal ?? (dnAttributes ? nil : attribute.map { .present($0) })
        }
    }

    /// The node without places for values; `nil` if it holds one.
    private var literal: FilterNode<[UInt8]>? {
        try? map { (pieces: [FilterTemplate.Piece]) throws(LDAPError) -> [UInt8] in
            var value: [UInt8] = []
            for piece in pieces {
                guard case .literal(let octets) = piece else {
                    throw LDAPError(.invalidArgument, operation: "read a filter without placeholders")
                }
                value += octets
            }
            return value
        }
    }

    /// The substrings that are left when each placeholder, like each gap between the given values, becomes an asterisk.
    private static func substrings(_ attribute: String, _ values: [[FilterTemplate.Piece]]) -> FilterNode<[UInt8]> {
        var parts: [[UInt8]] = []
        for value in values {
            parts.append([])
            for piece in value {
                switch piece {
                case .literal(let octets): parts[parts.count - 1] += octets
                case .placeholder: parts.append([])
                }
            }
        }
        if parts.allSatisfy(\.isEmpty) { return .present(attribute) }
        let ends = (parts[0], parts[parts.count - 1])
        return .substrings(
            attribute: attribute, initial: ends.0.isEmpty ? nil : ends.0,
            any: parts.dropFirst().dropLast().filter { !$0.isEmpty }, final: ends.1.isEmpty ? nil : ends.1)
    }

    private static func distinct(_ nodes: [FilterNode<[UInt8]>]) -> [FilterNode<[UInt8]>] {
        var seen: Set<FilterNode<[UInt8]>> = []
        return nodes.filter { seen.insert($0).inserted }
    }
}
