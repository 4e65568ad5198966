import ArgumentParser
import AuthCore
import DirectoryBridge
import Foundation
import Logging

/// The options that every command takes.
struct ConfigurationOption: ParsableArguments {
    @Option(
        name: .customLong("config"),
        help: "The configuration file. Default: $DIRBRIDGE_CONFIG, else /etc/dirbridge/dirbridge.yaml.")
    var file: String?

    @Flag(name: .shortAndLong, help: "Say on standard error what is being done.")
    var verbose = false

    /// Where the configuration is. The working directory is never searched: whoever owns it could collect passwords.
    var path: String {
        file ?? ProcessInfo.processInfo.environment["DIRBRIDGE_CONFIG"].flatMap { $0.isEmpty ? nil : $0 }
            ?? "/etc/dirbridge/dirbridge.yaml"
    }

    func validate() throws {
        if file?.isEmpty == true { throw ValidationError("--config is given without the name of a file.") }
    }

    /// The validated configuration.
    func load() throws -> Configuration {
        try Configuration.load(file: path)
    }

    /// The validated configuration, refused if it names things that do not exist. All that is wrong is said at once.
    ///
    /// What cannot be checked since something is down is left to the attempt itself.
    /// - Parameters:
    ///   - limit: How long each directory may take to be looked at.
    ///   - name: Who is about to log in; for a local account no directory is looked at.
    ///   - mode: How the database will be opened for the attempt. One that is not there is not made for this.
    func loadSound(
        within limit: Duration, for name: LoginName? = nil, _ mode: Bridge.StoreMode
    ) async throws -> Configuration {
        let (configuration, check) = try await checked(within: limit, for: name, mode)
        guard let configuration, check.problems.isEmpty else { throw InvalidConfiguration(check.problems) }
        return configuration
    }

    /// The configuration as far as it can be read, and everything that is wrong with it: in the file, and against database and directories.
    func checked(
        thoroughly: Bool = false, within limit: Duration? = nil, for name: LoginName? = nil,
        _ mode: Bridge.StoreMode = .preview
    ) async throws -> (configuration: Configuration?, check: ConfigurationCheck) {
        let (configuration, problems) = Configuration.draft(file: path)
        guard let configuration else { return (nil, ConfigurationCheck(problems: problems)) }
        let exists = FileManager.default.fileExists(atPath: configuration.databasePath)
        // With a mistake in the file nothing is written, not even the tables of a database that has none yet.
        let isPreview = !exists || !problems.isEmpty
        var check = ConfigurationCheck()
        do {
            check = try await withBridge(isPreview ? .preview : mode, of: configuration, logging: .error) {
                await $0.check(thoroughly: thoroughly, within: limit, for: name)
            }
        } catch let outage as AuthenticationOutage where !problems.isEmpty {
            check.unchecked.append(outage.message)
        }
        check.problems = InvalidConfiguration(problems + check.problems).problems
        return (configuration, check)
    }

    /// Opens everything, runs `body`, and closes everything, whatever `body` does.
    /// - Parameters:
    ///   - mode: How the database is opened. Default: to be written to.
    ///   - configuration: What was loaded already, if it was.
    ///   - level: What is logged unless everything is. A look at the configuration says itself what it finds.
    ///   - body: What is to be done meanwhile.
    func withBridge<Result>(
        _ mode: Bridge.StoreMode = .writable, of configuration: Configuration? = nil,
        logging level: Logger.Level = .warning, _ body: (Bridge) async throws -> Result
    ) async throws -> Result {
        var logger = Logger(label: "dirbridge") { _ in CommandLogHandler() }
        logger.logLevel = verbose ? .debug : level
        let bridge = try Bridge(configuration: configuration ?? load(), mode: mode, logger: logger)
        do {
            let result = try await body(bridge)
            await bridge.shutdown()
            return result
        } catch {
            await bridge.shutdown()
            throw error
        }
    }
}
