import ArgumentParser
import AuthCore
import DirectoryBridge

/// `dirbridge bind-test USER`
struct BindTestCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bind-test",
        abstract: "Ask the directories about somebody, step by step, and write nothing.",
        discussion: """
            Finds the person, binds as them once, reads groups, decides rules, and shows what the local account would become and of what \
            it is made. When a step fails, says which, why, and what would help; for that it searches more widely as the service \
            account, and binds as the person no second time.
            """)

    @OptionGroup var options: ConfigurationOption
    @OptionGroup var input: PasswordInput
    @Flag(help: "Print one JSON document on standard output.") var json = false
    @Flag(help: "Tell each step by itself.") var steps = false
    @Argument(help: "The name the person logs in with.") var user: String

    func run() async throws {
        throw try await reportingOutages(json: json, attempt)
    }

    private func attempt() async throws -> ExitStatus {
        let configuration = try await options.loadSound(within: .seconds(2), .preview)
        let password = try input.read("Password of \(Output.safe(user)): ")
        return try await options.withBridge(.preview, of: configuration) { bridge in
            let trace = AuthenticationTrace()
            let report = await bridge.examine(
                username: LoginName(user), password: password, context: AuthenticationContext(trace: trace))
            return try await present(
                bridge.diagnosing(report, of: LoginName(user)), bridge, isApplied: false, json: json, tellsSteps: steps)
        }
    }
}

/// An outage that keeps the attempt from being made at all, as of the database, is a document too where one was asked for.
func reportingOutages(json: Bool, _ attempt: () async throws -> ExitStatus) async throws -> ExitStatus {
    do {
        return try await attempt()
    } catch let outage as AuthenticationOutage where json {
        var report = AuthenticationReport(outcome: .unavailable(outage.reason), explanation: outage.message)
        report.diagnoses = [.database(outage.message)]
        try Output.json(AttemptDocument(report: report, person: nil))
        return .unavailable
    }
}

/// Prints a report and says the status that follows from it.
func present(
    _ report: AuthenticationReport, _ bridge: Bridge, isApplied: Bool, json: Bool, tellsSteps: Bool = false
) async throws -> ExitStatus {
    let person = try await PersonSummary(report, bridge, isApplied: isApplied)
    if json {
        try Output.json(AttemptDocument(report: report, person: person))
    } else {
        Output.result(AttemptText(report: report, person: person, isApplied: isApplied, tellsAll: tellsSteps).text)
    }
    return ExitStatus(report.outcome)
}
