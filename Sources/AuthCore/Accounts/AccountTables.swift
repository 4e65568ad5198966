package import Foundation

/// The rows of an account store as one transaction sees them.
///
/// What applying a plan means is decided once, in ``PlanApplication``, for every store of this package; a store only says how a row is
/// read and written. Functions that answer with a `Bool` are idempotent and say whether anything is different now; only what is
/// different reaches the audit trail. Text is compared scalar by scalar, not by canonical equivalence.
package protocol AccountTables {
    // MARK: Accounts

    /// The account with this primary key, or `nil`.
    mutating func record(_ user: User.ID) throws -> AccountRecord?

    /// The accounts whose username is the same name (``LoginName/fold(_:)``), in the order of their primary keys.
    mutating func holders(of username: String) throws -> [AccountRecord]

    /// The account linked to this source and id, or `nil`.
    mutating func account(linkedTo source: String, id: String) throws -> AccountRecord?

    /// The account with its profile, memberships and grants.
    mutating func completed(_ record: AccountRecord) throws -> LocalAccount

    /// Makes an account. The username was seen to be free.
    mutating func insert(_ account: NewAccount, joined: Date) throws -> User.ID

    mutating func setUsername(_ username: String, of user: User.ID) throws -> Bool
    mutating func setField(_ field: UserField, to value: String, of user: User.ID) throws -> Bool
    mutating func setProfile(_ key: String, to value: String?, of user: User.ID) throws -> Bool
    mutating func setFlag(_ flag: UserFlag, to value: Bool, of user: User.ID) throws -> Bool
    /// Notes which source deactivated the account and why; `nil` takes the note away.
    mutating func setDeactivation(_ deactivation: Deactivation?, of user: User.ID) throws -> Bool
    mutating func setPassword(_ password: EncodedPassword, of user: User.ID) throws -> Bool

    /// Ends the sessions of an account.
    mutating func deleteSessions(of user: User.ID) throws

    /// Ties the account to an external one, in place of any other tie it has.
    mutating func setLink(_ link: ExternalLink, of user: User.ID) throws -> Bool

    /// Unties the account, if it is tied to this source and id. The break-glass mark goes with the tie.
    mutating func deleteLink(_ link: ExternalLink, of user: User.ID) throws -> Bool

    /// Notes under which DN the account's external one was seen.
    mutating func setLinkDN(_ dn: String?, of user: User.ID) throws -> Bool

    /// Gives the account the break-glass mark, or takes it away.
    mutating func setBreakGlass(_ isMarked: Bool, of user: User.ID, at time: Date) throws -> Bool

    // MARK: Groups

    /// The group with this primary key, or `nil`.
    mutating func group(_ id: Group.ID) throws -> Group?

    /// The group with this name, or `nil`.
    mutating func group(named name: String) throws -> Group?

    /// The groups with these names, by name.
    mutating func groups(named names: Set<String>) throws -> [String: Group]

    /// The groups tied to these ids of a source, by id.
    mutating func groups(linkedTo source: String, ids: Set<String>) throws -> [String: Group]

    /// Makes a group. The name was seen to be free.
    mutating func insertGroup(_ name: String) throws -> Group.ID

    mutating func setGroupName(_ name: String, of group: Group.ID) throws -> Bool
    mutating func setGroupLink(_ link: ExternalLink, of group: Group.ID) throws -> Bool
    mutating func setGroupLinkDN(_ dn: String?, of group: Group.ID) throws -> Bool

    /// Puts a person into a group. One who is in it stays there as they are.
    mutating func insertMembership(_ user: User.ID, in group: Group.ID, origin: String?) throws -> Bool

    /// Takes a person out of a group, if it was `origin` who had put them in.
    mutating func deleteMembership(_ user: User.ID, in group: Group.ID, origin: String?) throws -> Bool

    // MARK: Permissions

    /// Those of the permissions that are registered.
    mutating func registered(among permissions: Set<Permission>) throws -> Set<Permission>

    /// Registers a permission, unless the application has one of this codename.
    mutating func register(_ permission: RegisteredPermission) throws -> Bool

    /// Gives a person a permission. One who has it keeps it as it is.
    mutating func insertGrant(_ permission: Permission, to user: User.ID, origin: String?, rule: String?) throws -> Bool

    /// Takes a permission back, if it was `origin` who had given it.
    mutating func deleteGrant(_ permission: Permission, of user: User.ID, origin: String?) throws -> Bool

    /// Gives a group a permission.
    mutating func insertGroupGrant(_ permission: Permission, to group: Group.ID) throws -> Bool

    /// Takes a permission back from a group.
    mutating func deleteGroupGrant(_ permission: Permission, of group: Group.ID) throws -> Bool

    // MARK: Audit trail

    mutating func append(_ event: AuditEvent) throws
}

extension String {
    /// Equality of the text as stored. Swift's own equality is canonical equivalence, under which two different usernames are one.
    package func hasSameScalars(as other: String) -> Bool { utf8.elementsEqual(other.utf8) }
}
