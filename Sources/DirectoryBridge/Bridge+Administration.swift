public import AuthCore
import LocalBackend

extension Bridge {
    /// The account an administrator names.
    /// - Throws: ``AdministrationError`` if there is none, or more than one.
    public func account(named name: String) async throws -> AccountRecord {
        switch try await store.resolve(LoginName(name)) {
        case .account(let record): return record
        case .none:
            throw AdministrationError(.noSuchAccount, "There is no account named '\(name)'; see: dirbridge user list")
        case .ambiguous(let names):
            throw AdministrationError(
                .ambiguousName, "'\(name)' could be \(names.joined(separator: " or ")); write the name exactly.")
        }
    }

    /// Refuses a name that cannot be a new local account's, before anybody is asked for a password.
    /// - Throws: ``AdministrationError`` if the name is malformed, or taken by an account that may differ in case or Unicode form.
    public func requireFree(_ username: String) async throws {
        let name = LoginName(username)
        if let problem = name.problem {
            throw AdministrationError(.nameRefused, "'\(username)' cannot be a username: \(problem.rawValue).")
        }
        switch try await store.resolve(name) {
        case .none: return
        case .account(let taken):
            throw AdministrationError(.nameRefused, "There is an account named '\(taken.user.username)' already.")
        case .ambiguous(let names):
            throw AdministrationError(
                .nameRefused, "There are accounts named \(names.joined(separator: " and ")) already.")
        }
    }

    /// Creates a local account with a password of its own.
    ///
    /// - Parameters:
    ///   - username: The username; stored normalised (NFKC).
    ///   - password: The password; never empty, at most 1,024 bytes, without NUL.
    ///   - fields: Values of the fields; the others are empty.
    ///   - isStaff: Whether the person may enter administration pages.
    ///   - isSuperuser: Whether the person holds every permission. Superusers are staff too.
    ///   - isValidated: Whether the password must satisfy ``passwordPolicy``. Default: `true`.
    ///   - cause: Who wants this.
    /// - Throws: ``AdministrationError``, or what the store throws.
    public func createUser(
        _ username: String, password: Secret, fields: [UserField: String] = [:], isStaff: Bool = false,
        isSuperuser: Bool = false, isValidated: Bool = true, cause: ChangeCause
    ) async throws -> User? {
        try await requireFree(username)
        let person = User(
            id: .unsaved, username: LoginName.normalized(username), firstName: fields[.firstName] ?? "",
            lastName: fields[.lastName] ?? "", email: fields[.email] ?? "")
        let account = NewAccount(
            username: person.username, fields: fields,
            password: try await encoded(password, of: person, isValidated: isValidated),
            isStaff: isStaff || isSuperuser, isSuperuser: isSuperuser)
        let user = try await store.apply(
            [AccountPlan(subject: .none, changes: [.create(account)])], cause: cause
        ).first?.user
        await passwordPolicy.passwordChanged(password, of: user)
        return user
    }

    /// Gives a local account another password, or a break-glass account.
    ///
    /// - Parameters:
    ///   - record: The account. Another one that is linked to a directory is refused: its password is there.
    ///   - password: The password, as in ``createUser(_:password:fields:isStaff:isSuperuser:isValidated:cause:)``.
    ///   - isValidated: Whether the password must satisfy ``passwordPolicy``. Default: `true`.
    ///   - cause: Who wants this.
    /// - Throws: ``AdministrationError``, or what the store throws.
    public func setPassword(
        of record: AccountRecord, to password: Secret, isValidated: Bool = true, cause: ChangeCause
    ) async throws {
        try requireLocal(record)
        let change = AccountChange.setPassword(
            try await encoded(password, of: record.user, isValidated: isValidated))
        try await store.apply([AccountPlan(subject: .account(record.user.id), changes: [change])], cause: cause)
        await passwordPolicy.passwordChanged(password, of: record.user)
    }

    /// Refuses an account that has its password elsewhere.
    /// - Throws: ``AdministrationError`` if the account is linked, and not marked as break-glass.
    public func requireLocal(_ record: AccountRecord) throws {
        guard let link = record.link, !record.isBreakGlass else { return }
        throw AdministrationError(
            .ownedElsewhere,
            "'\(record.user.username)' belongs to '\(link.source)' and has its password there; a local one would never be accepted."
        )
    }

