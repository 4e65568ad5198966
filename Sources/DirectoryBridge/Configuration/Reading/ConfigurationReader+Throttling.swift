import AuthCore

extension ConfigurationReader {
    /// `throttling:`, how many attempts may fail.
    /// - Returns: `nil` for any number.
    func throttling(_ value: SettingsNode?) -> ThrottleSettings? {
        var settings = ThrottleSettings()
        guard let value else { return settings }
        guard value.isMap else {
            let isOff = value.choice([("on", false), ("off", true)]) ?? false
            return isOff ? nil : settings
        }
        guard let section = value.section("address", "strangers", "known_device", "maximum_budgets") else {
            return settings
        }
        read(section["address"], into: &settings.address)
        read(section["strangers"], into: &settings.strangers)
        read(section["known_device"], into: &settings.knownDevice)
        settings.maximumBudgets = section["maximum_budgets"]?.integer(1...10_000_000) ?? settings.maximumBudgets
        return settings
    }

    /// What is not said stays as it is by default.
    private func read(_ value: SettingsNode?, into budget: inout FailureBudget) {
        guard let section = value?.section("failures", "refill", "parallel") else { return }
        let refill = section["refill"]?.duration()
        if let refill, refill > .seconds(86_400) { section["refill"]?.fail("expected 1d at the most.") }
        budget = FailureBudget(
            failures: section["failures"]?.integer(1...10_000) ?? budget.failures, refill: refill ?? budget.refill,
            parallel: section["parallel"]?.integer(1...10_000) ?? budget.parallel)
    }
}
