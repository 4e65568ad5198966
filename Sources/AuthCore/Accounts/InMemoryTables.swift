import Foundation

/// The rows of an ``InMemoryAccountStore``: a value, so that a transaction is a copy.
struct InMemoryTables {
    /// One account and what hangs on it.
    struct Account {
        var record: AccountRecord
        var folded: String
        var profile: [String: String] = [:]
        var memberships: [Group.ID: Membership] = [:]
        var grants: [Permission: (grant: Grant, rule: String?)] = [:]
    }

    var accounts: [User.ID: Account] = [:]
    var groups: [Group.ID: Group] = [:]
    var groupGrants: [Group.ID: Set<Permission>] = [:]
    var permissions: [Permission: RegisteredPermission] = [:]
    var ruleGroups: [String: [String: [ExternalGroup]]] = [:]
    var audit: [AuditEvent] = []
    var sessions = InMemorySessions()
    var throttling = InMemoryThrottling()
    private var lastID: Int64 = 0

    private mutating func nextID() -> Int64 {
        lastID += 1
        return lastID
    }

    func allGroups() -> [Group] { groups.values.sorted { $0.name < $1.name } }

    func members(of group: Group.ID) -> [User] {
        accounts.values.filter { $0.memberships[group] != nil }.map(\.record.user).sorted { $0.username < $1.username }
    }

    func groups(of user: User.ID) -> [Group] {
        let memberships = accounts[user]?.memberships ?? [:]
        return memberships.keys.compactMap { groups[$0] }.sorted { $0.name < $1.name }
    }

    func permissions(of user: User.ID) -> [Permission: [PermissionOrigin]] {
        var held: [Permission: [PermissionOrigin]] = [:]
        for (permission, given) in accounts[user]?.grants ?? [:] {
            held[permission, default: []].append(.direct(source: given.grant.origin, rule: given.rule))
        }
        for group in groups(of: user) {
            let origin = PermissionOrigin.group(group.name, source: accounts[user]?.memberships[group.id]?.origin)
            for permission in groupGrants[group.id] ?? [] { held[permission, default: []].append(origin) }
        }
        return held
    }

    func holders(of permission: Permission, isActive: Bool?, includingSuperusers: Bool) -> [User] {
        accounts.values.filter { account in
            let user = account.record.user
            guard isActive == nil || user.isActive == isActive else { return false }
            return includingSuperusers && user.isSuperuser || account.grants[permission] != nil
                || account.memberships.keys.contains { groupGrants[$0]?.contains(permission) ?? false }
        }.map(\.record.user).sorted { $0.username < $1.username }
    }

    func permissions(ofGroups names: Set<String>) -> [String: Set<Permission>] {
        groups(named: names).mapValues { groupGrants[$0.id] ?? [] }
    }

    /// Notes a login, unless a later one is noted.
    mutating func noteLogin(of user: User.ID, at time: Date) {
        guard let account = accounts[user], account.record.lastLogin.map({ $0 < time }) ?? true else { return }
        accounts[user]?.record.lastLogin = time
    }

    /// Changes something about an account.
    /// - Returns: Whether it is different now.
    private mutating func update<Value: Equatable>(
        _ path: WritableKeyPath<Account, Value>, of user: User.ID, to value: Value,
        isSame: (Value, Value) -> Bool = (==)
    ) -> Bool {
        guard let old = accounts[user]?[keyPath: path], !isSame(old, value) else { return false }
        accounts[user]?[keyPath: path] = value
        return true
    }
}

extension InMemoryTables: AccountTables {
    mutating func deleteSessions(of user: User.ID) {
        _ = sessions.removeAll { $0.session.user == user }
    }

    func record(_ user: User.ID) -> AccountRecord? { accounts[user]?.record }

    func holders(of username: String) -> [AccountRecord] {
        let folded = LoginName.fold(username)
        return accounts.values.filter { $0.folded.hasSameScalars(as: folded) }.map(\.record)
            .sorted { $0.user.id < $1.user.id }
    }

    func account(linkedTo source: String, id: String) -> AccountRecord? {
        accounts.values.first { $0.record.link?.source == source && $0.record.link?.id == id }?.record
    }

    func completed(_ record: AccountRecord) -> LocalAccount {
        let account = accounts[record.user.id]
        return LocalAccount(
            user: record.user, hasUsablePassword: record.password.isUsable, link: record.link,
            deactivation: record.deactivation, isBreakGlass: record.isBreakGlass, profile: account?.profile ?? [:],
            memberships: Set(account?.memberships.values.map { $0 } ?? []),
            grants: Set(account?.grants.values.map(\.grant) ?? []))
    }

    mutating func insert(_ account: NewAccount, joined: Date) -> User.ID {
        let id = User.ID(nextID())
        var user = User(
            id: id, username: account.username, isStaff: account.isStaff, isSuperuser: account.isSuperuser)
        for (field, value) in account.fields { user[field] = value }
        accounts[id] = Account(
            record: AccountRecord(user: user, password: account.password, dateJoined: joined),
            folded: LoginName.fold(account.username))
        return id
    }

    mutating func setUsername(_ username: String, of user: User.ID) -> Bool {
        accounts[user]?.folded = LoginName.fold(username)
        return update(\.record.user.username, of: user, to: username) { $0.hasSameScalars(as: $1) }
    }

