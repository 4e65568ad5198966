import ArgumentParser
import AuthCore
import DirectoryBridge

/// `dirbridge bind-test USER`
struct BindTestCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bind-test",
        abstract: "Ask the directories about somebody, step by step, and write nothing.",
        discussion: """
            Finds the person, binds as them once, reads groups, decides rules, and shows what the local account would become. \
            When a step fails, says which and what would help.
            """)

    @OptionGroup var options: ConfigurationOption
    @OptionGroup var input: PasswordInput
    @Flag(help: "Print one JSON document on standard output.") var json = false
    @Argument(help: "The name the person logs in with.") var user: String

    func run() async throws {
        let configuration = try await options.loadSound(within: .seconds(2), for: .readOnly)
        let password = try input.read("Password of \(Output.safe(user)): ")
        let status = try await options.withBridge(.readOnly, of: configuration) { bridge in
            let trace = AuthenticationTrace()
            let report = await bridge.examine(
                username: LoginName(user), password: password, context: AuthenticationContext(trace: trace))
            return try await present(report, bridge, isApplied: false, json: json)
        }
        throw status
    }
}

/// Prints a report and says the status that follows from it.
func present(_ report: AuthenticationReport, _ bridge: Bridge, isApplied: Bool, json: Bool) async throws -> ExitStatus {
    let person = try await PersonSummary(report, bridge, isApplied: isApplied)
    if json {
        try Output.json(AttemptDocument(report: report, person: person))
    } else {
        Output.result(AttemptText(report: report, person: person, isApplied: isApplied).text)
    }
    return ExitStatus(report.outcome)
}
