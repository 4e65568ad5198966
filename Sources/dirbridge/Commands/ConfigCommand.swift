import ArgumentParser
import AuthCore
import DirectoryBridge
import LDAPBackend
import Logging

/// `dirbridge config …`
struct ConfigCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "config", abstract: "Look at the configuration.", subcommands: [Check.self, Show.self])

    /// `dirbridge config show`
    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Show the configuration as it was understood, with its defaults and without secrets.",
            discussion: "A directory with preset: auto is asked what it is. No other is contacted."
        )

        @OptionGroup var options: ConfigurationOption

        func run() async throws {
            let configuration = try options.load()
            var recognitions: [String: Result<RecognisedDirectory, AuthenticationOutage>] = [:]
            if configuration.directories.contains(where: { $0.preset == nil }) {
                recognitions = try await options.withBridge(.preview, of: configuration) { bridge in
                    await bridge.recognitions(within: .seconds(5))
                }
            }
            Output.result(ConfigurationText(configuration: configuration, recognitions: recognitions).text)
        }
    }

    /// `dirbridge config check`
    struct Check: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Report everything that is wrong with the configuration, at once, and write nothing.",
            discussion:
                "Checks the file, the permissions it grants against the database, and the groups it names against the directories."
        )

        @OptionGroup var options: ConfigurationOption
        @Flag(help: "Check the file alone: contact no directory and open no database.") var offline = false

        func run() async throws {
            if offline {
                _ = try options.load()
                return Output.result("\(options.path): no problems found in the file.")
            }
            let (_, check) = try await options.checked(thoroughly: true)
            for warning in check.warnings { Output.message("\(warning)") }
            for line in check.unchecked { Output.message("\(options.path): \(line)") }
            if !check.problems.isEmpty { throw InvalidConfiguration(check.problems) }
            if !check.unchecked.isEmpty { throw ExitStatus.unavailable }
            Output.result("\(options.path): no problems found.")
        }
    }
}
