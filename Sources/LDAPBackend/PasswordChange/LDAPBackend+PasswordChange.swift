public import AuthCore
import LDAPClient

extension LDAPBackend: PasswordChangingBackend {
    /// Changes the password of an entry: by its owner with the old one, or by the service account.
    ///
    /// The owner changes it on a connection that is bound as the owner, so the directory tests the old password, counts wrong ones and applies
    /// its policy to the new one as it would anywhere else. Where it refuses the bind of somebody who gave the right password, because that
    /// has expired or must be changed, the service account sends the old and the new password together.
    ///
    /// Nothing is sent over a connection that is not encrypted, and nothing twice.
    public func changePassword(_ request: PasswordChangeRequest) async throws -> PasswordChangeOutcome {
        if let flaw = request.flaw { return .refused(flaw) }
        return try await reading(request.context) { reader in
            let entry: LDAPEntry
            switch try await owner(of: request, reader) {
            case .success(let found): entry = found
            case .failure(let refusal): return .refused(refusal)
            }
            let facts = try await client.rootDSE(deadline: request.context.deadline)
            let outcome =
                switch request.authority {
                case .person(let oldPassword):
                    try await change(entry, from: oldPassword, to: request.newPassword, facts, reader)
                case .administrator(let mustChange):
                    try await reset(entry, to: request.newPassword, mustChange: mustChange, facts, reader)
                }
            // Whatever was refused before may be the right password now.
            switch outcome {
            case .changed, .unknown: attempts.passwordChanged(of: person(entry, reader))
            case .refused: break
            }
            return outcome
        }
    }

    /// Finds the entry, and says by what id accounts are linked to it.
    public func link(of request: PasswordChangeRequest) async throws -> ExternalLink? {
        try await reading(request.context) { reader in
            guard case .success(let entry) = try await owner(of: request, reader),
                let id = entry.identity(reader.configuration.users.idAttribute)
            else { return nil }
            return ExternalLink(source: name, id: id, dn: entry.dn)
        }
    }

    /// Whose password it is. A linked account is found by its id, whatever the name has become.
    private func owner(
        of request: PasswordChangeRequest, _ reader: DirectoryReader
    ) async throws -> Result<LDAPEntry, PasswordRefusal> {
        if let link = request.account?.link, link.source == name {
            if let entry = try await reader.entry(id: link.id) { return .success(entry) }
            return .failure(
                PasswordRefusal(
                    .unknownUser, "The entry of '\(request.username)' is gone from '\(name)' (\(link.dn ?? link.id))."))
        }
        if let candidate = request.candidate as? LDAPEntry { return .success(candidate) }
        let unknown = PasswordRefusal(.unknownUser, "'\(name)' has nobody named '\(request.username)'.")
        guard let sought = reader.configuration.users.sought(request.username) else { return .failure(unknown) }
        if case .template(let template) = reader.configuration.users.method {
            return try await reader.entry(dn: template.dn(for: sought.name)).map { .success($0) } ?? .failure(unknown)
        }
        switch try await reader.find(sought) {
        case .one(let entry): return .success(entry)
        case .none: return .failure(unknown)
        case .several(let dns):
            return .failure(
                PasswordRefusal(
                    .ambiguousUser,
                    "'\(request.username)' stands for more than one entry of '\(name)': \(dns.joined(separator: " and "))."
                )
            )
        }
    }

    // MARK: By the owner

    /// What became of a change on the owner's own connection.
    private struct OwnChange: Sendable {
        var bind: BindResult
        /// `nil` if nothing was sent after the bind.
        var written: Result<Void, LDAPError>?
    }

