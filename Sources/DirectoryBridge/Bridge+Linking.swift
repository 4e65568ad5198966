public import AuthCore
import LDAPBackend

extension Bridge {
    /// Links a local account to the entry that goes by the same name, or by another one that is named. From then on the directory decides who
    /// comes in; a local password is made unusable.
    ///
    /// The link alone changes no name, group or permission: the next login and the next sync do, as for everybody else.
    /// - Parameters:
    ///   - record: The account.
    ///   - directory: The directory's name; `nil` for the only one there is.
    ///   - name: A name that stands for exactly one entry. Default: the account's own name, which must then be the entry's too.
    ///   - cause: Who wants this.
    /// - Returns: What the account is linked to, and the username that the entry gives.
    /// - Throws: ``AdministrationError`` if it cannot be linked; `AuthenticationOutage` if the directory cannot be asked; what the store throws.
    @discardableResult
    public func link(
        _ record: AccountRecord, to directory: String? = nil, entry name: LoginName? = nil, cause: ChangeCause
    ) async throws -> (link: ExternalLink, username: String) {
        let account = record.user.username
        if let link = record.link {
            throw AdministrationError(
                .alreadyLinked,
                "'\(account)' is linked to \(link.dn ?? link.id) of '\(link.source)' already; to untie it: dirbridge user unlink \(account)"
            )
        }
        let directory = try chainedDirectory(named: directory)
        let context = AuthenticationContext(
            deadline: .now + configuration.loginDeadline, trace: AuthenticationTrace())
        switch try await directory.entry(named: name ?? LoginName(account), context) {
        case .none(let explanation):
            throw AdministrationError(.noSuchEntry, explanation)
        case .several(let dns):
            throw AdministrationError(
                .ambiguousName,
                "'\(name?.text ?? account)' stands for more than one entry of '\(directory.name)': "
                    + "\(dns.joined(separator: " and ")); give a name that only one has with --entry.")
        case .one(let link, let username):
            // Found by another attribute, such as the mail address, it may be somebody else's.
            if name == nil, LoginName.fold(username) != LoginName.fold(account) {
                throw AdministrationError(
                    .noSuchEntry,
                    "The entry found for '\(account)' is \(link.dn ?? link.id), which goes by '\(username)'; if it is the same person, add: --entry \(username)"
                )
            }
            try await requireUntied(link, username, for: record)
            var changes: [AccountChange] = [.link(link)]
            if record.isBreakGlass { changes.append(.setBreakGlass(false)) }
            if record.password.isUsable { changes.append(.setPassword(.unusable())) }
            try await change(record.user, changes, cause)
            return (link, username)
        }
    }

    /// The directory of a name, or the only one. Through one that is not in the chain nobody could come in.
    func chainedDirectory(named name: String?) throws -> LDAPBackend {
        let directory = try directory(named: name)
        if configuration.chain.contains(directory.name) { return directory }
        throw AdministrationError(
            .noSuchDirectory,
            "'\(directory.name)' is not in the chain, so nobody could come in through it; add it there.")
    }

    /// Refuses an entry that is another account's, or whose name is, since the next login could not take it.
    private func requireUntied(_ link: ExternalLink, _ username: String, for record: AccountRecord) async throws {
        let state = try await store.localState(for: ExternalAccount(link: link, username: username))
        let place = link.dn ?? link.id
        if let holder = state.linked?.user.username {
            throw AdministrationError(
                .entryTaken,
                "\(place) of '\(link.source)' is the account '\(holder)'; to untie it: dirbridge user unlink \(holder)")
        }
        if username.unicodeScalars.elementsEqual(record.user.username.unicodeScalars) { return }
        if let holder = state.nameHolders.first(where: { $0.user.id != record.user.id })?.user.username {
            throw AdministrationError(
                .entryTaken,
                "\(place) goes by '\(username)', which is the name of another account, '\(holder)'; link that one, or rename it first."
            )
        }
    }
}
