public import Foundation

/// One line of the audit trail: a change that was made, or an attempt that failed.
public struct AuditEvent: Sendable, Hashable {
    /// When.
    public var time: Date
    /// What happened, in a closed set of words such as `user.create`, `membership.add`, `login.rejected`.
    public var event: String
    /// The account it happened to, if there is one.
    public var userID: User.ID?
    /// The account's name at that time, or the name that was tried.
    public var username: String?
    /// Who or what caused it.
    public var cause: ChangeCause
    /// The circumstances, as keys and values. Never a secret.
    public var details: [String: String]

    /// An event.
    public init(
        time: Date, event: String, userID: User.ID? = nil, username: String? = nil, cause: ChangeCause,
        details: [String: String] = [:]
    ) {
        self.time = time
        self.event = event
        self.userID = userID
        self.username = username
        self.cause = cause
        self.details = details
    }
}

/// Who or what causes a change.
public enum ChangeCause: Sendable, Hashable {
    /// The person logged in; the source said so.
    case login(source: String)
    /// A sync run found it so in the source.
    case sync(source: String)
    /// An administrator's command, by the name of the operating system's user.
    case administrator(String)

    /// The form kept in the audit trail: `login:corp`, `sync:corp`, `administrator:root`.
    public var description: String {
        switch self {
        case .login(let source): "login:" + source
        case .sync(let source): "sync:" + source
        case .administrator(let name): "administrator:" + name
        }
    }

    /// The cause that a kept form stands for.
    public init?(description: String) {
        guard let colon = description.firstIndex(of: ":") else { return nil }
        let name = String(description[description.index(after: colon)...])
        switch description[..<colon] {
        case "login": self = .login(source: name)
        case "sync": self = .sync(source: name)
        case "administrator": self = .administrator(name)
        default: return nil
        }
    }
}

/// What happened that changes no account: written behind, in batches.
public struct Activity: Sendable, Hashable {
    /// The last login of each user.
    public var lastLogins: [User.ID: Date]
    /// Failed and denied attempts.
    public var events: [AuditEvent]

    /// A batch; empty by default.
    public init(lastLogins: [User.ID: Date] = [:], events: [AuditEvent] = []) {
        self.lastLogins = lastLogins
        self.events = events
    }

    /// Whether there is nothing to write.
    public var isEmpty: Bool { lastLogins.isEmpty && events.isEmpty }
}