    private func change(
        _ entry: LDAPEntry, from oldPassword: Secret, to newPassword: Secret, _ facts: RootDSE,
        _ reader: DirectoryReader
    ) async throws -> PasswordChangeOutcome {
        let write = PasswordWrite(
            dn: entry.dn, dialect: PasswordDialect(facts), oldPassword: oldPassword, newPassword: newPassword)
        let deadline = reader.context.deadline
        var own: OwnChange?
        let findings: BindFindings
        do {
            findings = try await offer(oldPassword, to: entry, reader) {
                let change = try await client.withConfidentialConnection(
                    boundAs: entry.dn, password: oldPassword.bytes, deadline: deadline, trace: reader.ldapTrace()
                ) { connection, bind throws(LDAPError) in
                    guard bind.letsOwnerChangePassword else { return OwnChange(bind: bind) }
                    do throws(LDAPError) {
                        try await write.send(as: .person, on: connection, deadline: deadline)
                        return OwnChange(bind: bind, written: .success(()))
                    } catch {
                        return OwnChange(bind: bind, written: .failure(error))
                    }
                }
                own = change
                return try BindFindings(change.bind, dn: entry.dn)
            }
        } catch let error as LDAPError where error.code == .cleartextRefused {
            return try PasswordChangeOutcome(error, of: write, by: .person)
        }
        switch own?.written {
        case .success?: return .changed()
        case .failure(let error)?: return try PasswordChangeOutcome(error, of: write, by: .person)
        case nil: break
        }
        switch findings.refusal {
        case .denied(.passwordExpired), .denied(.mustChangePassword):
            return try await send(write, reader)
        default:
            let explained = findings.explained(by: reader.configuration.accountState.read(entry, at: now()))
            return .refused(PasswordRefusal(explained.refusal, explained.explanation, dn: entry.dn))
        }
    }

    // MARK: By the service account

    private func send(_ write: PasswordWrite, _ reader: DirectoryReader) async throws -> PasswordChangeOutcome {
        do throws(LDAPError) {
            let deadline = reader.context.deadline
            try await client.withConfidentialConnection(
                .write, "the password of \(write.dn)", deadline: deadline, trace: reader.ldapTrace("set password")
            ) { connection throws(LDAPError) in
                try await write.send(as: .serviceAccount, on: connection, deadline: deadline)
            }
            return .changed()
        } catch {
            return try PasswordChangeOutcome(error, of: write, by: .serviceAccount)
        }
    }

    private func reset(
        _ entry: LDAPEntry, to newPassword: Secret, mustChange: Bool, _ facts: RootDSE, _ reader: DirectoryReader
    ) async throws -> PasswordChangeOutcome {
        let dialect = MustChangeDialect(facts)
        if mustChange, dialect == .unsupported {
            return .refused(
                PasswordRefusal(
                    .notSupported,
                    "'\(name)' cannot be told that \(entry.dn) has to change the password: its own password policy decides whether a password that somebody else has set must be changed (passwordMustChange of 389 Directory Server). Reset it without asking for a change."
                ))
        }
        let write = PasswordWrite(
            dn: entry.dn, dialect: PasswordDialect(facts), oldPassword: nil, newPassword: newPassword,
            demandsChange: mustChange && dialect == .pwdLastSet)
        let outcome = try await send(write, reader)
        guard mustChange, dialect == .pwdReset, case .changed = outcome else { return outcome }
        return await demandChange(of: entry, reader)
    }

    /// The password is another one by now, so whatever happens here is no failure of that.
    private func demandChange(of entry: LDAPEntry, _ reader: DirectoryReader) async -> PasswordChangeOutcome {
        do {
            try await client.apply(
                .modify([.replace("pwdReset", ["TRUE"])]), to: DistinguishedName(entry.dn),
                deadline: reader.context.deadline, trace: reader.ldapTrace("demand change"))
        } catch {
            // A policy with pwdMustChange may have said so by itself; slapd only does for its rootdn.
            let isDemanded = (try? await reader.entry(dn: entry.dn))??.firstString("pwdReset") == "TRUE"
            guard !isDemanded else { return .changed() }
            return .changed(warnings: [
                "The password of \(entry.dn) was reset, but it need not be changed at the next login: \(error). Give the service account the right to write pwdReset, or set pwdMustChange in the policy."
            ])
        }
        return .changed()
    }
}

extension BindResult {
    /// Whether the bind stands and is good for a change of the password, if for nothing else: draft-behera-ldap-password-policy-10, 8.1.2,
    /// lets somebody whose password was reset change it, and bars the rest.
    fileprivate var letsOwnerChangePassword: Bool {
        switch passwordPolicy?.error {
        case nil, .changeAfterReset, .passwordExpired: isSuccess
        default: false
        }
    }
}

extension PasswordRefusal {
    /// Why the directory did not let the owner in to change the password.
    fileprivate init(_ refusal: AuthenticationVerdict?, _ explanation: String?, dn: String) {
        let reason: Reason =
            switch refusal {
            case .notFound: .unknownUser
            case .denied(let denial): Reason(denial)
            default: .wrongPassword
            }
        self.init(reason, explanation ?? "The directory says that the old password of \(dn) is wrong.")
    }
}
