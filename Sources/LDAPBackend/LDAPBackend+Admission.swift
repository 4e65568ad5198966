import AuthCore
import LDAPClient

extension LDAPBackend {
    /// Decides whether somebody whose password was right may come in, and describes them.
    func admit(_ entry: LDAPEntry, _ reader: DirectoryReader) async throws -> AuthenticationVerdict {
        let trace = reader.context.trace
        switch people.read(entry) {
        case .unusable(let reason):
            throw AuthenticationOutage(.searchRefused, reason)
        case .unnamed(_, _, _, let reason):
            trace?.explain(reason)
            return .rejected(.malformedName)
        case .person(var account, let heldConditions, let warnings):
            let groups = try await reader.groups(of: entry.dn)
            account.groups = groups.all
            account.groupsAreComplete = groups.isComplete
            let decisions = RuleDecisions(rules, try await ruleGroups.current(reader))
            let decision = decisions.decide(account, heldConditions: heldConditions, takesBack: true)
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
}
