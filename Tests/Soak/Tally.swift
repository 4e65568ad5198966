import LDAPClient
import Synchronization

/// What happened: operations by kind and result, and everything that must not happen.
final class Tally: Sendable {
    private struct State {
        var counts: [String: [String: Int]] = [:]
        var troubles: [String: Int] = [:]
        var findings: [String] = []
        var latest: [(lateness: Duration, kind: String)] = []
        var running: [Int: String] = [:]
    }

    private let state = Mutex(State())

    /// An operation has ended, so much after it should have at the latest (mostly below zero).
    func note(_ kind: String, _ result: String, lateness: Duration) {
        state.withLock { state in
            state.counts[kind, default: [:]][result, default: 0] += 1
            state.latest.append((lateness, kind))
            if state.latest.count > 2000 { state.latest = Self.worst(state.latest) }
        }
    }

    /// Something was broken on purpose.
    func note(trouble: String) {
        state.withLock { $0.troubles[trouble, default: 0] += 1 }
    }

    /// Something happened that must not.
    func find(_ what: String) {
        state.withLock { $0.findings.append(what) }
    }

    /// What a worker does at the moment, for those that never end.
    func isDoing(_ what: String?, worker: Int) {
        state.withLock { $0.running[worker] = what }
    }

    /// What workers are still doing.
    var underWay: [String] { state.withLock { $0.running.values.sorted() } }

    var findings: [String] { state.withLock { $0.findings } }

    /// All of it as text.
    var summary: String {
        state.withLock { state in
            var lines: [String] = []
            let total = state.counts.values.reduce(0) { $0 + $1.values.reduce(0, +) }
            lines.append("operations: \(total)")
            for (kind, results) in state.counts.sorted(by: { $0.key < $1.key }) {
                let all = results.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
                let words = all.map { "\($0.key) \($0.value)" }.joined(separator: ", ")
                lines.append("  \(kind): \(words)")
            }
            lines.append("broken on purpose:")
            lines += state.troubles.sorted { $0.key < $1.key }.map { "  \($0.key): \($0.value)" }
            let latest = Self.worst(state.latest).prefix(3).map {
                let milliseconds = Int(($0.lateness / .milliseconds(1)).rounded())
                return "\(milliseconds) ms (\($0.kind))"
            }
            lines.append("latest ends after a deadline or a cancellation: \(latest.joined(separator: ", "))")
            return lines.joined(separator: "\n")
        }
    }

    private static func worst(_ all: [(lateness: Duration, kind: String)]) -> [(lateness: Duration, kind: String)] {
        Array(all.sorted { $0.lateness > $1.lateness }.prefix(10))
    }
}
