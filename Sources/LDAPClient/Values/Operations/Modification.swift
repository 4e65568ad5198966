/// One change of a modify operation (RFC 4511, 4.6): what happens to one attribute.
public struct Modification: Sendable, Hashable {
    /// What happens to the values.
    public enum Kind: String, Sendable, Hashable, CaseIterable {
        /// The values are added; the attribute is created where it is missing.
        case add
        /// The values are removed, or the whole attribute where none are given.
        case delete
        /// The values take the place of all there are; none remove the attribute, and its absence is no error.
        case replace
        /// The attribute's integer values grow by the one value given, which may be negative (RFC 4525).
        case increment
    }

    /// What happens.
    public var kind: Kind
    /// The attribute description, options included.
    public var attribute: String
    /// The values it happens with.
    public var values: [LDAPValue]

    /// Creates a change of one attribute.
    ///
    /// - Parameters:
    ///   - kind: What happens.
    ///   - attribute: The attribute description.
    ///   - values: At least one for an addition, exactly one for an increment.
    public init(_ kind: Kind, _ attribute: String, _ values: [LDAPValue] = []) {
        self.kind = kind
        self.attribute = attribute
        self.values = values
    }

    /// Adds texts to an attribute.
    public static func add(_ attribute: String, _ values: [String]) -> Modification {
        Modification(.add, attribute, values.map { LDAPValue($0) })
    }

    /// Removes texts from an attribute, or the whole attribute where none are given.
    public static func delete(_ attribute: String, _ values: [String] = []) -> Modification {
        Modification(.delete, attribute, values.map { LDAPValue($0) })
    }

    /// Has texts take the place of all values.
    public static func replace(_ attribute: String, _ values: [String]) -> Modification {
        Modification(.replace, attribute, values.map { LDAPValue($0) })
    }

    /// Adds a number to an attribute's integer values.
    public static func increment(_ attribute: String, by amount: Int = 1) -> Modification {
        Modification(.increment, attribute, [LDAPValue(String(amount))])
    }

    /// Why no server could carry this out, `nil` if one could.
    var problem: String? {
        if let problem = AttributeDescription.problem(attribute) { return problem }
        return switch kind {
        case .add where values.isEmpty: "nothing is added to \(attribute)"
        case .increment where values.count != 1: "an increment of \(attribute) needs exactly one value"
        default: nil
        }
    }
}
