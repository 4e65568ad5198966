import ArgumentParser
import DirectoryBridge
import Logging

/// `dirbridge config …`
struct ConfigCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "config", abstract: "Look at the configuration.", subcommands: [Check.self, Show.self])

    /// `dirbridge config show`
    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Show the configuration as it was understood, with its defaults and without secrets.")

        @OptionGroup var options: ConfigurationOption

        func run() async throws {
            Output.result(ConfigurationText(configuration: try options.load()).text)
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
