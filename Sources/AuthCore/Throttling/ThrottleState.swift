/// All budgets that are not whole, and what of them is to be written: a value; a ``Throttle`` guards and feeds it.
struct ThrottleState: Sendable {
    /// One budget that an attempt draws on.
    struct Charge: Sendable, Hashable {
        var key: ThrottleKey
        var kind: ThrottleKind
    }

    private(set) var buckets: [ThrottleKey: FailureBucket] = [:]
    private var kinds: [ThrottleKey: ThrottleKind] = [:]
    /// Those with something to write.
    private(set) var unwritten: Set<ThrottleKey> = []
    /// From where people came in, not written yet.
    var newDevices: [ThrottleKey: KnownDevice] = [:]
    private let settings: ThrottleSettings

    init(_ settings: ThrottleSettings) {
        self.settings = settings
    }

    // MARK: Attempts

    /// Lets an attempt through, or does not: all budgets must allow it, and none is drawn on otherwise.
    /// - Returns: `nil` if it is let through.
    mutating func begin(_ charges: [Charge], at now: Int64) -> ThrottleRefusal? {
        var refusal: (charge: Charge, wait: Int64)?
        for charge in charges {
            let wait = buckets[charge.key]?.wait(at: now, settings.budget(charge.kind))
            if let wait, wait > refusal?.wait ?? 0 { refusal = (charge, wait) }
        }
        if let (charge, wait) = refusal {
            return ThrottleRefusal(
                kind: charge.kind, retryAfter: .microseconds(wait),
                isFirst: buckets[charge.key]?.refuse() ?? true)
        }
        for charge in charges {
            buckets[charge.key, default: FailureBucket()].begin()
            kinds[charge.key] = charge.kind
        }
        trim(at: now)
        return nil
    }

    /// An attempt that was let through has ended.
    mutating func end(_ charges: [Charge], failed: Bool, at now: Int64) {
        for charge in charges {
            guard var bucket = buckets[charge.key] else { continue }
            bucket.end(failed: failed, at: now, settings.budget(charge.kind))
            if failed { unwritten.insert(charge.key) }
            keep(bucket, charge.key, at: now)
        }
    }

    private mutating func keep(_ bucket: FailureBucket, _ key: ThrottleKey, at now: Int64) {
        if bucket.isIdle(at: now) { remove(key) } else { buckets[key] = bucket }
    }

    private mutating func remove(_ key: ThrottleKey) {
        buckets[key] = nil
        kinds[key] = nil
        unwritten.remove(key)
    }

    // MARK: Bounds

    /// Under a storm of names the budgets go that are nearest to being whole. One that is used up is among the last: to have it forgotten
    /// takes as many others that are used up as are remembered.
    private mutating func trim(at now: Int64) {
        guard buckets.count > settings.maximumBudgets else { return }
        // An eighth at a time, so that each new one costs little.
        let kept = settings.maximumBudgets - settings.maximumBudgets / 8
        let spare = buckets.filter { $0.value.underWay == 0 }.sorted { $0.value.wholeAt < $1.value.wholeAt }
        for (key, _) in spare.prefix(buckets.count - kept) { remove(key) }
    }

    /// Forgets the budgets that are whole.
    mutating func forgetWhole(at now: Int64) {
        for (key, bucket) in buckets where bucket.isIdle(at: now) { remove(key) }
    }

    // MARK: The store

    /// Takes what is to be written: so many devices, and so many budgets, the most used up.
    mutating func takeBatch(limit: Int) -> ThrottleBatch {
        var keys = Array(unwritten)
        if keys.count > limit {
            keys.sort { buckets[$0]?.wholeAt ?? 0 > buckets[$1]?.wholeAt ?? 0 }
            keys = Array(keys.prefix(limit))
        }
        var batch = ThrottleBatch(devices: Array(newDevices.values.prefix(limit)))
        for key in keys {
            unwritten.remove(key)
            guard let bucket = buckets[key], let kind = kinds[key], bucket.unwritten > 0 else { continue }
            batch.costs.append(
                ThrottleCost(
                    key: key, kind: kind, since: bucket.unwrittenSince, cost: bucket.unwritten))
            buckets[key]?.takeUnwritten()
        }
        return batch
    }

    /// A batch was written; the store knows of so much in all.
    mutating func written(_ batch: ThrottleBatch, _ whole: [ThrottleBudget]) {
        for device in batch.devices where newDevices[device.key] == device { newDevices[device.key] = nil }
        for budget in whole { buckets[budget.key]?.learn(wholeAt: budget.wholeAt) }
    }

    /// A batch could not be written.
    mutating func putBack(_ batch: ThrottleBatch) {
        for cost in batch.costs where buckets[cost.key] != nil {
            buckets[cost.key]?.putBack(cost.cost, since: cost.since)
            unwritten.insert(cost.key)
        }
    }

    /// What a store knows of the time before this process.
    mutating func learn(_ budgets: [ThrottleBudget], at now: Int64) {
        for budget in budgets where budget.wholeAt > now {
            buckets[budget.key, default: FailureBucket()].learn(wholeAt: budget.wholeAt)
            kinds[budget.key] = budget.kind
        }
        trim(at: now)
    }
}
