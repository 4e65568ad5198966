import LDAPClient

/// One row of the suite: something that breaks, provoked in one or more ways, and what a client has to make of it.
struct Fault: Sendable {
    /// Its number, which the document shows with an F in front of it.
    let id: Int
    /// What breaks, in words.
    let title: String
    /// The ways in which it is provoked, each with what is expected.
    let cases: [Case]

    init(_ id: Int, _ title: String, _ cases: [Case]) {
        self.id = id
        self.title = title
        self.cases = cases
    }

    /// One way to provoke a fault.
    struct Case: Sendable {
        /// What is done, in words.
        let provocation: String
        /// What has to come of it, call by call: stated here, and never taken from what is observed.
        let expected: [Outcome]
        /// Does it. What comes of each call is noted by the run.
        let body: @Sendable (Run) async throws -> Void

        init(
            _ provocation: String, expect expected: [Outcome], _ body: @escaping @Sendable (Run) async throws -> Void
        ) {
            self.provocation = provocation
            self.expected = expected
            self.body = body
        }
    }
}

/// What a caller sees, or a fact that was established beside it.
enum Outcome: Sendable, Hashable {
    /// An error, and the step that failed.
    case failed(LDAPError.Code, LDAPStep?)
    /// A server's answer to a test of a password.
    case answered(Int32)
    /// Entries, and whether they are all.
    case found(Int, SearchCompleteness)
    /// What else was looked at, such as what was sent.
    case fact(String)

    /// All entries there are.
    static func found(_ count: Int) -> Outcome { .found(count, .complete) }
}

extension Outcome: CustomStringConvertible {
    var description: String {
        switch self {
        case .failed(let code, let step): "`\(code)`" + (step.map { " (\($0.rawValue))" } ?? "")
        case .answered(let code): "answer \(code)"
        case .found(let count, .complete): "\(Self.entries(count)), complete"
        case .found(let count, .incomplete(let reason)): "\(Self.entries(count)), incomplete: `\(reason.rawValue)`"
        case .fact(let text): text
        }
    }

    private static func entries(_ count: Int) -> String {
        count == 1 ? "1 entry" : "\(count) entries"
    }
}
