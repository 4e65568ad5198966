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
    /// How local passwords are kept and what they must be.
    public var passwords: PasswordSettings
    /// How many attempts may fail; `nil` for any number.
    public var throttling: ThrottleSettings?
    /// Where the secret key is that sessions and reset links are made with; `nil` if there is none.
    public var secretKeys: SecretKeyFiles?
    /// How long sessions last.
    public var sessions: SessionSettings
    /// The directories, by name.
    public var directories: [DirectoryConfiguration]
    /// The permissions that rules grant and where each stands, so that one that is not registered can be pointed at.
    public var grantedPermissions: [GrantedPermission]

    /// The name of the built-in backend.
    public static let localName = "local"
}

/// One directory of a configuration.
public struct DirectoryConfiguration: Sendable {
    /// Its name: what accounts it owns are recorded under.
    public var name: String
    /// How it is reached.
    public var client: LDAPClientConfiguration
    /// Which kind of directory it is; `nil` where its root DSE is to tell.
    public var preset: DirectoryPreset?
    /// How it describes its people: of the kind that it is, or of each that it may be.
    public var backends: [DirectoryPreset: LDAPBackendConfiguration]
    /// How much a sync may take away before somebody must approve it.
    public var lossLimits: LossLimits
    /// Where each condition of a rule stands, so that one that names nothing can be pointed at.
    public var ruleLocations: [Rule.Leaf: SourceLocation]

    /// How it describes its people; `nil` where that is known only when it has been asked what it is.
    public var backend: LDAPBackendConfiguration? { preset.flatMap { backends[$0] } }
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
