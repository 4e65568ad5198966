import AuthCore
import Foundation

/// The details of an audit event as they are kept: a JSON object of strings.
enum AuditDetails {
    static func text(_ details: [String: String]) -> String {
        JSONText.object(details)
    }

    /// The event in a row that begins with `time, event, user_id, username, cause, details`. The trail is read leniently: a line that something else
    /// wrote is better shown in part than not at all.
    static func event(from row: SQLiteRow) throws -> AuditEvent {
        let cause = try row.text(4)
        return AuditEvent(
            time: DjangoTime.date(try row.text(0)) ?? .distantPast, event: try row.text(1),
            userID: try row.optionalInteger(2).map { User.ID($0) }, username: try row.optionalText(3),
            cause: ChangeCause(description: cause) ?? .administrator(cause),
            details: details(try row.text(5)))
    }

    /// The details that a kept text holds; none if it cannot be read.
    static func details(_ text: String) -> [String: String] {
        (try? JSONDecoder().decode([String: String].self, from: Data(text.utf8))) ?? [:]
    }
}
