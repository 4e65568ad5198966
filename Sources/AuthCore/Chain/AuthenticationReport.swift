/// Everything a chain can say about one attempt.
public struct AuthenticationReport: Sendable {
    /// The answer.
    public var outcome: AuthenticationOutcome
    /// The backend that gave it; `nil` where none was asked or none knew the name.
    public var backend: String?
    /// The person as that backend described them, where the credentials were proved; with what the application's hook made of it.
    public var external: ExternalAccount?
    /// What was changed locally, or would be.
    public var changes: [AccountChange]
    /// What each backend that was asked said, in order.
    public var answers: [BackendAnswer]
    /// The steps, where the context asked for a trace.
    public var steps: [AuthenticationStep]
    /// What an administrator should know although the answer does not depend on it.
    public var warnings: [String]

    /// The exact explanation of the answer, for administrators. Never shown to a stranger.
    public var explanation: String?

    /// The backends that could not be asked, and why, in order.
    public var outages: [BackendOutage]

    /// How long the attempt took.
    public var duration: Duration

    /// After how long another attempt may be let through, where this one was not made because of too many others.
    public var retryAfter: Duration?

    /// What a look at the attempt has found out, the weightiest first; empty where nobody looked. The chain does not look by itself.
    public var diagnoses: [AuthenticationDiagnosis] = []

    /// The account as the chain saw it, for the session: it is not opened where the password was changed in the meantime.
    var seen: AccountRecord?

    /// A report.
    public init(
        outcome: AuthenticationOutcome, backend: String? = nil, external: ExternalAccount? = nil,
        changes: [AccountChange] = [], answers: [BackendAnswer] = [], steps: [AuthenticationStep] = [],
        warnings: [String] = [], explanation: String? = nil, outages: [BackendOutage] = [], duration: Duration = .zero
    ) {
        self.outcome = outcome
        self.backend = backend
        self.external = external
        self.changes = changes
        self.answers = answers
        self.steps = steps
        self.warnings = warnings
        self.explanation = explanation
        self.outages = outages
        self.duration = duration
    }
}

/// What one backend said, and to which question.
public struct BackendAnswer: Sendable, Hashable {
    /// The backend.
    public var backend: String
    /// The answer: a verdict's or look-up's name, with its reason if it has one.
    public var answer: String

    /// An answer.
    public init(backend: String, answer: String) {
        self.backend = backend
        self.answer = answer
    }
}

/// One step on the way to a verdict, such as connecting, searching or binding.
public struct AuthenticationStep: Sendable, Hashable {
    /// The backend that took it.
    public var backend: String
    /// What was done: `resolve`, `connect`, `tls`, `service bind`, `search`, `bind`, `groups`, `rules` …
    public var name: String
    /// Whether it went well.
    public var isOK: Bool
    /// How long it took.
    public var duration: Duration
    /// The server, DN, filter, result code and the server's own words, in one line. Never a secret.
    public var detail: String

    /// A step.
    public init(backend: String, name: String, isOK: Bool, duration: Duration, detail: String) {
        self.backend = backend
        self.name = name
        self.isOK = isOK
        self.duration = duration
        self.detail = detail
    }
}
