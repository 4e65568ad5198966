public import AuthCore

extension LDAPBackend {
    /// Finds the groups that rules name as they are at this moment, to decide about many people. Logins in this process hold to them too from
    /// now on.
    /// - Throws: ``AuthenticationOutage`` if the directory cannot be asked.
    public func ruleDecisions(
        _ context: AuthenticationContext = AuthenticationContext()
    ) async throws -> RuleDecisions {
        try await reading(context) { RuleDecisions($0.directory.rules, try await $0.directory.ruleGroups.renewed($0)) }
    }
}
