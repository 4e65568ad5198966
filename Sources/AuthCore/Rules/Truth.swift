/// What can be said about a condition. A rule that cannot be decided is neither satisfied nor not satisfied.
public enum Truth: Sendable, Hashable {
    /// It holds.
    case yes
    /// It does not hold.
    case no
    /// It cannot be known, as when a rule names a group that was never seen.
    case unknown

    /// Whether all hold: one that does not settles it, else one that is unknown (Kleene's strong conjunction).
    public static func all(_ values: some Sequence<Truth>) -> Truth {
        var result = Truth.yes
        for value in values {
            if value == .no { return .no }
            if value == .unknown { result = .unknown }
        }
        return result
    }

    /// Whether any holds: one that does settles it, else one that is unknown (Kleene's strong disjunction).
    public static func any(_ values: some Sequence<Truth>) -> Truth {
        var result = Truth.no
        for value in values {
            if value == .yes { return .yes }
            if value == .unknown { result = .unknown }
        }
        return result
    }

    /// The opposite; what is unknown stays unknown.
    public static prefix func ! (value: Truth) -> Truth {
        switch value {
        case .yes: .no
        case .no: .yes
        case .unknown: .unknown
        }
    }

    /// A condition that can be decided.
    public init(_ holds: Bool) {
        self = holds ? .yes : .no
    }
}
