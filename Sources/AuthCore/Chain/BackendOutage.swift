/// That a backend could not be asked. Two are equal that say the same, whatever error is behind them.
public struct BackendOutage: Sendable, Hashable {
    /// The backend.
    public var backend: String
    /// What it threw. Holds no secret.
    public var outage: AuthenticationOutage

    /// An outage.
    public init(backend: String, outage: AuthenticationOutage) {
        self.backend = backend
        self.outage = outage
    }

    /// The kind of outage.
    public var reason: OutageReason { outage.reason }
    /// What failed, where, and what would help, for an administrator.
    public var message: String { outage.message }

    public static func == (one: BackendOutage, other: BackendOutage) -> Bool {
        one.backend == other.backend && one.reason == other.reason && one.message == other.message
    }

    public func hash(into hasher: inout Hasher) {
        hasher.combine(backend)
        hasher.combine(reason)
        hasher.combine(message)
    }
}
