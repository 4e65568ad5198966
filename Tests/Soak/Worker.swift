import LDAPClient
import TestSupport

/// Somebody who does one random thing after another, and knows what each must lead to.
struct Worker {
    let number: Int
    let site: Site
    let tally: Tally
    var dice: Splitmix
    /// The connection of its own; `nil` for one who uses the clients only, or between two connections.
    var session: LDAPConnection?
    var entry: OwnEntry

    init(_ number: Int, _ site: Site, _ tally: Tally, seed: UInt64) {
        self.number = number
        self.site = site
        self.tally = tally
        dice = Splitmix(seed: seed &+ UInt64(number) &* 0x1234_5678_9ABC_DEF1)
        entry = OwnEntry(owner: "\(site.name)-\(number)")
    }

    /// Works until the time is up.
    mutating func run(until end: ContinuousClock.Instant, hasSession: Bool) async {
        while ContinuousClock.now < end {
            do {
                if hasSession { try await useSession() } else { try await useClient() }
            } catch {
                tally.find("worker \(number): \(error)")
            }
            tally.isDoing(nil, worker: number)
            // Long enough for a machine with few processors to do what all of them ask for.
            try? await Task.sleep(for: .milliseconds(roll(3000)))
        }
        // Half of the connections are closed by being let go.
        if roll(2) == 0 { await session?.close() }
        session = nil
    }

    mutating func roll(_ sides: Int) -> Int { Int.random(in: 0..<sides, using: &dice) }

    /// Somebody whose account is not locked.
    mutating func rollRight() -> Int { Int.random(in: Site.rightPasswords, using: &dice) }

    /// Makes a call, and notes how it ended.
    ///
    /// - Parameters:
    ///   - kind: What it is called in the summary.
    ///   - slot: The client that is used, if one is: it may be shut down meanwhile.
    ///   - limit: How long the call may take where it takes no deadline.
    ///   - failures: Failures that may happen beside those of a server or a network in trouble.
    /// - Returns: The value, `nil` if there is none; and the failure.
    mutating func attempt<Value: Sendable>(
        _ kind: String, _ slot: (ClientSlot, LDAPClient)? = nil, within limit: Duration? = nil,
        mayBeCancelled: Bool = true, failures: Set<LDAPError.Code> = [],
        _ body: @escaping @Sendable (ContinuousClock.Instant) async throws(LDAPError) -> Value
    ) async -> (value: Value?, failure: LDAPError?) {
        tally.isDoing(kind, worker: number)
        let attempt = Attempt(within: limit, mayBeCancelled: mayBeCancelled, using: &dice)
        let (result, limit, end) = await attempt.make(body)
        switch result {
        case .success(let value):
            tally.note(kind, "done", limit: limit, end: end)
            return (value, nil)
        case .failure(let error):
            tally.note(kind, "\(error.code)", limit: limit, end: end)
            var possible = Self.outages.union(failures)
            if attempt.cancelAfter != nil { possible.insert(.cancelled) }
            if let (slot, client) = slot, slot.client !== client { possible.insert(.clientShutDown) }
            if !possible.contains(error.code) { tally.find("\(kind): \(error)") }
            return (nil, error)
        }
    }

    /// What happens where servers are killed and connections are cut.
    static let outages: Set<LDAPError.Code> = [
        .serverDown, .timedOut, .tlsFailed, .connectionClosed, .serversLeftAlone, .busy, .unavailable,
    ]

    func expect(_ isTrue: Bool, _ what: @autoclosure () -> String) {
        if !isTrue { tally.find(what()) }
    }
}

/// The entry that one worker makes, changes and deletes.
struct OwnEntry {
    let owner: String
    private var generation = 0
    /// Its description, `nil` if it does not exist.
    var description: String?

    init(owner: String) { self.owner = owner }

    var name: String { "\(owner)-\(generation)" }
    var dn: String { "cn=\(name),\(Site.workDN)" }

    /// Begins with another one: what became of this one is not known, or it was deleted.
    mutating func abandon() {
        generation += 1
        description = nil
    }
}
