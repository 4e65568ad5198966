import LDAPClient
import Synchronization

/// What happened: operations by kind and result, and everything that must not happen.
final class Tally: Sendable {
    private struct State {
        var counts: [String: [String: Int]] = [:]
        var troubles: [String: Int] = [:]
        var findings: [String] = []
        var late: [Late] = []
        var running: [Int: String] = [:]
    }

    private struct Late {
        var kind: String
        var limit: ContinuousClock.Instant
        var end: ContinuousClock.Instant

        var lateness: Duration { limit.duration(to: end) }
    }

    private let state = Mutex(State())

    /// An operation has ended, and when it should have at the latest.
    func note(_ kind: String, _ result: String, limit: ContinuousClock.Instant, end: ContinuousClock.Instant) {
        state.withLock { state in
            state.counts[kind, default: [:]][result, default: 0] += 1
            if end > limit { state.late.append(Late(kind: "\(kind), \(result)", limit: limit, end: end)) }
        }
    }

    /// Judges the operations that ended late by what the machine let this process do meanwhile.
    func judge(by wait: ProcessorWait) -> String {
        let late = state.withLock { $0.late }
        let judged = late.map { (late: $0, own: $0.lateness - wait.longest(from: $0.limit, to: $0.end)) }
        for (late, own) in judged where own > Attempt.grace {
            find("\(late.kind): ended \(late.lateness) late, of which \(own) are its own")
        }
        func words(_ duration: Duration?) -> String {
            "\(Int(((duration ?? .zero) / .milliseconds(1)).rounded())) ms"
        }
        let worst = words(judged.map(\.late.lateness).max())
        return "latest end after a deadline or a cancellation: \(worst); without the wait for a processor: "
            + words(judged.map(\.own).max())
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
            return lines.joined(separator: "\n")
        }
    }
}
