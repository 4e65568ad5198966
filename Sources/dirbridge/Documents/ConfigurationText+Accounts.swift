import AuthCore
import DirectoryBridge

extension ConfigurationText {
    /// How local passwords are kept and what they must be.
    var passwords: [[String]] {
        let settings = configuration.passwords
        var rows = [["passwords.algorithm", settings.algorithm]]
        if let iterations = settings.iterations { rows.append(["passwords.iterations", "\(iterations)"]) }
        guard let rules = settings.rules else { return rows + [["passwords.validators", "none"]] }
        return rows + [
            ["passwords.validators.minimum_length", "\(rules.minimumLength)"],
            ["passwords.validators.similarity", "\(rules.similarity)"],
            ["passwords.validators.common_passwords_file", rules.commonPasswordsFile ?? "none, only those built in"],
        ]
    }

    /// How many attempts may fail.
    var throttling: [[String]] {
        guard let settings = configuration.throttling else { return [["throttling", "off"]] }
        let budgets = [
            ("address", settings.address), ("strangers", settings.strangers), ("known_device", settings.knownDevice),
        ]
        return budgets.map { name, budget in
            let (failures, parallel) = (budget.failures, budget.parallel)
            return [
                "throttling.\(name)",
                "\(failures) failures, one back each \(budget.refill.asWritten), \(parallel) at once",
            ]
        } + [["throttling.maximum_budgets", "\(settings.maximumBudgets)"]]
    }

    /// Where the secret keys are, and how long sessions last.
    var sessions: [[String]] {
        let (files, settings) = (configuration.secretKeys, configuration.sessions)
        return [
            ["secret_key_file", files?.current ?? "none, so that there are neither sessions nor reset links"],
            [
                "secret_key_fallback_files",
                files.flatMap { $0.fallbacks.isEmpty ? nil : $0.fallbacks.joined(separator: ", ") } ?? "none",
            ],
            ["sessions.lifetime", settings.lifetime.asWritten], ["sessions.idle", settings.idle.asWritten],
            ["sessions.maximum", "\(settings.maximumPerUser)"],
        ]
    }
}
