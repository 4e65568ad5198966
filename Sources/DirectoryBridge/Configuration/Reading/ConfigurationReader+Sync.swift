import DirectorySync

extension ConfigurationReader {
    /// `sync:` of a directory: how much a run may take away before somebody must approve it.
    func lossLimits(_ value: SettingsNode) -> LossLimits {
        var limits = LossLimits()
        guard
            let section = value.section(
                "max_deactivations", "max_membership_removals", "max_permission_losses", "max_lost_administrators",
                "max_cleared_values")
        else { return limits }
        read(section["max_deactivations"], into: &limits.deactivations)
        read(section["max_membership_removals"], into: &limits.memberships)
        read(section["max_permission_losses"], into: &limits.permissions)
        read(section["max_lost_administrators"], into: &limits.administrators)
        read(section["max_cleared_values"], into: &limits.values)
        return limits
    }

    /// What is not said stays as it is by default.
    private func read(_ value: SettingsNode?, into limit: inout LossLimit) {
        guard let section = value?.section("minimum", "count", "percent") else { return }
        limit.minimum = section["minimum"]?.integer(0...1_000_000_000) ?? limit.minimum
        limit.count = section["count"]?.integer(0...1_000_000_000) ?? limit.count
        limit.percent = section["percent"]?.integer(0...100) ?? limit.percent
    }
}
