public import Foundation

/// One login that goes on: who, by which backend, from where and since when.
public struct Session: Sendable, Hashable, Identifiable {
    /// The number of a session, by which it is listed and ended. It is no secret: nobody comes in by it.
    public struct ID: RawRepresentable, Sendable, Hashable, Comparable, CustomStringConvertible {
        public let rawValue: Int64
        public init(rawValue: Int64) { self.rawValue = rawValue }
        /// The number of a session.
        public init(_ rawValue: Int64) { self.rawValue = rawValue }
        public static func < (lhs: ID, rhs: ID) -> Bool { lhs.rawValue < rhs.rawValue }
        public var description: String { String(rawValue) }
    }

    /// The number. It stays when the token is rotated, and no other session ever gets it.
    public var id: ID
    /// Whose.
    public var user: User.ID
    /// The backend that proved the credentials. It is asked again at each use.
    public var backend: String
    /// When the person logged in.
    public var created: Date
    /// When the session was last used, to within ``SessionSettings/activityInterval``.
    public var lastSeen: Date
    /// When the session ends whatever happens.
    public var expires: Date
    /// The address the person logged in from, if known.
    public var address: String?
    /// What the browser said of itself, if it did.
    public var userAgent: String?

    /// A session.
    public init(
        id: ID, user: User.ID, backend: String, created: Date, lastSeen: Date, expires: Date, address: String? = nil,
        userAgent: String? = nil
    ) {
        self.id = id
        self.user = user
        self.backend = backend
        self.created = created
        self.lastSeen = lastSeen
        self.expires = expires
        self.address = address
        self.userAgent = userAgent
    }
}

/// A session that is to be opened.
public struct NewSession: Sendable, Hashable {
    /// The most characters that are kept of an address.
    public static let maximumAddressLength = 64
    /// The most characters that are kept of what a browser says of itself.
    public static let maximumUserAgentLength = 256

    /// Under which the session will be found.
    public var digest: SessionDigest
    /// Whose.
    public var user: User.ID
    /// The backend that proved the credentials.
    public var backend: String
    /// When.
    public var created: Date
    /// When it ends whatever happens.
    public var expires: Date
    /// The client's address, made fit to be kept and shown.
    public let address: String?
    /// What the browser says of itself, made fit to be kept and shown.
    public let userAgent: String?

    /// A new session.
    public init(
        digest: SessionDigest, user: User.ID, backend: String, created: Date, expires: Date, address: String? = nil,
        userAgent: String? = nil
    ) {
        self.digest = digest
        self.user = user
        self.backend = backend
        self.created = created
        self.expires = expires
        self.address = address.map { Self.fit($0, to: Self.maximumAddressLength) }
        self.userAgent = userAgent.map { Self.fit($0, to: Self.maximumUserAgentLength) }
    }

    /// Whoever logs in chooses these texts, and an administrator's terminal shows them: they are cut, and what could steer it is left out.
    private static func fit(_ text: String, to length: Int) -> String {
        let shown = text.unicodeScalars.lazy.filter {
            switch $0.properties.generalCategory {
            case .control, .format, .lineSeparator, .paragraphSeparator: false
            default: true
            }
        }
        return String(String.UnicodeScalarView(shown.prefix(length)))
    }
}
