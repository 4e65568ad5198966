/// The order in which people get names that others have now.
///
/// Whoever gives a name up comes before whoever gets it. In a circle (two people who swapped names) there is no such order; then the one
/// whose turn it is moves the other aside.
enum NameOrder {
    /// - Parameters:
    ///   - waiting: The people, in the order in which they were seen.
    ///   - rivals: Who has the name that somebody should get.
    static func order(_ waiting: [Int64], rivals: [Int64: [Int64]]) -> [Int64] {
        var order: [Int64] = []
        var visited: Set<Int64> = []
        for start in waiting where visited.insert(start).inserted {
            // Depth first, on a stack of our own: names can be handed down a line of thousands.
            var path = [start]
            while let last = path.last {
                if let next = rivals[last]?.first(where: { !visited.contains($0) }) {
                    visited.insert(next)
                    path.append(next)
                } else {
                    order.append(last)
                    path.removeLast()
                }
            }
        }
        return order
    }
}
