/// What the local store knows that bears on one external account: the second argument of ``reconcile(_:with:under:)``.
///
/// A plan keeps the state it was computed from. If the state is another when the plan is applied, somebody wrote in between, and the
/// pair is reconciled again.
public struct LocalState: Sendable, Hashable {
    /// The account linked to this source and id.
    public var linked: LocalAccount?
    /// The other accounts that go by the name the external account wants (compared folded), in the order of their ids. Mostly none; more
    /// than one where a site has twins.
    public var nameHolders: [LocalAccount]
    /// The local groups linked to the external account's groups, by external id.
    public var linkedGroups: [String: Group]
    /// The local groups that bear the local name of one of its groups, or a name of ``ExternalAccount/groupsLeftAlone``, by that name.
    public var groupsByName: [String: Group]
    /// Those of the granted permissions that are registered here.
    public var registeredPermissions: Set<Permission>

    /// A local state.
    public init(
        linked: LocalAccount? = nil, nameHolders: [LocalAccount] = [], linkedGroups: [String: Group] = [:],
        groupsByName: [String: Group] = [:], registeredPermissions: Set<Permission> = []
    ) {
        self.linked = linked
        self.nameHolders = nameHolders
        self.linkedGroups = linkedGroups
        self.groupsByName = groupsByName
        self.registeredPermissions = registeredPermissions
    }
}

/// One local account in full.
public struct LocalAccount: Sendable, Hashable {
    /// The user.
    public var user: User
    /// Whether the password column could match a password.
    public var hasUsablePassword: Bool
    /// The tie to an external account; `nil` for a local one.
    public var link: ExternalLink?
    /// Set where a source deactivated the account.
    public var deactivation: Deactivation?
    /// Whether an administrator marked it so that its local password counts although it is linked.
    public var isBreakGlass: Bool
    /// The profile attributes.
    public var profile: [String: String]
    /// The groups the person is in.
    public var memberships: Set<Membership>
    /// The permissions given to the person directly.
    public var grants: Set<Grant>

    /// A local account.
    public init(
        user: User, hasUsablePassword: Bool, link: ExternalLink? = nil, deactivation: Deactivation? = nil,
        isBreakGlass: Bool = false, profile: [String: String] = [:], memberships: Set<Membership> = [],
        grants: Set<Grant> = []
    ) {
        self.user = user
        self.hasUsablePassword = hasUsablePassword
        self.link = link
        self.deactivation = deactivation
        self.isBreakGlass = isBreakGlass
        self.profile = profile
        self.memberships = memberships
        self.grants = grants
    }

    /// Who may let this account in.
    public var owner: AccountOwner {
        AccountOwner(link: link, hasUsablePassword: hasUsablePassword, isBreakGlass: isBreakGlass)
    }
}

/// A person's place in a group, and who put them there.
public struct Membership: Sendable, Hashable {
    /// The group's primary key.
    public var group: Group.ID
    /// The source that gave the membership; `nil` where somebody gave it here. Mirroring takes away only what mirroring gave.
    public var origin: String?

    /// A membership.
    public init(group: Group.ID, origin: String? = nil) {
        self.group = group
        self.origin = origin
    }
}

/// A permission given to a person directly, and who gave it.
public struct Grant: Sendable, Hashable {
    /// The permission.
    public var permission: Permission
    /// The source whose rule gave it; `nil` where somebody gave it here.
    public var origin: String?

    /// A grant.
    public init(permission: Permission, origin: String? = nil) {
        self.permission = permission
        self.origin = origin
    }
}
