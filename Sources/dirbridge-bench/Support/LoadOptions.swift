import ArgumentParser
import DirectoryBridge
import Logging

/// What to measure with, and how long.
struct LoadOptions: ParsableArguments {
    @Option(help: "The configuration file.")
    var config: String

    @Option(help: ArgumentHelp("A file with a line 'username, tab, password' for each person.", valueName: "file"))
    var users: String

    @Option(help: "How many operations are under way at a time.")
    var concurrency = 32

    @Option(help: "How long to measure.")
    var seconds = 10.0

    func validate() throws {
        guard (1...10_000).contains(concurrency) else {
            throw ValidationError("--concurrency must be from 1 to 10000.")
        }
        guard seconds > 0, seconds <= 86_400 else {
            throw ValidationError("--seconds must be above 0 and at most 86400.")
        }
    }

    /// The load that was asked for.
    var load: Load { Load(concurrency: concurrency, duration: .seconds(seconds)) }

    /// A logger that costs nothing, as in a service that logs no debug messages.
    static var logger: Logger { Logger(label: "dirbridge-bench") { _ in SwiftLogNoOpLogHandler() } }
}
