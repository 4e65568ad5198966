import ArgumentParser
import AuthCore
import DirectoryBridge
import Foundation

/// `dirbridge audit`
struct AuditCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "audit", abstract: "Show what was changed and which logins failed.",
        discussion: "The oldest of the events shown comes first, so that the newest stands at the prompt.")

    @OptionGroup var options: ConfigurationOption
    @Option(help: "Only events about this person, under whatever name.") var user: String?
    @Option(help: "Only events whose name begins so: login., user.create, permission. …") var event = ""
    @Option(help: "Only events of the last while, such as 30m, 12h or 7d.", transform: AuditCommand.seconds)
    var since: TimeInterval?
    @Option(help: "How many at the most, the newest.") var limit = 50
    @Flag(help: "Stay, and show what happens from now on, until interrupted.") var follow = false
    @Flag(help: "Print one JSON document on standard output; with --follow, one for each event, a line each.")
    var json = false

    func validate() throws {
        if limit < 0 { throw ValidationError("--limit is a number of events; it cannot be \(limit).") }
    }

    func run() async throws {
        try await options.withBridge(.readOnly) { bridge in
            var query = AuditQuery(event: event, since: since.map { Date(timeIntervalSinceNow: -$0) }, limit: limit)
            if let user {
                var id: User.ID?
                if case .account(let record) = try await bridge.store.resolve(LoginName(user)) { id = record.user.id }
                query.person = AuditQuery.Person(id: id, username: user)
            }
            let shown = try await bridge.store.auditTrail(query).reversed()
            if json, !follow {
                return try Output.json(AuditDocument(events: shown.map(AuditEntryDocument.init)))
            }
            try shown.forEach(show)
            guard follow else { return }
            query.isOldestFirst = true
            query.limit = 1000
            // From what was shown on; else from what is newest now, whoever it is about.
            if let last = shown.last {
                query.after = last.id
            } else {
                query.after = try await bridge.store.auditTrail(AuditQuery(limit: 1)).first?.id ?? 0
            }
            while true {
                let news = try await bridge.store.auditTrail(query)
                try news.forEach(show)
                query.after = news.last?.id ?? query.after
                if news.isEmpty { try await Task.sleep(for: .seconds(1)) }
            }
        }
    }

    private func show(_ entry: AuditEntry) throws {
        if json {
            try Output.jsonLine(AuditEntryDocument(entry))
        } else {
            Output.result(AuditEntryDocument(entry).text)
        }
    }

    private static func seconds(_ text: String) throws -> TimeInterval {
        let units: [Character: Double] = ["s": 1, "m": 60, "h": 3600, "d": 86_400]
        guard let unit = text.last.flatMap({ units[$0] }), let count = UInt32(text.dropLast()) else {
            throw ValidationError("'\(text)' is no while; write it like 30m, 12h or 7d.")
        }
        return Double(count) * unit
    }
}
