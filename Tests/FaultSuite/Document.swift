import Foundation
import TestSupport

/// The table of results, as `Sources/LDAPClient/LDAPClient.docc/Faults.md` holds it.
struct Document {
    /// What it says about one case.
    struct Line {
        /// The number of the fault, at the first of its cases.
        var id: Int?
        var title: String
        var provocation: String
        var outcomes: [Outcome]
        var lateness: String

        var text: String {
            let cells = [id.map { "F\($0)" } ?? "", title, provocation, Document.text(outcomes), lateness]
            return "| " + cells.map { $0.replacing("|", with: "\\|") }.joined(separator: " | ") + " |"
        }
    }

    static let path = "\(repositoryRoot)/Sources/LDAPClient/LDAPClient.docc/Faults.md"

    /// The lines of each fault.
    private var rows: [Int: [String]] = [:]

    /// The document as it stands; empty if there is none.
    init() {
        let text = (try? String(contentsOfFile: Self.path, encoding: .utf8)) ?? ""
        var current: Int?
        for line in text.split(separator: "\n").map(String.init) where line.hasPrefix("|") {
            let first = line.split(separator: "|", maxSplits: 1)[0].trimmingCharacters(in: .whitespaces)
            if first.hasPrefix("F"), let id = Int(first.dropFirst()) {
                current = id
            } else if !first.isEmpty {
                current = nil
            }
            if let current { rows[current, default: []].append(line) }
        }
    }

    /// Replaces what is said about a fault.
    mutating func set(_ id: Int, _ lines: [Line]) {
        rows[id] = lines.map(\.text)
    }

    /// Outcomes in words; the same several times in a row is counted.
    static func text(_ outcomes: [Outcome]) -> String {
        var parts: [(outcome: Outcome, count: Int)] = []
        for outcome in outcomes {
            if parts.last?.outcome == outcome {
                parts[parts.count - 1].count += 1
            } else {
                parts.append((outcome, 1))
            }
        }
        return parts.map { $0.count == 1 ? "\($0.outcome)" : "\($0.count) × \($0.outcome)" }.joined(separator: "; ")
    }

    /// The whole file.
    var text: String {
        let faults = Suite.faults.sorted { $0.id < $1.id }.flatMap { rows[$0.id] ?? [] }
        let others = Elsewhere.rows.map { "| F\($0.id) | \($0.title) | \($0.reason) |" }
        return """
            # What happens when things break

            Faults, how each was provoked, and what a caller of this module saw.

            ## Overview

            Written by `scripts/faults --write`, which provokes each fault against a real ``LDAPClient/LDAPClient``, and checked by `scripts/faults`.
            In every one of these cases no call outlived its limit by more than half a second, no descriptor, thread or noticeable memory stayed
            behind, none waited busily, and no error and no log held a password. The last column is the worst lateness over a call's limit; a case that is more
            than 50 ms late is repeated a few times, since other programs of the machine may be to blame.

            `answer` is the result code of a test of a password: 0 is right, 49 wrong, and everything else neither.

            | Fault | What breaks | How it is provoked | What the caller sees | Late by |
            | --- | --- | --- | --- | --- |
            \(faults.joined(separator: "\n"))

            ## What concerns others

            | Fault | What breaks | Why it is not for a client |
            | --- | --- | --- |
            \(others.joined(separator: "\n"))

            """
    }

    /// What the file lacks or has too much of, as lines with a sign in front; empty if it is as it should be.
    func differences() -> [String] {
        let committed = ((try? String(contentsOfFile: Self.path, encoding: .utf8)) ?? "").components(separatedBy: "\n")
        return text.components(separatedBy: "\n").difference(from: committed).map { change in
            switch change {
            case .insert(_, let line, _): "+ \(line)"
            case .remove(_, let line, _): "- \(line)"
            }
        }
    }

    func write() throws {
        try text.write(toFile: Self.path, atomically: true, encoding: .utf8)
    }
}
