import DirectorySync

extension LossLimits {
    /// Everything may be lost, for tests that are about something else.
    static var none: LossLimits {
        var limits = LossLimits()
        let all = LossLimit(minimum: 1_000_000, count: 0, percent: 0)
        (limits.deactivations, limits.memberships, limits.permissions, limits.administrators) = (all, all, all, all)
        limits.values = all
        return limits
    }

    /// The default limits but for one.
    static func with(_ path: WritableKeyPath<LossLimits, LossLimit>, _ minimum: Int) -> LossLimits {
        var limits = LossLimits.none
        limits[keyPath: path] = LossLimit(minimum: minimum, count: 0, percent: 0)
        return limits
    }
}
