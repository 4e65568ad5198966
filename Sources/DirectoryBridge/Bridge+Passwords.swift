public import AuthCore
import Foundation

/// What became of a password, and whose it is.
public struct PasswordChangeReport: Sendable, Hashable {
    /// The account's username, or the name that was given where there is no account.
    public var username: String
    /// The name of the backend that was asked; `nil` if none was.
    public var backend: String?
    /// What became of it.
    public var outcome: PasswordChangeOutcome
    /// What could not be written here although the password was changed, in sentences for administrators.
    public var warnings: [String] = []
}

extension Bridge {
    /// Changes somebody's password where it is kept: in the directory that the account is linked to, or here.
    ///
    /// Only the owner is asked. A name without an account, such as that of somebody who must change the password before the first login, is
    /// looked up in the chain, and the one backend that knows it is asked. What became of it is in the audit trail.
    ///
    /// A directory's password that was changed, or may have been, ends the sessions that are bound to the account's password column, as a local one does: the
    /// column gets another mark that no password matches.
    ///
    /// With an old password it is throttled as a login is, or somebody could guess here instead. A local account's new password must satisfy
    /// ``passwordPolicy``.
    ///
    /// - Parameters:
    ///   - username: Whose.
    ///   - authority: By what right: the old password, or an administrator's.
    ///   - newPassword: The new password, exactly as typed.
    ///   - cause: Who wants this.
    ///   - context: Where it comes from.
    /// - Throws: `AuthenticationOutage` if the owner or the database cannot be asked; nothing was changed then.
    public func changePassword(
        of username: LoginName, by authority: PasswordChangeRequest.Authority, to newPassword: Secret,
        cause: ChangeCause, context: AuthenticationContext = AuthenticationContext()
    ) async throws -> PasswordChangeReport {
        var request = PasswordChangeRequest(
            username: username, authority: authority, newPassword: newPassword, cause: cause, context: context)
        let ticket: ThrottleTicket?
        switch await admit(request) {
        case .admitted(let admitted): ticket = admitted
        case .refused(let refusal):
            let report = PasswordChangeReport(
                username: username.text, outcome: .refused(PasswordRefusal(.throttled, refusal.explanation)))
            // A storm must not fill the audit trail: one line until an attempt is let through again.
            return refusal.isFirst ? await settled(report, request) : report
        case nil: ticket = nil
        }
        let report: PasswordChangeReport
        do {
            report = try await change(&request)
        } catch {
            if let ticket { throttle?.settle(ticket, as: .undecided) }
            throw error
        }
        if let ticket { throttle?.settle(ticket, as: report.outcome.throttledEnd) }
        return await settled(report, request)
    }

    private func change(_ request: inout PasswordChangeRequest) async throws -> PasswordChangeReport {
        let owner = try await self.owner(of: &request)
        let outcome: PasswordChangeOutcome
        // A flaw is told first, and so of everybody alike: what is wrong with a request says nothing about who exists.
        switch (request.flaw, owner) {
        case (let flaw?, _): outcome = .refused(flaw)
        case (nil, .failure(let refusal)): outcome = .refused(refusal)
        case (nil, .success(let backend)): outcome = try await ask(backend, request)
        }
        return PasswordChangeReport(
            username: request.account?.user.username ?? request.username.text, backend: (try? owner.get())?.name,
            outcome: outcome)
    }

    /// Writes down what became of it.
    private func settled(_ report: PasswordChangeReport, _ request: PasswordChangeRequest) async -> PasswordChangeReport
    {
        var report = report
        let written = report
        // The change stands also where nobody waits for the answer any more.
        report.warnings = await Task { await write(written, request) }.value
        return report
    }

    private func ask(
        _ backend: any AuthenticationBackend, _ request: PasswordChangeRequest
    ) async throws -> PasswordChangeOutcome {
        guard let backend = backend as? any PasswordChangingBackend else {
            return .refused(
                PasswordRefusal(.notSupported, "'\(backend.name)' owns the account and cannot change passwords."))
        }
        return try await backend.changePassword(request)
    }

