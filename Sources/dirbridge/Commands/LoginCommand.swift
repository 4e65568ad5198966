import ArgumentParser
import AuthCore
import DirectoryBridge

/// `dirbridge login USER`
struct LoginCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "login",
        abstract: "Log somebody in through the whole chain, as an application would, mirroring included.")

    @OptionGroup var options: ConfigurationOption
    @OptionGroup var input: PasswordInput
    @Flag(help: "Print one JSON document on standard output.") var json = false
    @Argument(help: "The name the person logs in with.") var user: String

    func run() async throws {
        throw try await reportingOutages(json: json, attempt)
    }

    private func attempt() async throws -> ExitStatus {
        // Somebody waits, so the look at the directories is short.
        let configuration = try await options.loadSound(within: .seconds(1), for: LoginName(user), .writable)
        let password = try input.read("Password of \(Output.safe(user)): ")
        return try await options.withBridge(of: configuration) { bridge in
            let trace = AuthenticationTrace()
            let report = await bridge.logIn(
                username: LoginName(user), password: password, context: AuthenticationContext(trace: trace))
            return try await present(
                bridge.diagnosing(report, of: LoginName(user)), bridge, isApplied: true, json: json)
        }
    }
}
