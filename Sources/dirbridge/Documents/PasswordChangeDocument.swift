import AuthCore
import DirectoryBridge

/// The result of `password change` in JSON.
struct PasswordChangeDocument: Encodable {
    let username: String
    let backend: String?
    /// `changed`, `refused`, `unknown` or `unavailable`.
    let outcome: String
    let reason: String?
    let explanation: String?
    /// What the person may be told.
    let text: String?
    let warnings: [String]

    init(_ report: PasswordChangeReport) {
        username = report.username
        backend = report.backend
        var warnings = report.warnings
        switch report.outcome {
        case .changed(let more):
            (outcome, reason, explanation, text) = ("changed", nil, nil, nil)
            warnings = more + warnings
        case .refused(let refusal):
            outcome = "refused"
            (reason, explanation, text) = (refusal.reason.rawValue, refusal.explanation, refusal.textForPerson)
        case .unknown(let why):
            (outcome, reason, explanation) = ("unknown", nil, why)
            text = PasswordChangeOutcome.textOfUnknown
        }
        self.warnings = warnings
    }

    /// Nobody could be asked.
    init(username: String, outage: AuthenticationOutage) {
        self.username = username
        backend = nil
        (outcome, reason, explanation) = ("unavailable", outage.reason.rawValue, outage.message)
        text = "The password cannot be changed at the moment. Try again later."
        warnings = []
    }

    private enum Key: String, CodingKey {
        case username, backend, outcome, reason, explanation, text, warnings
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(username, forKey: .username)
        try container.encode(backend, forKey: .backend)
        try container.encode(outcome, forKey: .outcome)
        try container.encode(reason, forKey: .reason)
        try container.encode(explanation, forKey: .explanation)
        try container.encode(text, forKey: .text)
        try container.encode(warnings, forKey: .warnings)
    }
}
