public import Foundation

/// Which events of the audit trail are wanted. Everything that is given must hold.
public struct AuditQuery: Sendable, Hashable {
    /// Events about this account, or about this name.
    public struct Person: Sendable, Hashable {
        /// The account; `nil` for a name that is nobody's.
        public var id: User.ID?
        /// The name at that time, as it is in the trail.
        public var username: String

        /// A person.
        public init(id: User.ID?, username: String) {
            self.id = id
            self.username = username
        }
    }

    /// Whose events; `nil` for everybody's.
    public var person: Person?
    /// What the event's name begins with, such as `login.` or `permission.grant`; empty for all.
    public var event: String
    /// Not before this time; `nil` from the beginning.
    public var since: Date?
    /// Only entries with a higher number; 0 from the beginning. For following the trail.
    public var after: Int64
    /// Whether the oldest come first. Else the newest do, and `limit` leaves out the oldest.
    public var isOldestFirst: Bool
    /// How many at the most.
    public var limit: Int

    /// A query; without arguments, the newest hundred events.
    public init(
        person: Person? = nil, event: String = "", since: Date? = nil, after: Int64 = 0, isOldestFirst: Bool = false,
        limit: Int = 100
    ) {
        self.person = person
        self.event = event
        self.since = since
        self.after = after
        self.isOldestFirst = isOldestFirst
        self.limit = limit
    }

    /// Whether an entry is wanted, the limit apart.
    func includes(_ entry: AuditEntry) -> Bool {
        let event = entry.event
        let isAboutPerson =
            person.map { $0.username == event.username || $0.id != nil && $0.id == event.userID } ?? true
        return entry.id > after && isAboutPerson && event.event.hasPrefix(self.event)
            && (since.map { event.time >= $0 } ?? true)
    }
}

/// An event with its place in the audit trail.
public struct AuditEntry: Sendable, Hashable {
    /// The number of the entry. Later entries have higher numbers.
    public var id: Int64
    /// The event.
    public var event: AuditEvent

    /// An entry.
    public init(id: Int64, event: AuditEvent) {
        self.id = id
        self.event = event
    }
}

extension AccountStore {
    /// The newest events of the audit trail, newest first.
    public func auditEvents(limit: Int) async throws -> [AuditEvent] {
        try await auditTrail(AuditQuery(limit: limit)).map(\.event)
    }
}