    /// Refuses what the chain would refuse unasked, and what the site's rules refuse, and hashes the rest.
    func encoded(_ password: Secret, of user: User, isValidated: Bool) async throws -> EncodedPassword {
        if password.isEmpty {
            throw AdministrationError(.passwordRefused, "The password is empty; nothing was changed.")
        }
        let limit = PasswordCredentials.maximumPasswordBytes
        if password.bytes.count > limit {
            throw AdministrationError(
                .passwordRefused, "The password is longer than \(limit) bytes; nothing was changed.")
        }
        if password.bytes.contains(0) {
            throw AdministrationError(.passwordRefused, "The password holds a NUL byte; nothing was changed.")
        }
        if isValidated, let refusal = passwordPolicy.refusal(of: password, by: user) {
            throw AdministrationError(
                .passwordRefused, "\(refusal.explanation) Choose another password; nothing was changed.",
                passwordRefusal: refusal)
        }
        return try await passwords.encode(password)
    }
}

extension Bridge {
    /// Activates or deactivates an account, or changes another flag of it.
    /// - Returns: Whether it is different now.
    /// - Throws: What the store throws.
    @discardableResult
    public func set(_ flag: UserFlag, of record: AccountRecord, to value: Bool, cause: ChangeCause) async throws -> Bool
    {
        try await change(record.user, [.setFlag(flag, from: record.user[flag], to: value)], cause)
    }

    /// Unties an account from the directory it belongs to, and takes back what the directory gave: memberships, permissions, and being staff
    /// or superuser, for which nobody can say who gave it.
    ///
    /// The account has no usable password then, whatever stood in the column, and no break-glass mark, so nobody comes in until it gets a
    /// password or is linked again.
    /// - Throws: ``AdministrationError`` if it is tied to nothing; what the store throws.
    public func unlink(_ record: AccountRecord, cause: ChangeCause) async throws {
        guard let link = record.link else {
            throw AdministrationError(.notLinked, "'\(record.user.username)' is not linked to a directory.")
        }
        let external = ExternalAccount(link: link, username: record.user.username)
        guard let account = try await store.localState(for: external).linked else { return }
        var changes: [AccountChange] = []
        for membership in account.memberships where membership.origin == link.source {
            changes.append(.removeMembership(group: membership.group, origin: link.source))
        }
        for grant in account.grants where grant.origin == link.source {
            changes.append(.revoke(grant.permission, origin: link.source))
        }
        for flag in [UserFlag.isStaff, .isSuperuser] where account.user[flag] {
            changes.append(.setFlag(flag, from: true, to: false))
        }
        if account.isBreakGlass { changes.append(.setBreakGlass(false)) }
        if account.hasUsablePassword { changes.append(.setPassword(.unusable())) }
        try await change(record.user, changes + [.unlink(link)], cause)
    }

    /// Creates a local group, tied to nothing.
    /// - Throws: What the store throws, such as that there is one of this name.
    public func createGroup(_ name: String, cause: ChangeCause) async throws {
        try await store.apply(
            [AccountPlan(subject: .none, changes: [.createGroup(name: name, link: nil)])], cause: cause)
    }

    /// Gives a permission to a person or takes it back. What a rule gave cannot be taken back here: the rule would give it again.
    /// - Returns: Whether anything is different now.
    /// - Throws: What the store throws.
    public func set(_ permission: Permission, of record: AccountRecord, to isGranted: Bool, cause: ChangeCause)
        async throws -> Bool
    {
        let change: AccountChange =
            isGranted ? .grant(permission, origin: nil, rule: nil) : .revoke(permission, origin: nil)
        return try await self.change(record.user, [change], cause)
    }

    /// Gives a permission to a group or takes it back.
    /// - Returns: Whether anything is different now.
    /// - Throws: What the store throws.
    public func set(_ permission: Permission, ofGroup name: String, to isGranted: Bool, cause: ChangeCause) async throws
        -> Bool
    {
        let change: AccountChange =
            isGranted ? .grantToGroup(permission, group: name) : .revokeFromGroup(permission, group: name)
        return try await !store.apply([AccountPlan(subject: .none, changes: [change])], cause: cause)[0].changes.isEmpty
    }

    @discardableResult
    func change(_ user: User, _ changes: [AccountChange], _ cause: ChangeCause) async throws -> Bool {
        let applied = try await store.apply([AccountPlan(subject: .account(user.id), changes: changes)], cause: cause)
        return applied.contains { !$0.changes.isEmpty }
    }
}
