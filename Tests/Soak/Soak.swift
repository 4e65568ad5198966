import Foundation
import Glibc
import LDAPClient
import TestSupport

/// Many connections, random operations, random faults: nothing may be answered wrongly, end late, leak or crash.
///
/// Run by `scripts/soak`, which builds this with a sanitizer.
@main
struct Soak {
    var seconds = 60
    var connections = 200
    var seed = UInt64.random(in: 0...999_999)

    static func main() async throws {
        var soak = Soak()
        var arguments = CommandLine.arguments.dropFirst()
        while let name = arguments.popFirst() {
            guard let value = arguments.popFirst().flatMap(UInt64.init) else {
                throw TestSupportError("\(name) needs a number.")
            }
            switch name {
            case "--seconds": soak.seconds = Int(value)
            case "--connections": soak.connections = Int(value)
            case "--seed": soak.seed = value
            default: throw TestSupportError("There is no option \(name).")
            }
        }
        let isClean = try await soak.run()
        // Where a sanitizer ends the process, nobody else writes out what was printed.
        fflush(nil)
        exit(isClean ? 0 : 1)
    }

    /// Whether everything was as it must be.
    private func run() async throws -> Bool {
        print("seed \(seed), \(seconds) s, \(connections) connections")
        let tally = Tally()
        try await Site.withServer { slapd in
            // Threads and descriptors that are made once and kept are made here.
            _ = try await round("warm-up", slapd, Tally(), seconds: 3)
            let before = try ProcessFigures.settled()
            let wait = ProcessorWait()
            let peak = try await round("soak", slapd, tally, seconds: seconds)
            wait.stop()
            let after = try ProcessFigures.settled()
            print(tally.summary)
            print(tally.judge(by: wait))
            print("connections: \(peak.peak) at a time at most, \(peak.accepted) in all")
            print("before: \(before)\nafter:  \(after)")
            for addition in after.additions(to: before) { tally.find("left behind: \(addition)") }
        }
        let findings = tally.findings
        print("findings: \(findings.count)")
        for finding in findings.prefix(20) { print("  \(finding)") }
        return findings.isEmpty
    }

    /// Lets everybody work for a while, and closes everything.
    private func round(
        _ name: String, _ slapd: Slapd, _ tally: Tally, seconds: Int
    ) async throws -> (peak: Int, accepted: Int) {
        let site = try await Site(name, slapd: slapd, connections: connections)
        let end = ContinuousClock.now + .seconds(seconds)
        let watchdog = Task {
            // No call may take longer than some seconds.
            try await Task.sleep(until: end + .seconds(30))
            print(tally.summary)
            print("never ended: \(tally.underWay.joined(separator: ", "))")
            exit(1)
        }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<(connections + connections / 2) {
                group.addTask {
                    var worker = Worker(number, site, tally, seed: seed)
                    await worker.run(until: end, hasSession: number >= connections)
                }
            }
            group.addTask {
                var troublemaker = Troublemaker(site: site, tally: tally, dice: Splitmix(seed: seed))
                try await troublemaker.run(until: end)
            }
            try await group.waitForAll()
        }
        watchdog.cancel()
        _ = await watchdog.result
        try await site.close()
        let counts = site.relays.map(\.counts)
        return (counts.map(\.peak).reduce(0, +), counts.map(\.accepted).reduce(0, +))
    }
}
