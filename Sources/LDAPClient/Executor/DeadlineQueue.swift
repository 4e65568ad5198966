/// Things to do at certain times, the earliest first: a binary heap.
///
/// Nothing is ever taken out before its time: whoever asked looks then whether it still matters. That keeps the path of
/// an operation that ends in time free of bookkeeping.
struct DeadlineQueue<Item> {
    private var heap: [(time: ContinuousClock.Instant, item: Item)] = []

    var earliest: ContinuousClock.Instant? { heap.first?.time }

    mutating func insert(_ item: Item, at time: ContinuousClock.Instant) {
        heap.append((time, item))
        var child = heap.count - 1
        while child > 0, heap[child].time < heap[(child - 1) / 2].time {
            heap.swapAt(child, (child - 1) / 2)
            child = (child - 1) / 2
        }
    }

    /// Removes and returns the earliest item if its time has come.
    mutating func next(due now: ContinuousClock.Instant) -> Item? {
        guard let first = heap.first, first.time <= now else { return nil }
        let last = heap.removeLast()
        guard !heap.isEmpty else { return first.item }
        heap[0] = last
        var parent = 0
        while true {
            var smallest = parent
            for child in [2 * parent + 1, 2 * parent + 2] where child < heap.count {
                if heap[child].time < heap[smallest].time { smallest = child }
            }
            if smallest == parent { return first.item }
            heap.swapAt(parent, smallest)
            parent = smallest
        }
    }
}
