/// The question who has a permission (Django's `with_perm`).
public struct PermissionHolderQuery: Sendable {
    /// The permission.
    public var permission: Permission
    /// Whether the users must be active or must not be; `nil` for both. The flag is all that counts here: an inactive user who is listed
    /// has the permission once active.
    public var isActive: Bool?
    /// Whether superusers are listed who hold the permission by being superusers only.
    public var includesSuperusers: Bool
    /// The object the permission is about; `nil` for the permission in general.
    public var object: (any Sendable)?

    /// A question. Everything but the permission has Django's default.
    public init(
        _ permission: Permission, isActive: Bool? = true, includesSuperusers: Bool = true,
        object: (any Sendable)? = nil
    ) {
        self.permission = permission
        self.isActive = isActive
        self.includesSuperusers = includesSuperusers
        self.object = object
    }
}

/// One source's answer to the question who has a permission.
public struct PermissionHolders: Sendable, Hashable {
    /// The users, ordered by username.
    public var users: [User]
    /// Users who must not have it, whatever other sources say.
    public var denied: Set<User.ID>

    /// An answer; empty by default.
    public init(users: [User] = [], denied: Set<User.ID> = []) {
        self.users = users
        self.denied = denied
    }
}

/// Why it cannot be said who has a permission.
public struct PermissionListingError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The kind of error. Callers match it, people read the message.
    public struct Code: Sendable, Hashable {
        private let name: String
        private init(_ name: String) { self.name = name }
        /// A source does not list who holds a permission.
        public static let sourceCannotList = Code("sourceCannotList")
        /// No source has that name.
        public static let noSuchSource = Code("noSuchSource")
    }

    /// The kind.
    public let code: Code
    /// What cannot be said, and the remedy.
    public let message: String

    /// An error.
    public init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    public var description: String { message }

    /// Lets a `catch` match the code.
    public static func ~= (code: Code, error: PermissionListingError) -> Bool { error.code == code }
}

extension PermissionResolver {
    /// The users who have a permission, over all sources: those whom any source lists, without those whom a source denies it (superusers
    /// stay; see ``PermissionResolver``).
    ///
    /// Django refuses the question where there are several backends and none is named. Here their answers add up as they do for a check.
    /// - Parameters:
    ///   - query: The permission, and which users count.
    ///   - source: The name of the only source that is asked. Default: all are.
    /// - Returns: The users, ordered by username.
    /// - Throws: ``PermissionListingError`` if a source cannot list them, since the list might be short; what a source throws.
    public func users(_ query: PermissionHolderQuery, from source: String? = nil) async throws -> [User] {
        let asked = source.map { name in sources.filter { $0.name == name } } ?? sources
        if let source, asked.isEmpty {
            throw PermissionListingError(
                .noSuchSource,
                "There is no source of permissions '\(source)'; there are: \(sources.map(\.name).joined(separator: ", "))."
            )
        }
        var users: [User.ID: User] = [:]
        var denied: Set<User.ID> = []
        for source in asked {
            guard let holders = try await source.holders(query) else {
                throw PermissionListingError(
                    .sourceCannotList,
                    "The source '\(source.name)' cannot say who has a permission; name one that can, or check the users one by one."
                )
            }
            for user in holders.users { users[user.id] = user }
            denied.formUnion(holders.denied)
        }
        return users.values.filter { $0.isSuperuser || !denied.contains($0.id) }.sorted { $0.username < $1.username }
    }
}
