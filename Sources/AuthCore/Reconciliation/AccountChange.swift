/// One thing that becomes different about an account. A login, a sync, an administrator's command: whatever writes, writes a list of these,
/// and the audit trail is written from the very same list.
///
/// Each change says what was before and what is after, so that a list can be read by people, checked and explained.
public enum AccountChange: Sendable, Hashable {
    /// The account comes into being. An external account gets an unusable password.
    case create(NewAccount)
    /// The account is tied to an external one.
    case link(ExternalLink)
    /// The account is tied to an external one no more. What the source gave is taken back by changes of its own.
    case unlink(ExternalLink)
    /// The linked account's local password counts, in place of the one it has elsewhere, or no longer does.
    case setBreakGlass(Bool)
    /// The external account was moved or renamed there; the tie stays.
    case moveLink(from: String?, to: String?)
    /// The account gets another username.
    case rename(from: String, to: String)
    /// Another account, which the source says no longer goes by that name, makes room for this one.
    case renameAside(User.ID, from: String, to: String)
    /// A field gets another value.
    case setField(UserField, from: String, to: String)
    /// Somebody activates or deactivates the account here, or it becomes staff or superuser, or no longer is.
    case setFlag(UserFlag, from: Bool, to: Bool)
    /// A source deactivates the account. Its unusable password is made anew, which ends the person's sessions for good (Django's session
    /// auth hash covers that column).
    case deactivate(Deactivation)
    /// The source that deactivated the account activates it again.
    case reactivate(source: String)
    /// A profile attribute gets another value; `nil` where there is none.
    case setProfile(key: String, from: String?, to: String?)
    /// The password column gets another value. With `replacing`, only if that is still what stands there: somebody may have set another
    /// password while this one was hashed.
    case setPassword(EncodedPassword, replacing: EncodedPassword? = nil)
    /// A local group comes into being: the mirror of an external one, or tied to nothing.
    case createGroup(name: String, link: ExternalLink?)
    /// A mirrored group is renamed, as it was in its source.
    case renameGroup(Group.ID, from: String, to: String)
    /// A mirrored group was moved or renamed there; the tie stays.
    case moveGroupLink(Group.ID, from: String?, to: String?)
    /// The person comes into a group. `origin` is the source that says so; `nil` for an administrator.
    case addMembership(group: String, origin: String?)
    /// The person leaves a group that `origin` had put them in.
    case removeMembership(group: Group.ID, origin: String?)
    /// The person is given a permission, by a rule of `origin` or by an administrator.
    case grant(Permission, origin: String?, rule: String?)
    /// A permission that `origin` had given is taken back.
    case revoke(Permission, origin: String?)
    /// A group is given a permission, and with it everybody in it.
    case grantToGroup(Permission, group: String)
    /// A permission is taken back from a group.
    case revokeFromGroup(Permission, group: String)
    /// A permission comes into being.
    case registerPermission(RegisteredPermission)
}

/// The account that ``AccountChange/create(_:)`` makes.
public struct NewAccount: Sendable, Hashable {
    /// The username, normalised.
    public var username: String
    /// Values of the fields; those not here are empty.
    public var fields: [UserField: String]
    /// The password column.
    public var password: EncodedPassword
    /// Default: `false`.
    public var isStaff: Bool
    /// Default: `false`.
    public var isSuperuser: Bool
    /// Why the account is not active from the beginning; `nil` for an active one, which is the default.
    public var deactivation: Deactivation?

    /// A new account.
    public init(
        username: String, fields: [UserField: String] = [:], password: EncodedPassword, isStaff: Bool = false,
        isSuperuser: Bool = false, deactivation: Deactivation? = nil
    ) {
        self.username = username
        self.fields = fields
        self.password = password
        self.isStaff = isStaff
        self.isSuperuser = isSuperuser
        self.deactivation = deactivation
    }
}
