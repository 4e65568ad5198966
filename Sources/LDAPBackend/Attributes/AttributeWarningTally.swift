/// Counts warnings about attributes: a directory of thousands says the same of many.
public struct AttributeWarningTally: Sendable {
    private var counts: [AttributeWarning.Kind: (count: Int, example: AttributeWarning)] = [:]
    private var order: [AttributeWarning.Kind] = []

    /// None.
    public init() {}

    /// Counts warnings about one entry.
    public mutating func add(_ warnings: [AttributeWarning]) {
        for warning in warnings {
            if counts[warning.kind] == nil { order.append(warning.kind) }
            counts[warning.kind, default: (0, warning)].count += 1
        }
    }

    /// How many entries there are warnings of each kind about.
    public var byKind: [AttributeWarning.Kind: Int] { counts.mapValues(\.count) }

    /// A sentence for each kind, in the order in which they first came, with an entry as an example.
    public var sentences: [String] {
        order.compactMap { kind in
            guard let (count, example) = counts[kind] else { return nil }
            if count == 1 { return example.description }
            return
                "\(kind.source) \(kind.problem.words) in \(count) entries, \(example.dn) among them; \(kind.consequence)."
        }
    }
}