    mutating func setField(_ field: UserField, to value: String, of user: User.ID) -> Bool {
        update(\.record.user[field], of: user, to: value) { $0.hasSameScalars(as: $1) }
    }

    mutating func setProfile(_ key: String, to value: String?, of user: User.ID) -> Bool {
        update(\.profile[key], of: user, to: value) { old, new in
            if let old, let new { old.hasSameScalars(as: new) } else { old == new }
        }
    }

    mutating func setFlag(_ flag: UserFlag, to value: Bool, of user: User.ID) -> Bool {
        update(\.record.user[flag], of: user, to: value)
    }

    mutating func setDeactivation(_ deactivation: Deactivation?, of user: User.ID) -> Bool {
        update(\.record.deactivation, of: user, to: deactivation)
    }

    mutating func setPassword(_ password: EncodedPassword, of user: User.ID) -> Bool {
        update(\.record.password, of: user, to: password)
    }

    mutating func setLink(_ link: ExternalLink, of user: User.ID) -> Bool {
        update(\.record.link, of: user, to: link)
    }

    mutating func deleteLink(_ link: ExternalLink, of user: User.ID) -> Bool {
        guard let tie = accounts[user]?.record.link, tie.source == link.source, tie.id == link.id else { return false }
        accounts[user]?.record.link = nil
        accounts[user]?.record.isBreakGlass = false
        return true
    }

    mutating func setBreakGlass(_ isMarked: Bool, of user: User.ID, at time: Date) -> Bool {
        update(\.record.isBreakGlass, of: user, to: isMarked)
    }

    mutating func setLinkDN(_ dn: String?, of user: User.ID) -> Bool {
        guard let link = accounts[user]?.record.link else { return false }
        return setLink(ExternalLink(source: link.source, id: link.id, dn: dn), of: user)
    }

    // MARK: Groups

    func group(_ id: Group.ID) -> Group? { groups[id] }

    func group(named name: String) -> Group? {
        groups.values.first { $0.name.hasSameScalars(as: name) }
    }

    func groups(named names: Set<String>) -> [String: Group] {
        var found: [String: Group] = [:]
        for name in names { found[name] = group(named: name) }
        return found
    }

    func groups(linkedTo source: String, ids: Set<String>) -> [String: Group] {
        var found: [String: Group] = [:]
        for group in groups.values {
            if let link = group.link, link.source == source, ids.contains(link.id) { found[link.id] = group }
        }
        return found
    }

    mutating func insertGroup(_ name: String) -> Group.ID {
        let id = Group.ID(nextID())
        groups[id] = Group(id: id, name: name)
        return id
    }

    mutating func setGroupName(_ name: String, of group: Group.ID) -> Bool {
        guard let old = groups[group]?.name, !old.hasSameScalars(as: name) else { return false }
        groups[group]?.name = name
        return true
    }

    mutating func setGroupLink(_ link: ExternalLink, of group: Group.ID) -> Bool {
        guard let old = groups[group], old.link != link else { return false }
        groups[group]?.link = link
        return true
    }

    mutating func setGroupLinkDN(_ dn: String?, of group: Group.ID) -> Bool {
        guard let link = groups[group]?.link else { return false }
        return setGroupLink(ExternalLink(source: link.source, id: link.id, dn: dn), of: group)
    }

    mutating func insertMembership(_ user: User.ID, in group: Group.ID, origin: String?) -> Bool {
        guard let account = accounts[user], account.memberships[group] == nil else { return false }
        accounts[user]?.memberships[group] = Membership(group: group, origin: origin)
        return true
    }

    mutating func deleteMembership(_ user: User.ID, in group: Group.ID, origin: String?) -> Bool {
        guard let membership = accounts[user]?.memberships[group], membership.origin == origin else { return false }
        accounts[user]?.memberships[group] = nil
        return true
    }

    // MARK: Permissions

    func registered(among permissions: Set<Permission>) -> Set<Permission> {
        permissions.filter { self.permissions[$0] != nil }
    }

    mutating func register(_ permission: RegisteredPermission) -> Bool {
        guard permissions[permission.permission] == nil else { return false }
        permissions[permission.permission] = permission
        return true
    }

    mutating func insertGrant(_ permission: Permission, to user: User.ID, origin: String?, rule: String?) -> Bool {
        guard let account = accounts[user], account.grants[permission] == nil else { return false }
        accounts[user]?.grants[permission] = (Grant(permission: permission, origin: origin), rule)
        return true
    }

    mutating func deleteGrant(_ permission: Permission, of user: User.ID, origin: String?) -> Bool {
        guard let given = accounts[user]?.grants[permission], given.grant.origin == origin else { return false }
        accounts[user]?.grants[permission] = nil
        return true
    }

    mutating func insertGroupGrant(_ permission: Permission, to group: Group.ID) -> Bool {
        groupGrants[group, default: []].insert(permission).inserted
    }

    mutating func deleteGroupGrant(_ permission: Permission, of group: Group.ID) -> Bool {
        groupGrants[group]?.remove(permission) != nil
    }

    // MARK: Audit trail

    mutating func append(_ event: AuditEvent) { audit.append(event) }
}
