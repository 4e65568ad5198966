/// How many alternatives one search asks about. Longer filters are slow to evaluate, and a request that is too long is refused.
enum SearchBatch {
    /// The most alternatives.
    static let maximumCount = 50
    /// The most octets of all their values together, if there is more than one.
    static let maximumOctets = 32_768

    /// Cuts a list into parts for one search each.
    /// - Parameters:
    ///   - items: What is asked about.
    ///   - count: The most of them in one search.
    ///   - octets: How long one's value is.
    static func split<Item>(_ items: [Item], count: Int = maximumCount, octets: (Item) -> Int) -> [ArraySlice<Item>] {
        var batches: [ArraySlice<Item>] = []
        var start = 0
        var length = 0
        for (index, item) in items.enumerated() {
            let own = octets(item)
            if index > start, index - start == count || length + own > maximumOctets {
                batches.append(items[start..<index])
                start = index
                length = 0
            }
            length += own
        }
        if start < items.count { batches.append(items[start...]) }
        return batches
    }
}
