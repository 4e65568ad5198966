import AuthCore
import Foundation

/// The result of `user sessions`.
struct SessionsDocument: Encodable {
    let username: String
    let sessions: [Item]

    init(username: String, sessions: [Session]) {
        self.username = username
        self.sessions = sessions.map(Item.init)
    }

    /// One session, without anything by which somebody could come in.
    struct Item: Encodable {
        let session: Session

        private enum Key: String, CodingKey {
            case number, created, expires, address, device, backend
            case lastSeen = "last_seen"
        }

        func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: Key.self)
            try container.encode(session.id.rawValue, forKey: .number)
            try container.encode(session.created.formatted(.iso8601), forKey: .created)
            try container.encode(session.lastSeen.formatted(.iso8601), forKey: .lastSeen)
            try container.encode(session.expires.formatted(.iso8601), forKey: .expires)
            try container.encode(session.address, forKey: .address)
            try container.encode(session.userAgent, forKey: .device)
            try container.encode(session.backend, forKey: .backend)
        }
    }

    /// The same for people.
    var text: String {
        let rows = sessions.map(\.session).map { session in
            [
                session.id.description, session.created.formatted(.iso8601), session.lastSeen.formatted(.iso8601),
                session.expires.formatted(.iso8601), session.backend, session.address ?? "–", session.userAgent ?? "–",
            ]
        }
        return Output.table([["NUMBER", "CREATED", "LAST SEEN", "EXPIRES", "BACKEND", "ADDRESS", "DEVICE"]] + rows)
    }
}
