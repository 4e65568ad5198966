package import Foundation

/// Applies plans inside one transaction of a store.
///
/// Throws at the first thing that cannot be; the store then rolls the whole transaction back.
package struct PlanApplication<Tables: AccountTables> {
    /// The rows, as changed so far.
    package var tables: Tables
    let cause: ChangeCause
    let now: Date
    /// Groups that were looked up by name and have not changed since: many people are put into the same few.
    var groupsByName: [String: Group] = [:]

    /// - Parameters:
    ///   - tables: The rows, inside a transaction in which nobody else writes.
    ///   - cause: Goes to the audit trail.
    ///   - now: The time of all changes.
    package init(tables: Tables, cause: ChangeCause, now: Date) {
        self.tables = tables
        self.cause = cause
        self.now = now
    }

    /// Applies one plan, after reconciling again where the local state is not the one it was computed from.
    package mutating func apply(_ plan: AccountPlan) throws -> AppliedPlan {
        switch plan.subject {
        case .external(let external, let basis, let policy):
            let local = try tables.localState(for: external)
            var changes = plan.changes
            if local != basis {
                switch reconcile(external, with: local, under: policy) {
                case .changes(let again, _): changes = again
                case .refused(let refusal):
                    return AppliedPlan(user: local.linked?.user, changes: [], refusal: refusal)
                }
            }
            // Without an account of its own, the external one is tied to the one that has its name, or a new one is created.
            let adopted = changes.contains(.link(external.link)) ? local.nameHolders.first?.user : nil
            return try applied(changes, to: local.linked?.user ?? adopted)
        case .account(let id):
            guard let record = try tables.record(id) else {
                throw AccountStoreError(.noSuchAccount, "There is no account with the id \(id).")
            }
            return try applied(plan.changes, to: record.user)
        case .none:
            return try applied(plan.changes, to: nil)
        }
    }

    private mutating func applied(_ changes: [AccountChange], to account: User?) throws -> AppliedPlan {
        var account = account
        let made = try make(changes, for: &account)
        return AppliedPlan(user: try account.flatMap { try tables.record($0.id)?.user }, changes: made)
    }

    /// Makes changes as they are.
    /// - Parameter account: The account they are about; `nil` where the first of them creates it, or where they are about none.
    /// - Returns: What really changed.
    package mutating func make(_ changes: [AccountChange], for account: inout User?) throws -> [AccountChange] {
        var made: [AccountChange] = []
        for change in changes {
            guard let effect = try apply(change, to: &account) else { continue }
            made.append(effect)
            var subject = account
            if case .renameAside(let other, let from, _) = effect { subject = User(id: other, username: from) }
            try tables.append(
                AuditEvent(
                    time: now, event: effect.auditEvent, userID: subject?.id, username: subject?.username, cause: cause,
                    details: effect.auditDetails))
        }
        return made
    }

    /// Applies one change.
    /// - Returns: What really changed; `nil` if it was so already.
    private mutating func apply(_ change: AccountChange, to account: inout User?) throws -> AccountChange? {
        switch change {
        case .create(let new):
            account = try create(new)
            return change
        case .renameAside(let other, let from, let to):
            return try renameAside(other, from: from, to: to)
        case .createGroup, .renameGroup, .moveGroupLink, .grantToGroup, .revokeFromGroup:
            groupsByName = [:]
            return try applyToGroup(change) ? change : nil
        case .registerPermission(let permission):
            try PlanLimits.check(permission)
            return try tables.register(permission) ? change : nil
        default:
            guard let user = account else {
                throw AccountStoreError(
                    .invalidPlan, "The change \(change.auditEvent) needs an account, and the plan names none.")
            }
            return try apply(change, to: user.id) ? change : nil
        }
    }

    // MARK: Accounts

    private mutating func create(_ new: NewAccount) throws -> User {
        try PlanLimits.check(new)
        try requireFree(new.username, for: nil)
        let id = try tables.insert(new, joined: now)
        if let deactivation = new.deactivation {
            _ = try tables.setFlag(.isActive, to: false, of: id)
            _ = try tables.setDeactivation(deactivation, of: id)
        }
        return User(id: id, username: new.username)
    }

    /// Sessions are bound to the column, and would be found to be over when they are used next; here they vanish from the lists at once.
    private mutating func setPassword(_ password: EncodedPassword, of user: User.ID) throws -> Bool {
        guard try tables.setPassword(password, of: user) else { return false }
        try tables.deleteSessions(of: user)
        return true
    }

    private mutating func apply(_ change: AccountChange, to user: User.ID) throws -> Bool {
        switch change {
        case .rename(_, let to):
            try PlanLimits.checkUsername(to)
            try requireFree(to, for: user)
            return try tables.setUsername(to, of: user)
        case .link(let link):
            if let holder = try tables.account(linkedTo: link.source, id: link.id), holder.user.id != user {
                throw AccountStoreError(
                    .linkTaken,
                    "\(link.dn ?? link.id) of '\(link.source)' is the account '\(holder.user.username)'; unlink it first."
                )
            }
            return try tables.setLink(link, of: user)
        case .unlink(let link):
            return try tables.deleteLink(link, of: user)
        case .setBreakGlass(let isMarked):
            if isMarked, try tables.record(user)?.link == nil {
                throw AccountStoreError(
                    .invalidPlan, "The account is not linked; its own password, if it has one, counts without a mark.")
            }
            return try tables.setBreakGlass(isMarked, of: user, at: now)
        case .moveLink(_, let to):
            return try tables.setLinkDN(to, of: user)
        case .setField(let field, _, let to):
            try PlanLimits.check(field, to)
            return try tables.setField(field, to: to, of: user)
        case .setFlag(let flag, _, let to):
            let isChanged = try tables.setFlag(flag, to: to, of: user)
            if flag == .isActive, !to { try tables.deleteSessions(of: user) }
            // Whoever decides here about an account decides in place of the source.
            let isTakenOver = try flag == .isActive && tables.setDeactivation(nil, of: user)
            return isChanged || isTakenOver
        case .deactivate(let deactivation):
            guard try tables.setFlag(.isActive, to: false, of: user) else { return false }
            _ = try tables.setDeactivation(deactivation, of: user)
            return try setPassword(.unusable(), of: user)
        case .reactivate:
            guard try tables.setDeactivation(nil, of: user) else { return false }
            _ = try tables.setFlag(.isActive, to: true, of: user)
            return true
        case .setProfile(let key, _, let to):
            return try tables.setProfile(key, to: to, of: user)
        case .setPassword(let password, let replaced):
            try PlanLimits.check(password)
            if let replaced, try tables.record(user)?.password != replaced { return false }
            return try setPassword(password, of: user)
        case .addMembership(let name, let origin):
            return try tables.insertMembership(user, in: try group(named: name).id, origin: origin)
        case .removeMembership(let group, let origin):
            try requireGroup(group)
            return try tables.deleteMembership(user, in: group, origin: origin)
        case .grant(let permission, let origin, let rule):
            try requireRegistered(permission)
            return try tables.insertGrant(permission, to: user, origin: origin, rule: rule)
        case .revoke(let permission, let origin):
            return try tables.deleteGrant(permission, of: user, origin: origin)
        case .create, .renameAside, .createGroup, .renameGroup, .moveGroupLink, .grantToGroup, .revokeFromGroup,
            .registerPermission:
            preconditionFailure("\(change.auditEvent) is not about the account of the plan")
        }
    }

    /// Renames another account out of the way, to the first name of the series that nobody has.
    private mutating func renameAside(_ other: User.ID, from: String, to: String) throws -> AccountChange? {
        guard let record = try tables.record(other) else {
            throw AccountStoreError(
                .noSuchAccount, "There is no account with the id \(other), which was to give up '\(from)'.")
        }
        guard record.user.username.hasSameScalars(as: from) else { return nil }
        try PlanLimits.checkUsername(to)
        var aside = to
        var counter = 1
        while try tables.holders(of: aside).contains(where: { $0.user.id != other }) {
            counter += 1
            let suffix = "-\(counter)"
            aside = PlanLimits.cut(to, to: ExternalAccount.maximumUsernameLength - suffix.count) + suffix
        }
        return try tables.setUsername(aside, of: other) ? .renameAside(other, from: from, to: aside) : nil
    }

    mutating func requireRegistered(_ permission: Permission) throws {
        if try tables.registered(among: [permission]).contains(permission) { return }
        throw AccountStoreError(
            .permissionNotRegistered,
            "The permission \(permission) is not registered; register it with: dirbridge permission register \(permission)."
        )
    }

    private mutating func requireFree(_ username: String, for user: User.ID?) throws {
        guard let holder = try tables.holders(of: username).first(where: { $0.user.id != user }) else { return }
        throw AccountStoreError(
            .usernameTaken, "The name '\(username)' is taken: there is an account '\(holder.user.username)'.")
    }
}
