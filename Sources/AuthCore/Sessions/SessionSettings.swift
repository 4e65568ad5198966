/// How long sessions last.
public struct SessionSettings: Sendable, Hashable {
    /// A session's last use is written down when the one that is known is so long ago: once a minute at the most.
    public static let activityInterval: Duration = .seconds(60)

    /// How long a session lasts at the most, however it is used. Default: 12 hours. A shorter time counts for open sessions too.
    public let lifetime: Duration

    /// How long it lasts without being used. Default: 1 hour. Measured from the last use that was written down, so that a session may end up
    /// to ``activityInterval`` early, and never late; so less than two minutes are taken for two.
    public let idle: Duration

    /// How many sessions a person may have; with one more, the one that was not used for longest ends. Default: 32.
    public let maximumPerUser: Int

    /// Settings.
    public init(lifetime: Duration = .seconds(12 * 3600), idle: Duration = .seconds(3600), maximumPerUser: Int = 32) {
        self.lifetime = lifetime
        self.idle = max(idle, Self.activityInterval * 2)
        self.maximumPerUser = max(1, maximumPerUser)
    }
}
