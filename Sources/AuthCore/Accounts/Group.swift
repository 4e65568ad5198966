/// A group as applications see it: Django's group.
public struct Group: Sendable, Hashable, Identifiable {
    /// The primary key of `auth_group`.
    public struct ID: RawRepresentable, Sendable, Hashable, Comparable, Codable, CustomStringConvertible {
        public let rawValue: Int64
        public init(rawValue: Int64) { self.rawValue = rawValue }
        /// The key of a row of `auth_group`.
        public init(_ rawValue: Int64) { self.rawValue = rawValue }
        public static func < (lhs: ID, rhs: ID) -> Bool { lhs.rawValue < rhs.rawValue }
        public var description: String { String(rawValue) }
    }

    /// The key of a group that is not stored yet: what a plan would create.
    public static let unsaved = ID(0)

    /// The most characters a name may have (Django's `auth_group.name`).
    public static let maximumNameLength = 150

    /// The primary key.
    public var id: ID
    /// The name, unique.
    public var name: String
    /// Where the group comes from; `nil` for a local one.
    public var link: ExternalLink?

    /// A group.
    public init(id: ID, name: String, link: ExternalLink? = nil) {
        self.id = id
        self.name = name
        self.link = link
    }
}
