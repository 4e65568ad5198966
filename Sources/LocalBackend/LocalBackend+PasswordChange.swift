public import AuthCore

extension LocalBackend: PasswordChangingBackend {
    /// Changes the password of an account that lives here: by its owner with the old one, or by an administrator.
    ///
    /// The password column is another one then, and with it every session that is bound to it ends, as Django's do. The new one must satisfy
    /// ``policy``. An administrator cannot ask for a change at the next login: there is no column for it.
    public func changePassword(_ request: PasswordChangeRequest) async throws -> PasswordChangeOutcome {
        if let flaw = request.flaw { return .refused(flaw) }
        guard let record = request.account ?? request.candidate as? AccountRecord, record.owner == .local else {
            try await hashing.spendWork()
            return .refused(PasswordRefusal(.unknownUser, "There is no local account named '\(request.username)'."))
        }
        let name = record.user.username
        var replaced: EncodedPassword?
        switch request.authority {
        case .administrator(mustChange: true):
            return .refused(
                PasswordRefusal(
                    .notSupported,
                    "'\(name)' is a local account, which cannot be told to change the password at the next login."))
        case .administrator: break
        case .person(let oldPassword):
            switch try await hashing.verify(oldPassword, against: record.password) {
            case .right: break
            case .wrong:
                return .refused(PasswordRefusal(.wrongPassword, "The old password of '\(name)' is wrong."))
            case .unverifiable(let error):
                return .refused(
                    PasswordRefusal(.wrongPassword, "The old password of '\(name)' cannot be checked. \(error.message)")
                )
            }
            // Said only to somebody who knows the password.
            guard record.user.isActive else {
                return .refused(PasswordRefusal(.accountDisabled, "The account '\(name)' is not active."))
            }
            replaced = record.password
        }
        // Only now: what is told depends on the names of the account, which are no business of somebody who does not know the password.
        if let refusal = policy.refusal(of: request.newPassword, by: record.user) { return .refused(refusal) }
        let change = AccountChange.setPassword(try await hashing.encode(request.newPassword), replacing: replaced)
        let applied = try await store.apply(
            [AccountPlan(subject: .account(record.user.id), changes: [change])], cause: request.cause)
        guard applied.contains(where: { !$0.changes.isEmpty }) else {
            return .refused(
                PasswordRefusal(.wrongPassword, "The password of '\(name)' was changed by somebody else meanwhile."))
        }
        await policy.passwordChanged(request.newPassword, of: record.user)
        return .changed()
    }
}
