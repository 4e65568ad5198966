import AuthCore
import Foundation

/// The result of `audit` in JSON.
struct AuditDocument: Encodable {
    let events: [AuditEntryDocument]
}

/// An entry of the audit trail in JSON.
struct AuditEntryDocument: Encodable {
    let entry: AuditEntry

    init(_ entry: AuditEntry) {
        self.entry = entry
    }

    private enum Key: String, CodingKey {
        case id, time, event, username, cause, details
        case userID = "user_id"
    }

    func encode(to encoder: any Encoder) throws {
        let event = entry.event
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(entry.id, forKey: .id)
        try container.encode(event.time.formatted(.iso8601), forKey: .time)
        try container.encode(event.event, forKey: .event)
        try container.encode(event.userID?.rawValue, forKey: .userID)
        try container.encode(event.username, forKey: .username)
        try container.encode(event.cause.description, forKey: .cause)
        try container.encode(event.details, forKey: .details)
    }

    /// The same in a line for people.
    var text: String {
        let event = entry.event
        let details = event.details.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: " ")
        return
            "\(event.time.formatted(.iso8601))  \(event.event)  \(event.username ?? "–")  \(event.cause.description)  \(details)"
    }
}
