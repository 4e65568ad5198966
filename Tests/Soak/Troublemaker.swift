import LDAPClient
import TestSupport

/// Breaks one thing after another: the server, the connections to it, and the clients.
struct Troublemaker {
    let site: Site
    let tally: Tally
    var dice: Splitmix

    mutating func run(until end: ContinuousClock.Instant) async throws {
        while ContinuousClock.now < end {
            // Long enough for most things to work in between.
            try await Task.sleep(for: .milliseconds(Int.random(in: 50...1000, using: &dice)))
            switch Int.random(in: 0..<12, using: &dice) {
            case 0...1: try await killServer()
            case 2: try await hangServer()
            case 3...4: await shutAClientDown()
            case 5: try await refuseConnections()
            default: breakConnections()
            }
        }
    }

    private mutating func killServer() async throws {
        let isOrderly = Int.random(in: 0..<4, using: &dice) == 0
        tally.note(trouble: isOrderly ? "server stopped (SIGTERM) and started" : "server killed (SIGKILL) and started")
        if isOrderly { await site.slapd.stop() } else { await site.slapd.crash() }
        try await Task.sleep(for: .milliseconds(Int.random(in: 0...300, using: &dice)))
        try await site.slapd.start()
    }

    private mutating func hangServer() async throws {
        tally.note(trouble: "server hung for a while (SIGSTOP)")
        site.slapd.pause()
        try await Task.sleep(for: .milliseconds(Int.random(in: 100...3000, using: &dice)))
        site.slapd.resume()
    }

    private mutating func shutAClientDown() async {
        tally.note(trouble: "client shut down and replaced")
        await site.clients.randomElement(using: &dice)?.replace()
    }

    private mutating func refuseConnections() async throws {
        tally.note(trouble: "relay refuses connections for a while")
        guard let relay = site.relays.randomElement(using: &dice) else { return }
        relay.refuse(true)
        try await Task.sleep(for: .milliseconds(Int.random(in: 100...1000, using: &dice)))
        relay.refuse(false)
    }

    private mutating func breakConnections() {
        let fault = CuttingRelay.Fault.allCases.randomElement(using: &dice) ?? .close
        let share = Double.random(in: 0...0.5, using: &dice)
        tally.note(trouble: "connections of a relay: \(fault)")
        site.relays.randomElement(using: &dice)?.inflict(fault, onShare: share, seed: dice.next())
    }
}
