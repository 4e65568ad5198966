/// How connections are kept.
///
/// Connections are replaced while nobody uses them: none is taken from an operation that is under way.
public struct LDAPPoolOptions: Sendable, Hashable {
    /// How many searches share one connection before others wait.
    public var searchesPerConnection: Int
    /// How many streams, each with a connection of its own, may be read at a time.
    public var streams: Int
    /// How many callers of each pool may wait for a connection; one more fails at once.
    public var maximumWaiting: Int
    /// The age at which a connection is replaced.
    public var maximumAge: Duration
    /// The part of ``maximumAge``, from 0 to 1, by which connections are replaced earlier at random, so that connections
    /// that were made together do not end together.
    public var ageJitter: Double
    /// The age at which a connection to a backup server is replaced, which looks for the preferred servers anew.
    public var maximumAgeOfBackups: Duration
    /// How long a connection may be idle before it is closed. Should be shorter than the limits of servers and firewalls.
    public var idleLimit: Duration
    /// How long a connection may be idle before the root DSE is read on it ahead of its next use.
    public var checkAfterIdle: Duration
    /// How long a connection may be lent before that is logged as a leak. Streams do not count.
    public var leaseLimit: Duration

    /// Creates options.
    ///
    /// - Parameters:
    ///   - searchesPerConnection: Searches that share a connection.
    ///   - streams: Streams at a time.
    ///   - maximumWaiting: Callers of each pool that may wait.
    ///   - maximumAge: The age at which a connection is replaced.
    ///   - ageJitter: The part of the age, from 0 to 1, that is left to chance.
    ///   - maximumAgeOfBackups: The age at which a connection to a backup server is replaced.
    ///   - idleLimit: How long a connection may be idle.
    ///   - checkAfterIdle: How long a connection may be idle before it is checked ahead of its next use.
    ///   - leaseLimit: How long a connection may be lent before that is logged.
    public init(
        searchesPerConnection: Int = 64, streams: Int = 16, maximumWaiting: Int = 1000,
        maximumAge: Duration = .seconds(900), ageJitter: Double = 0.1, maximumAgeOfBackups: Duration = .seconds(60),
        idleLimit: Duration = .seconds(300), checkAfterIdle: Duration = .seconds(30),
        leaseLimit: Duration = .seconds(60)
    ) {
        self.searchesPerConnection = searchesPerConnection
        self.streams = streams
        self.maximumWaiting = maximumWaiting
        self.maximumAge = maximumAge
        self.ageJitter = ageJitter
        self.maximumAgeOfBackups = maximumAgeOfBackups
        self.idleLimit = idleLimit
        self.checkAfterIdle = checkAfterIdle
        self.leaseLimit = leaseLimit
    }

    /// The limits of a pool of so many connections, of which each serves so many at a time.
    func limits(connections: Int, leasesPerConnection: Int, reportsLeaks: Bool = true) -> PoolState.Limits {
        PoolState.Limits(
            connections: max(1, connections), leasesPerConnection: max(1, leasesPerConnection),
            waiting: max(0, maximumWaiting), idle: idleLimit, checkAfter: checkAfterIdle,
            lease: reportsLeaks ? leaseLimit : nil)
    }

    /// For how long a new connection may be used.
    ///
    /// - Parameter chance: From 0 to 1.
    func lifetime(isBackup: Bool, chance: Double) -> Duration {
        (isBackup ? min(maximumAge, maximumAgeOfBackups) : maximumAge) * (1 - min(1, max(0, ageJitter)) * chance)
    }
}
