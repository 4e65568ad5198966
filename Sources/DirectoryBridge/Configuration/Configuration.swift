public import AuthCore
public import DirectorySync
public import LDAPBackend
public import LDAPClient

/// A whole configuration, validated: what a file says, as values. Secrets are not in it, only where they are.
public struct Configuration: Sendable {
    /// The file it came from.
    public var file: String
    /// The SQLite file that holds the accounts.
    public var databasePath: String
    /// Where that is said.
    public var databaseLocation: SourceLocation
    /// The names of the backends, in order. `local` is built in.
    public var chain: [String]
    /// The time for one login. Default: 10 s.
    public var loginDeadline: Duration
    /// The work of one password hash: iterations of PBKDF2. A site that shares its database with Django sets Django's own number, or the
    /// two would hash the same passwords again and again. Default: 1,500,000, as in Django 6.1.
    public var passwordIterations: Int
    /// The directories, by name.
    public var directories: [DirectoryConfiguration]
    /// The permissions that rules grant and where each stands, so that one that is not registered can be pointed at.
    public var grantedPermissions: [GrantedPermission]

    /// The name of the built-in backend.
    public static let localName = "local"
}

/// One directory of a configuration.
public struct DirectoryConfiguration: Sendable {
    /// How it is reached.
    public var client: LDAPClientConfiguration
    /// How it describes its people.
    public var backend: LDAPBackendConfiguration
    /// How much a sync may take away before somebody must approve it.
    public var lossLimits: LossLimits
    /// Where each condition of a rule stands, so that one that names nothing can be pointed at.
    public var ruleLocations: [Rule.Leaf: SourceLocation]

    /// The directory's name.
    public var name: String { backend.name }
}

/// A permission that a rule of the configuration grants.
public struct GrantedPermission: Sendable, Hashable {
    /// The directory whose rule it is.
    public var directory: String
    /// The permission.
    public var permission: Permission
    /// Where it stands.
    public var location: SourceLocation
}
