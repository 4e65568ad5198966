import AuthCore

/// The exit status, the same everywhere. Thrown to end the command with it.
enum ExitStatus: Int32, Error {
    /// Yes, or done.
    case done = 0
    /// An unexpected failure.
    case failure = 1
    /// Usage or configuration.
    case usage = 2
    /// Credentials rejected, user unknown, permission not granted.
    case rejected = 3
    /// Denied.
    case denied = 4
    /// Directory or database unavailable.
    case unavailable = 5
    /// A guard holds the plan of a sync, or an approved plan is no longer what would be done.
    case held = 6

    /// The status for the answer of a chain.
    init(_ outcome: AuthenticationOutcome) {
        self =
            switch outcome {
            case .authenticated: .done
            case .notFound, .rejected: .rejected
            case .denied: .denied
            case .unavailable: .unavailable
            }
    }
}

/// A failure with a sentence for people.
struct CommandFailure: Error {
    let message: String
    let status: ExitStatus

    init(_ message: String, _ status: ExitStatus = .usage) {
        self.message = message
        self.status = status
    }
}
