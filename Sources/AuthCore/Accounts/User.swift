/// A person as applications see them: Django's user, field for field, without the password.
public struct User: Sendable, Hashable, Identifiable {
    /// The primary key of `auth_user`.
    public struct ID: RawRepresentable, Sendable, Hashable, Comparable, Codable, CustomStringConvertible {
        public let rawValue: Int64
        public init(rawValue: Int64) { self.rawValue = rawValue }
        /// The key of a row of `auth_user`.
        public init(_ rawValue: Int64) { self.rawValue = rawValue }
        public static func < (lhs: ID, rhs: ID) -> Bool { lhs.rawValue < rhs.rawValue }
        public var description: String { String(rawValue) }

        /// The key of an account that is not stored yet: what a plan would create.
        public static let unsaved = ID(0)
    }

    /// The primary key. It stays when the name changes.
    public var id: ID
    /// The login name, unique, at most 150 characters.
    public var username: String
    /// At most 150 characters; empty if unknown.
    public var firstName: String
    /// At most 150 characters; empty if unknown.
    public var lastName: String
    /// At most 254 characters; empty if unknown.
    public var email: String
    /// Whether the person may log in and hold permissions at all.
    public var isActive: Bool
    /// Whether the person may enter administration pages.
    public var isStaff: Bool
    /// Whether the person holds every permission without being given any.
    public var isSuperuser: Bool

    /// A user. New people are active and neither staff nor superuser.
    public init(
        id: ID, username: String, firstName: String = "", lastName: String = "", email: String = "",
        isActive: Bool = true, isStaff: Bool = false, isSuperuser: Bool = false
    ) {
        self.id = id
        self.username = username
        self.firstName = firstName
        self.lastName = lastName
        self.email = email
        self.isActive = isActive
        self.isStaff = isStaff
        self.isSuperuser = isSuperuser
    }

    /// The user after `changes`, as far as they are about the user: what a plan would make of the account.
    public func applying(_ changes: [AccountChange]) -> User {
        var user = self
        for change in changes {
            switch change {
            case .create(let account):
                user = User(
                    id: .unsaved, username: account.username, isActive: account.deactivation == nil,
                    isStaff: account.isStaff, isSuperuser: account.isSuperuser)
                for (field, value) in account.fields { user[field] = value }
            case .rename(_, let to): user.username = to
            case .setField(let field, _, let to): user[field] = to
            case .setFlag(let flag, _, let to): user[flag] = to
            case .deactivate: user.isActive = false
            case .reactivate: user.isActive = true
            default: break
            }
        }
        return user
    }

    /// First and last name with a space between (Django's `get_full_name`).
    public var fullName: String {
        [firstName, lastName].filter { !$0.isEmpty }.joined(separator: " ")
    }

    /// The value of a flag.
    public subscript(_ flag: UserFlag) -> Bool {
        get {
            switch flag {
            case .isActive: isActive
            case .isStaff: isStaff
            case .isSuperuser: isSuperuser
            }
        }
        set {
            switch flag {
            case .isActive: isActive = newValue
            case .isStaff: isStaff = newValue
            case .isSuperuser: isSuperuser = newValue
            }
        }
    }

    /// The value of a field that may be filled from elsewhere.
    public subscript(_ field: UserField) -> String {
        get {
            switch field {
            case .firstName: firstName
            case .lastName: lastName
            case .email: email
            }
        }
        set {
            switch field {
            case .firstName: firstName = newValue
            case .lastName: lastName = newValue
            case .email: email = newValue
            }
        }
    }
}

/// The flags of ``User``.
public enum UserFlag: String, Sendable, Hashable, CaseIterable {
    /// ``User/isActive``.
    case isActive = "is_active"
    /// ``User/isStaff``.
    case isStaff = "is_staff"
    /// ``User/isSuperuser``.
    case isSuperuser = "is_superuser"
}

/// The fields of ``User`` that an external account may fill. The username is not among them: it is a name, see ``AccountChange/rename(from:to:)``.
public enum UserField: String, Sendable, Hashable, CaseIterable, Codable {
    /// ``User/firstName``.
    case firstName = "first_name"
    /// ``User/lastName``.
    case lastName = "last_name"
    /// ``User/email``.
    case email

    /// The most characters the column holds (Django's `auth_user`).
    public var maximumLength: Int {
        switch self {
        case .firstName, .lastName: 150
        case .email: 254
        }
    }
}
