import AuthCore
import LDAPClient

extension LDAPBackend {
    /// Decides whether somebody may come in, and describes them.
    /// - Parameters:
    ///   - entry: The person's entry.
    ///   - bind: What the directory said to their password. It goes first: what else an entry shows is for those who have the right one.
    func admit(
        _ entry: LDAPEntry, after bind: BindFindings, _ reader: DirectoryReader
    ) async throws -> AuthenticationVerdict {
        let trace = reader.context.trace
        let state = reader.configuration.accountState.read(entry, at: now())
        let bind = bind.explained(by: state)
        if let refusal = bind.refusal {
            bind.explanation.map { trace?.explain($0) }
            return refusal
        }
        let standing = state.access(after: bind)
        trace.map { report(state, bind, standing, to: $0) }
        if case .refused(let reason, let explanation) = standing {
            trace?.explain(explanation)
            return .denied(reason)
        }
        return try await admit(entry, standing, reader)
    }

    private func admit(
        _ entry: LDAPEntry, _ standing: ScannedDecision.Access, _ reader: DirectoryReader
    ) async throws -> AuthenticationVerdict {
        let trace = reader.context.trace
        switch reader.people.read(entry) {
        case .unusable(let reason):
            let failure = ReadingFailure.noIdentity(dn: entry.dn, attribute: reader.configuration.users.idAttribute)
            throw AuthenticationOutage(.searchRefused, reason, underlying: failure)
        case .unnamed(_, _, _, let reason):
            trace?.explain(reason)
            return .rejected(.malformedName)
        case .person(var account, let heldConditions, let warnings):
            let groups = try await reader.groups(of: entry)
            account.groups = groups.all
            account.groupsAreComplete = groups.isComplete
            let decisions = RuleDecisions(
                reader.directory.rules, try await reader.directory.ruleGroups.current(reader))
            let decision = decisions.decide(
                account, heldConditions: heldConditions, standing: standing, takesBack: true)
            if let trace {
                let doubts = decisions.warnings + decisions.unresolved.map(\.explanation)
                (doubts + decision.warnings + warnings.map(\.description) + groups.warnings).forEach(trace.warn)
            }
            switch decision.access {
            case .allowed:
                return .authenticated(.external(decision.account))
            case .refused(let reason, let explanation):
                trace?.explain(explanation)
                return .denied(reason)
            case .undecided(let explanation):
                trace?.explain(explanation)
                return .denied(.ruleUnknown)
            }
        }
    }

    /// Writes down what the bind and the entry say about the account.
    private func report(
        _ state: AccountState, _ bind: BindFindings, _ standing: ScannedDecision.Access, to trace: AuthenticationTrace
    ) {
        (bind.warnings + (bind.tellsExpiry ? [] : [state.passwordWarning].compactMap(\.self)) + state.warnings)
            .forEach(trace.warn)
        let detail =
            switch standing {
            case .allowed: "nothing speaks against logging in"
            case .refused(_, let explanation), .undecided(let explanation): explanation
            }
        trace.record(
            AuthenticationStep(
                backend: name, name: "account state", isOK: standing == .allowed, duration: .zero, detail: detail))
    }
}