    /// Who is asked, found as a login finds it.
    private func owner(
        of request: inout PasswordChangeRequest
    ) async throws -> Result<any AuthenticationBackend, PasswordRefusal> {
        switch try await store.resolve(request.username) {
        case .ambiguous(let names):
            return .failure(
                PasswordRefusal(
                    .ambiguousUser,
                    "'\(request.username)' could be \(names.joined(separator: " or ")); write the name exactly."))
        case .none: return try await lookUp(&request)
        case .account(let record):
            request.account = record
            switch record.owner {
            case .local: return localOwner
            case .external(let source): return named(source, authenticator.backends.first { $0.name == source })
            case .nobody: return try await lookUp(&request)
            }
        }
    }

    private func named(
        _ name: String, _ backend: (any AuthenticationBackend)?
    ) -> Result<any AuthenticationBackend, PasswordRefusal> {
        if let backend { return .success(backend) }
        return .failure(PasswordRefusal(.notSupported, "The account belongs to '\(name)', which is not in the chain."))
    }

    /// The one backend that knows a name. No secret is in the question.
    private func lookUp(
        _ request: inout PasswordChangeRequest
    ) async throws -> Result<any AuthenticationBackend, PasswordRefusal> {
        var known: [(backend: any AuthenticationBackend, candidate: (any Sendable)?)] = []
        for backend in authenticator.backends where !backend.ownsLocalAccounts {
            // A look-up does not look at the password; without one the credentials would have a flaw.
            let question = AuthenticationRequest(
                credentials: PasswordCredentials(username: request.username, password: Secret("none")),
                context: request.context, account: request.account)
            switch try await backend.lookUp(question) {
            case .unknown: continue
            case .known(let candidate): known.append((backend, candidate))
            case .possible: known.append((backend, nil))
            case .denied(let reason):
                return .failure(
                    PasswordRefusal(
                        PasswordRefusal.Reason(reason),
                        "'\(backend.name)' has nobody who could be meant by '\(request.username)' alone."))
            }
        }
        guard let first = known.first else {
            return .failure(PasswordRefusal(.unknownUser, "Nobody is named '\(request.username)'."))
        }
        guard known.count == 1 else {
            let names = known.map(\.backend.name).joined(separator: " and ")
            return .failure(
                PasswordRefusal(.ambiguousUser, "'\(request.username)' is known to \(names); make the name unique."))
        }
        request.candidate = first.candidate
        guard let account = try await account(behind: request, at: first.backend) else {
            return .success(first.backend)
        }
        request.account = account
        return account.owner == .local ? localOwner : .success(first.backend)
    }

    private var localOwner: Result<any AuthenticationBackend, PasswordRefusal> {
        named(Configuration.localName, authenticator.backends.first(where: \.ownsLocalAccounts))
    }

    /// The account of somebody whom a backend knows by another name than the account has, such as a mail address.
    private func account(
        behind request: PasswordChangeRequest, at backend: any AuthenticationBackend
    ) async throws -> AccountRecord? {
        guard let backend = backend as? any PasswordChangingBackend, let link = try await backend.link(of: request)
        else { return nil }
        let known = try await store.localState(for: ExternalAccount(link: link, username: request.username.text))
        guard let user = known.linked?.user else { return nil }
        return try await store.account(id: user.id)
    }

    /// What is written here about a change that was made elsewhere. The change stands, whatever happens to this.
    /// - Returns: What could not be written.
    private func write(_ report: PasswordChangeReport, _ request: PasswordChangeRequest) async -> [String] {
        var warnings: [String] = []
        if report.outcome.mayEndSessions, let account = request.account, let backend = report.backend,
            account.owner == .external(source: backend)
        {
            do {
                try await store.apply(
                    [AccountPlan(subject: .account(account.user.id), changes: [.setPassword(.unusable())])],
                    cause: request.cause)
            } catch {
                warnings.append("The sessions of '\(report.username)' could not be ended: \(error)")
            }
        }
        do {
            let event = report.outcome.auditEvent(of: request, source: report.backend, at: Date())
            try await store.record(Activity(events: [event]))
        } catch {
            warnings.append("What became of the password could not be written down here: \(error)")
        }
        return warnings
    }
}

extension PasswordChangeOutcome {
    /// Whether the password is another one, or may be.
    fileprivate var mayEndSessions: Bool {
        switch self {
        case .changed, .unknown: true
        case .refused: false
        }
    }
}
