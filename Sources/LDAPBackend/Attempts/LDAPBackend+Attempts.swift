import AuthCore
import LDAPClient

extension LDAPBackend {
    /// Whether the server speaks of a password policy (draft-behera-ldap-password-policy, 6.1). Where it does not say, the shorter stamp
    /// holds, which a wrong password cannot change.
    private func hasPasswordPolicy(_ reader: DirectoryReader) async -> Bool {
        let facts = try? await client.rootDSE(deadline: reader.context.deadline, trace: reader.ldapTrace("lockout"))
        return facts?.supportedControls.contains(PasswordPolicyResponse.oid) ?? true
    }

    /// Whom attempts are remembered of: the entry's unchanging id, or its DN where it shows none.
    func person(_ entry: LDAPEntry, _ reader: DirectoryReader) -> String {
        entry.identity(reader.configuration.users.idAttribute) ?? entry.dn
    }

    /// When the directory locks somebody, as far as it is configured or shown.
    func lockoutLimit(for entry: LDAPEntry, _ reader: DirectoryReader) async -> LockoutLimit? {
        if let limit = reader.configuration.attempts.limit { return limit }
        return await lockoutPolicies.limit(for: entry, reader)
    }

    /// Has the directory test a password, unless it has refused it before or could lock the account.
    /// - Parameter test: Binds with it.
    func offer(
        _ password: Secret, to entry: LDAPEntry, _ reader: DirectoryReader, by test: () async throws -> BindFindings
    ) async throws -> BindFindings {
        let lockout = await lockoutLimit(for: entry, reader)
        let attempt = BindAttempts.Attempt(
            person: person(entry, reader), password: password,
            stamp: entry.passwordStamp(hasPolicy: await hasPasswordPolicy(reader)),
            shownFailures: lockout.map { entry.shownFailures(within: $0.window, now: now()) } ?? 0,
            address: reader.context.clientAddress)
        switch attempts.objection(to: attempt, limit: lockout) {
        case .refusedBefore:
            return BindFindings(
                refusing: .rejected(.wrongPassword),
                "The directory refused this very password of \(entry.dn) a short while ago, and it has not been changed since; it was not asked again."
            )
        case .wouldLock(let limit):
            return BindFindings(
                refusing: .denied(.throttled),
                "The directory locks \(entry.dn) at \(limit.threshold) wrong passwords within \(DirectoryTime.words(forSeconds: limit.window.components.seconds)); one more attempt from here could be the last, so it was not asked."
            )
        case nil: break
        }
        let bind = try await test()
        switch bind.refusal {
        case .rejected(.wrongPassword): attempts.refused(attempt, limit: lockout)
        case nil: attempts.succeeded(attempt, limit: lockout)
        default: break
        }
        return bind
    }
}
