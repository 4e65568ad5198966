/// What is remembered of the attempts to come in as one person: a value, told what happened and when.
struct AttemptHistory {
    typealias Instant = ContinuousClock.Instant

    /// The most refused passwords that are remembered for one person, the latest ones.
    static let maximumRefusals = 16
    /// The most addresses that are remembered for one person.
    static let maximumAddresses = 16

    private struct Refusal {
        var digest: PasswordDigest
        var time: Instant
    }

    private var refusals: [Refusal] = []
    private var failures: [Instant] = []
    private var knownAddresses: [String] = []

    /// Whether nothing in it matters any more.
    func isOver(at now: Instant, _ settings: AttemptSettings) -> Bool {
        knownAddresses.isEmpty && !refusals.contains { $0.time + settings.rememberRefusals > now }
            && !failures.contains { $0 + (settings.limit?.window ?? .zero) > now }
    }

    /// Whether the directory refused this very password not long ago, while the account's password was the one that it is now.
    func hasRefused(_ digest: PasswordDigest, at now: Instant, _ settings: AttemptSettings) -> Bool {
        refusals.contains { $0.digest == digest && $0.time + settings.rememberRefusals > now }
    }

    /// Whether one more wrong password from this address would come too close to the directory's lock.
    ///
    /// - Parameter shown: How many wrong passwords the directory itself counts, which hears of attempts elsewhere.
    func wouldLock(
        _ address: String?, shown: Int, limit: LockoutLimit, at now: Instant
    ) -> Bool {
        let own = failures.count { $0 + limit.window > now }
        let isKnown = address.map(knownAddresses.contains) ?? false
        return max(own, shown) >= limit.allowed(fromKnownAddress: isKnown)
    }

    mutating func refused(_ digest: PasswordDigest, at now: Instant, _ settings: AttemptSettings) {
        refusals.removeAll { $0.time + settings.rememberRefusals <= now || $0.digest == digest }
        if settings.rememberRefusals > .zero { refusals.append(Refusal(digest: digest, time: now)) }
        if refusals.count > Self.maximumRefusals { refusals.removeFirst() }
        guard let limit = settings.limit else { return }
        failures.removeAll { $0 + limit.window <= now }
        // More than the threshold says nothing more.
        if failures.count < limit.threshold { failures.append(now) }
    }

    /// What was refused under the password before says nothing about the one that it is now.
    mutating func passwordChanged() {
        refusals = []
    }

    /// The right password came: the directory forgets its count, and so is everything here that speaks against somebody.
    mutating func succeeded(from address: String?) {
        failures = []
        refusals = []
        guard let address else { return }
        knownAddresses.removeAll { $0 == address }
        knownAddresses.append(address)
        if knownAddresses.count > Self.maximumAddresses { knownAddresses.removeFirst() }
    }
}
