extension Filter {
    /// What a filter is made of, one level deep.
    public enum Structure: Sendable, Hashable {
        /// All of these must match.
        case and([Filter])
        /// One of these must match.
        case or([Filter])
        /// This must not match.
        case not(Filter)
        /// A single assertion about an attribute; `nil` where it names none (RFC 4511, 4.5.1.7.7).
        case assertion(attribute: String?)
    }

    /// What the filter is made of, for finding out which part of it excludes an entry.
    public var structure: Structure {
        switch node {
        case .and(let nodes): .and(nodes.map(Filter.init))
        case .or(let nodes): .or(nodes.map(Filter.init))
        case .not(let node): .not(Filter(node))
        case .present(let attribute), .comparison(_, let attribute, _), .substrings(let attribute, _, _, _):
            .assertion(attribute: attribute)
        case .extensible(let attribute, _, _, _): .assertion(attribute: attribute)
        }
    }

    /// The single assertions in the filter, negated ones included, in the order in which they are written.
    public var assertions: [Filter] {
        switch structure {
        case .and(let parts), .or(let parts): parts.flatMap(\.assertions)
        case .not(let part): part.assertions
        case .assertion: [self]
        }
    }
}
