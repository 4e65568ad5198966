/// An expression over a person's groups and attributes: who must come in, who must not, who gets which permission or flag.
public indirect enum Rule: Sendable, Hashable {
    /// All must hold.
    case all([Rule])
    /// At least one must hold.
    case any([Rule])
    /// It must not hold.
    case not(Rule)
    /// One condition.
    case leaf(Leaf)

    /// One condition on a person.
    public enum Leaf: Sendable, Hashable {
        /// Member of the group with this distinguished name.
        case dn(String)
        /// Member of the group with this unchanging id (entryUUID, objectGUID, nsUniqueId).
        case id(String)
        /// Member of the one group with this name. If several groups have it, or none, the condition is unknown.
        case name(String)
        /// Member of any group whose name matches; `*` stands for any characters, case does not matter.
        case pattern(String)
        /// The person's entry has this attribute with this value; case does not matter. Without the attribute it does not hold.
        case attribute(String, equals: String)
    }

    /// Decides the expression.
    /// - Parameter condition: Decides one leaf.
    public func evaluate(_ condition: (Leaf) -> Truth) -> Truth {
        switch self {
        case .all(let rules): .all(rules.map { $0.evaluate(condition) })
        case .any(let rules): .any(rules.map { $0.evaluate(condition) })
        case .not(let rule): !rule.evaluate(condition)
        case .leaf(let leaf): condition(leaf)
        }
    }

    /// All conditions in it, in the order written.
    public var leaves: [Leaf] {
        switch self {
        case .all(let rules), .any(let rules): rules.flatMap(\.leaves)
        case .not(let rule): rule.leaves
        case .leaf(let leaf): [leaf]
        }
    }
}

extension Rule: CustomStringConvertible {
    /// The rule in words, for reports and explanations.
    public var description: String {
        switch self {
        case .all(let rules): "all of (" + rules.map(\.description).joined(separator: ", ") + ")"
        case .any(let rules): "any of (" + rules.map(\.description).joined(separator: ", ") + ")"
        case .not(let rule): "not (\(rule))"
        case .leaf(let leaf): leaf.description
        }
    }
}

extension Rule.Leaf: CustomStringConvertible {
    /// The condition in words.
    public var description: String {
        switch self {
        case .dn(let dn): "group \(dn)"
        case .id(let id): "group with id \(id)"
        case .name(let name): "group '\(name)'"
        case .pattern(let pattern): "a group like '\(pattern)'"
        case .attribute(let name, let value): "\(name) = '\(value)'"
        }
    }

    /// The condition in a form that never changes, by which it is remembered.
    public var key: String {
        switch self {
        case .dn(let dn): "dn:" + dn
        case .id(let id): "id:" + id
        case .name(let name): "name:" + name
        case .pattern(let pattern): "pattern:" + pattern
        case .attribute(let name, let value): "attribute:" + name + "=" + value
        }
    }

    /// Whether it names a group that must be found before the condition can be decided.
    public var namesGroup: Bool {
        switch self {
        case .dn, .id, .name: true
        case .pattern, .attribute: false
        }
    }
}
