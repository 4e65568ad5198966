/// Where an attempt to authenticate comes from and how long it may take. Backends receive it beside the credentials.
public struct AuthenticationContext: Sendable {
    /// The fewest bytes of a ``deviceID``: such text is hard to guess.
    public static let minimumDeviceIDLength = 20

    /// The address of the client, as text, if known.
    public var clientAddress: String?

    /// The client's own description of itself (HTTP's `User-Agent`), if any.
    public var userAgent: String?

    /// What the device presents that somebody once came in from: random text that the application left there after a login, as in a cookie of
    /// its own that outlives the session, and that nobody else has (``SessionToken/text`` of a new token will do). `nil` if it presents nothing;
    /// less than ``minimumDeviceIDLength`` bytes are nothing too. It lets nobody in; see ``Throttle``.
    public var deviceID: String?

    /// A name for this attempt that log lines share.
    public var requestID: String?

    /// The instant by which a backend must have answered. The chain sets it to the backend's share of the login deadline; `nil` outside
    /// a chain.
    public var deadline: ContinuousClock.Instant?

    /// Where each step is written down, for those who want to read the whole story, and what else is to be said about the attempt. The chain
    /// puts in one that keeps no steps where there is none; `nil` outside a chain.
    public var trace: AuthenticationTrace?

    /// Whether each step is written down. What is done only to have more to tell is left out otherwise.
    public var keepsSteps: Bool { trace?.keepsSteps ?? false }

    /// A context; everything is optional.
    public init(
        clientAddress: String? = nil, userAgent: String? = nil, deviceID: String? = nil, requestID: String? = nil,
        deadline: ContinuousClock.Instant? = nil, trace: AuthenticationTrace? = nil
    ) {
        self.clientAddress = clientAddress
        self.userAgent = userAgent
        self.deviceID = deviceID
        self.requestID = requestID
        self.deadline = deadline
        self.trace = trace
    }
}
