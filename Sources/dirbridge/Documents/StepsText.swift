import AuthCore
import LDAPClient

/// The steps of an attempt for people. What went well is told in few lines: what repeats once, with the number of times.
struct StepsText {
    let steps: [AuthenticationStep]
    /// Whether each step is told by itself.
    let tellsAll: Bool

    var text: String {
        Output.table(
            lines.map { line in
                [
                    line.isOK ? "ok" : "FAILED", line.first.backend, line.first.name, line.duration.shortText,
                    tellsAll ? line.first.detail : line.detail,
                ]
            })
    }

    /// Steps that are told together.
    private struct Line {
        let first: AuthenticationStep
        var count = 1
        var duration: Duration

        /// Whether it looked for a cause. That something is not to be found there is an answer too.
        var isLook: Bool { first.name == "diagnosis" }
        var isOK: Bool { first.isOK || isLook }

        var detail: String {
            if isLook {
                return "looked for the cause: \(count) \(count == 1 ? "search" : "searches")"
            }
            return count == 1 ? first.detail : "\(first.detail); and \(count - 1) more"
        }
    }

    private var lines: [Line] {
        var lines: [Line] = []
        for step in steps {
            if !tellsAll {
                // That a name was found goes without saying when the connection was made.
                if step.isOK, step.name == LDAPStep.resolve.rawValue { continue }
                // It is told as the cause.
                if step.name == "tls diagnosis" { continue }
                if let last = lines.last, last.isOK, step.isOK || last.isLook,
                    (last.first.name, last.first.backend) == (step.name, step.backend)
                {
                    lines[lines.count - 1].count += 1
                    lines[lines.count - 1].duration += step.duration
                    continue
                }
            }
            lines.append(Line(first: step, duration: step.duration))
        }
        return lines
    }
}

extension Duration {
    /// In milliseconds with one decimal: `0.4 ms`.
    var shortText: String { "\((milliseconds * 10).rounded() / 10) ms" }
}
