/// A server of a service, as DNS names it (RFC 2782).
struct ServiceRecord: Hashable, Sendable {
    /// Those with the lowest number come first.
    var priority: UInt16
    /// How often this one comes first among those of its priority, relative to them.
    var weight: UInt16
    var port: UInt16
    /// A host name in small letters, without the final dot.
    var target: String
}

extension ServiceRecord {
    /// The records by priority, and within a priority in the random order that RFC 2782 describes: each comes first as
    /// often as its weight says, one without weight hardly ever.
    static func ordered(
        _ records: [ServiceRecord], using generator: inout some RandomNumberGenerator
    ) -> [[ServiceRecord]] {
        Dictionary(grouping: records, by: \.priority).sorted { $0.key < $1.key }.map { _, records in
            var rest = records.sorted { ($0.weight, $0.target, $0.port) < ($1.weight, $1.target, $1.port) }
            var order: [ServiceRecord] = []
            while !rest.isEmpty {
                let chosen = UInt64.random(in: 0...rest.reduce(0) { $0 + UInt64($1.weight) }, using: &generator)
                var sum: UInt64 = 0
                let index = rest.firstIndex { record in
                    sum += UInt64(record.weight)
                    return sum >= chosen
                }
                order.append(rest.remove(at: index ?? 0))
            }
            return order
        }
    }
}
