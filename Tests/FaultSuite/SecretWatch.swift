import Logging
import Synchronization

/// Reads everything that is logged, and remembers whether the password was in it.
struct SecretWatch: LogHandler {
    /// What all copies of a handler have seen.
    final class Findings: Sendable {
        private let count = Atomic(0)

        var areEmpty: Bool { count.load(ordering: .relaxed) == 0 }

        func look(at text: String) {
            if text.contains(Run.secret) { count.add(1, ordering: .relaxed) }
        }
    }

    let findings: Findings
    var logLevel = Logger.Level.trace
    var metadata = Logger.Metadata()

    func log(event: LogEvent) {
        findings.look(at: "\(event.message) \(metadata) \(event.metadata ?? [:])")
    }

    subscript(metadataKey key: String) -> Logger.MetadataValue? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }
}
