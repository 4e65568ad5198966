import AuthCore
import DirectorySync

extension SyncDocument {
    /// The result in lines for people.
    var text: String {
        var lines: [String] = []
        if showsChanges, !report.changes.isEmpty { lines += [Output.table(report.changes.map(Self.cells)), ""] }
        if !report.quarantined.isEmpty {
            lines.append("Not taken over, or not in full:")
            lines += report.quarantined.map { "  \($0.entry): \($0.reason)" }
            lines.append("")
        }
        let time = (report.duration.milliseconds / 100).rounded() / 10
        lines.append(
            "\(report.source): \(report.people) people and \(report.groups) groups were read; \(counts) (\(time) s).")
        lines += report.explanations
        lines.append(conclusion)
        return lines.joined(separator: "\n")
    }

    private static func cells(_ change: PlannedChange) -> [String] {
        let details = change.details.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
        return [change.name, change.event, details.joined(separator: " ")]
    }

    /// What there is to count, in words.
    private var counts: String {
        let counts = report.counts.named.filter { $0.count > 0 }
            .map { "\($0.name.replacing("_", with: " ")) \($0.count)" }
        return counts.isEmpty ? "nothing to do" : counts.joined(separator: ", ")
    }

    private var conclusion: String {
        if report.isHeld {
            guard let plan = report.plan else {
                return report.run == nil ? "Nothing was changed." : "The plan was not applied to the end."
            }
            return """
                Nothing was changed. The plan is kept as number \(plan). To read it: \(command) --plan. To apply it: \(command) --apply \(plan)
                """
        }
        if report.isApplied {
            return report.isComplete
                ? "Done."
                : "People and groups were added and updated; nothing was taken away. Mend the above and run it again."
        }
        return
            "Nothing was changed. To apply this plan, number \(report.plan ?? 0): \(command) --apply \(report.plan ?? 0)"
    }

    /// With the directory, since there may be several.
    private var command: String { "dirbridge sync --directory \(report.source)" }
}
