import DirectorySync
import Foundation
import Synchronization

/// Shows how far a sync has come: a bar on a terminal, a line now and then elsewhere.
final class ProgressDisplay: Sendable {
    private struct State {
        var phase: SyncProgress.Phase?
        var phaseBegan = ContinuousClock.now
        var shown = ContinuousClock.now
        var width = 0
    }

    private let isTerminal = isatty(STDERR_FILENO) == 1
    private let state = Mutex(State())

    /// Between two pictures of a bar.
    private static let barInterval: Duration = .milliseconds(100)
    /// Between two lines in a log.
    private static let lineInterval: Duration = .seconds(10)

    /// Shows a step, if it is time.
    func show(_ progress: SyncProgress) {
        state.withLock { state in
            let now = ContinuousClock.now
            let isNew = state.phase != progress.phase
            if isNew {
                state.phase = progress.phase
                state.phaseBegan = now
            }
            let interval = isTerminal ? Self.barInterval : Self.lineInterval
            guard now - state.shown >= interval || isNew && isTerminal else { return }
            state.shown = now
            let text = Self.text(progress, after: now - state.phaseBegan)
            if isTerminal {
                let padding = String(repeating: " ", count: max(0, state.width - text.count))
                write("\r" + text + padding)
                state.width = text.count
            } else {
                write(text + "\n")
            }
        }
    }

    /// Clears the bar.
    func end() {
        state.withLock { state in
            if state.width > 0 { write("\r" + String(repeating: " ", count: state.width) + "\r") }
            state.width = 0
        }
    }

    /// `reading  [##########..........]  5000 of about 10000, 3100 a second, 2 s left`
    static func text(_ progress: SyncProgress, after time: Duration) -> String {
        let seconds = Double(time.components.seconds) + Double(time.components.attoseconds) / 1e18
        let rate = seconds > 0 ? Double(progress.done) / seconds : 0
        var parts = [progress.phase.rawValue.padding(toLength: 9, withPad: " ", startingAt: 0)]
        if let expected = progress.expected, expected > 0 {
            let share = min(1, Double(progress.done) / Double(expected))
            let filled = Int(share * 20)
            parts.append("[" + String(repeating: "#", count: filled) + String(repeating: ".", count: 20 - filled) + "]")
            let about = progress.phase == .reading ? "about " : ""
            var words = "\(progress.done) of \(about)\(expected)"
            if rate > 0 {
                words += ", \(Int(rate)) a second"
                if progress.done < expected {
                    words += ", \(Int((Double(expected - progress.done) / rate).rounded(.up))) s left"
                }
            }
            parts.append(words)
        } else {
            parts.append(rate > 0 ? "\(progress.done), \(Int(rate)) a second" : "\(progress.done)")
        }
        return parts.joined(separator: "  ")
    }

    private func write(_ text: String) {
        // Whoever looks away misses nothing that counts.
        try? FileHandle.standardError.write(contentsOf: Data(text.utf8))
    }
}
