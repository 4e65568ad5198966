import AuthCore
import DirectorySync

/// The result of `sync`.
struct SyncDocument: Encodable {
    let report: SyncReport
    let showsChanges: Bool

    /// - Parameters:
    ///   - report: The result.
    ///   - showsChanges: Whether the plan's changes are part of it.
    init(_ report: SyncReport, showsChanges: Bool) {
        self.report = report
        self.showsChanges = showsChanges
    }

    private enum Key: String, CodingKey {
        case run, plan, directory, mode, complete, held, applied, reason, explanations, counts, people, groups,
            quarantined
        case warnings, changes
        case duration = "duration_ms"
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(report.run, forKey: .run)
        try container.encode(report.plan, forKey: .plan)
        try container.encode(report.source, forKey: .directory)
        try container.encode(report.mode, forKey: .mode)
        try container.encode(report.isComplete, forKey: .complete)
        try container.encode(report.isHeld, forKey: .held)
        try container.encode(report.isApplied, forKey: .applied)
        try container.encode(report.reason?.rawValue, forKey: .reason)
        try container.encode(report.explanations, forKey: .explanations)
        try container.encode(
            Dictionary(uniqueKeysWithValues: report.counts.named.map { ($0.name, $0.count) }), forKey: .counts)
        try container.encode(report.people, forKey: .people)
        try container.encode(report.groups, forKey: .groups)
        try container.encode(report.quarantined.map(QuarantinedDocument.init), forKey: .quarantined)
        try container.encode(report.warnings, forKey: .warnings)
        if showsChanges { try container.encode(report.changes.map(PlannedChangeDocument.init), forKey: .changes) }
        try container.encode(report.duration.milliseconds, forKey: .duration)
    }
}

/// An entry that could not be taken over, in JSON.
private struct QuarantinedDocument: Encodable {
    let entry: String
    let username: String?
    let reason: String

    init(_ entry: QuarantinedEntry) {
        self.entry = entry.entry
        username = entry.username
        reason = entry.reason
    }

    private enum Key: String, CodingKey { case entry, username, reason }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(entry, forKey: .entry)
        try container.encode(username, forKey: .username)
        try container.encode(reason, forKey: .reason)
    }
}

/// A line of a plan in JSON.
private struct PlannedChangeDocument: Encodable {
    let account, name, event: String
    let details: [String: String]

    init(_ change: PlannedChange) {
        account = change.account
        name = change.name
        event = change.event
        details = change.details
    }
}
