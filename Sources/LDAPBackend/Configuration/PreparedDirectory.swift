import AuthCore
import Logging

/// A directory's configuration with all that is the same for everybody worked out, and what its rules stand for.
struct PreparedDirectory: Sendable {
    var configuration: LDAPBackendConfiguration
    /// What it was recognised as; `nil` where the configuration says what it is.
    let recognised: RecognisedDirectory?
    let people: PersonMapping
    let rules: PreparedRules
    let ruleGroups: RuleGroups

    init(
        _ configuration: LDAPBackendConfiguration, recognised: RecognisedDirectory? = nil, memory: any RuleGroupMemory,
        logger: Logger
    ) {
        self.configuration = configuration
        self.recognised = recognised
        people = PersonMapping(configuration)
        rules = PreparedRules(configuration)
        ruleGroups = RuleGroups(configuration: configuration, memory: memory, logger: logger)
    }
}
